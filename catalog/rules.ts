import type { Fault } from './fault.ts';
import { clientsAreSound, clientsAreUnique, keysArePublic, networksAreSound } from './rules/consumers.ts';
import {
  approvalsAreSound,
  claimsAreIssued,
  grantsDiffer,
  grantsEnd,
  masksAreSound,
  windowsAreSound,
} from './rules/grants.ts';
import { concurrencyFitsHosting, hostingIsAgreed } from './rules/hosting.ts';
import { modelsHaveTheirSystem } from './rules/odoo-models.ts';
import {
  keysMeetProtocols,
  openedModelsAreKnown,
  openFiltersNeedNoClaims,
  protocolsLeadToOdoo,
} from './rules/odoo-protocols.ts';
import {
  grantedEnvironmentsExist,
  grantedMajorsExist,
  grantPartsExist,
  ownersExist,
  systemsExist,
} from './rules/references.ts';
import type { Rule, RuleInput } from './rules/rule.ts';
import {
  addressesAreSound,
  certificatesAreWhole,
  credentialsAreNotShared,
  odooBindingsFit,
  transportIsEncrypted,
} from './rules/systems.ts';
import {
  deprecationIsDated,
  successorsExist,
  sunsetFollowsDeprecation,
  versionNumbersDiffer,
} from './rules/versions.ts';

/** All rules across documents that need no knowledge of OpenAPI. Names are unique per kind already when a folder is loaded. */
const RULES: readonly Rule[] = [
  ownersExist,
  systemsExist,
  grantPartsExist,
  grantedMajorsExist,
  grantedEnvironmentsExist,
  addressesAreSound,
  transportIsEncrypted,
  certificatesAreWhole,
  odooBindingsFit,
  concurrencyFitsHosting,
  hostingIsAgreed,
  credentialsAreNotShared,
  versionNumbersDiffer,
  deprecationIsDated,
  sunsetFollowsDeprecation,
  successorsExist,
  clientsAreUnique,
  clientsAreSound,
  keysArePublic,
  networksAreSound,
  grantsDiffer,
  grantsEnd,
  windowsAreSound,
  masksAreSound,
  claimsAreIssued,
  approvalsAreSound,
  modelsHaveTheirSystem,
  protocolsLeadToOdoo,
  openedModelsAreKnown,
  openFiltersNeedNoClaims,
  keysMeetProtocols,
];

/** What breaks any rule, in the order of the rules. */
export function checkRules(input: RuleInput): Fault[] {
  return RULES.flatMap((rule) => [...rule(input)]);
}
