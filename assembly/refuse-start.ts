import { faultsOfClients } from '../admin/oauth-clients.ts';
import { type Fault, formatFault } from '../catalog/fault.ts';
import type { Snapshot } from '../gateway/plan.ts';
import type { ReadSecret } from '../gateway/secrets.ts';
import { SettingsError } from '../settings.ts';

/** A catalog that cannot be put into force: nothing is served. */
export class CatalogRefused extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'));
    this.faults = faults;
  }
}

/** What a catalog can be free of faults with and still not be served; throws a SettingsError that says what to mend. */
export function refuseUnfitSnapshot(snapshot: Snapshot, readSecret: ReadSecret): void {
  refuseEmptyEnvironment(snapshot);
  // A client whose secret is missing, weak or shared could be anybody.
  const faults = faultsOfClients(snapshot, readSecret);
  if (faults.length > 0) throw new SettingsError(faults.map(({ message }) => message).join('\n'));
}

/** An environment that no system has an address in serves nothing: most likely its name is misspelt. */
function refuseEmptyEnvironment({ versions, catalog, environment }: Snapshot): void {
  if (versions.length > 0 || catalog.interfaces.size === 0) return;
  const known = new Set(
    [...catalog.systems.values()].flatMap(({ document }) => Object.keys(document.spec.environments)),
  );
  throw new SettingsError(
    `PORTCULLIS_ENVIRONMENT is ${JSON.stringify(environment)}, where nothing is served; the systems know ${[...known].join(', ')}.`,
  );
}
