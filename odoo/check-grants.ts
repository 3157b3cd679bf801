import type { Catalog } from '../catalog/catalog.ts';
import type { Fault } from '../catalog/fault.ts';
import { checkAccess } from './access/check-access.ts';
import { checkBorders } from './access/check-borders.ts';
import { checkFields } from './access/check-fields.ts';
import type { CheckedGrant } from './access/granted-rules.ts';
import type { GrantedPlace } from './access/opened-operation.ts';
import { findKnowledge } from './find-knowledge.ts';
import { checkCopies } from './taint/check-copies.ts';

/**
 * What is wrong with the grants on Odoo systems of one environment, by what is known of their models: fields that are not
 * there, copies of hidden ones, filters that a consumer can move, and grants for the Odoo protocols that contradict each
 * other. Nothing is said of systems that no OdooModels document speaks of.
 */
export function checkGrants(catalog: Catalog, places: readonly GrantedPlace[]): readonly Fault[] {
  const grants = [...Map.groupBy(places, ({ grant }) => grant.metadata.name).values()].flatMap((own) => {
    const found = checkedGrant(catalog, own);
    return found === undefined ? [] : [found];
  });
  const open = grants.filter(({ document }) => document.spec.odoo !== undefined);
  return [
    ...grants.flatMap((grant) => [...checkFields(grant), ...checkCopies(grant)]),
    ...[...Map.groupBy(grants, databaseOf).values()].flatMap(checkBorders),
    ...[...Map.groupBy(open, databaseOf).values()].flatMap(checkAccess),
  ];
}

function checkedGrant(catalog: Catalog, places: readonly GrantedPlace[]): CheckedGrant | undefined {
  const [first] = places;
  const { odoo } = first?.version.environment ?? {};
  if (first === undefined || odoo === undefined) return undefined;
  const knowledge = findKnowledge(catalog, first.version.system.metadata.name, odoo.version);
  const source = catalog.grants.get(first.grant.metadata.name)?.source;
  return knowledge === undefined || source === undefined
    ? undefined
    : { document: first.grant, source, places, knowledge };
}

/** One consumer in one database, whichever system of the catalog it is reached by. */
function databaseOf({ document, places: [first] }: CheckedGrant): string {
  const { url, odoo } = first?.version.environment ?? {};
  return JSON.stringify([document.spec.consumer, url?.replace(/\/+$/, ''), odoo?.database]);
}
