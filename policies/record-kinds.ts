import type { VersionPlan } from '../gateway/plan.ts';
import { nameFor } from '../odoo/odoo-name.ts';
import type { RecordKind } from '../openapi/selection.ts';

/**
 * How the ledger names kinds of records of a version: `<system>/<Odoo model>` where the schema is bound to one, so that a
 * customer is the same whatever interface or protocol shows it, else `<system>/<interface>.<Schema>`.
 */
export function recordKinds({ interface: { metadata }, system, environment }: VersionPlan) {
  const major = environment.odoo?.version ?? Number.MAX_SAFE_INTEGER;
  return ({ schema, model }: RecordKind): string => {
    const known = model === undefined ? null : nameFor(model, major);
    const kind = known ?? `${metadata.name}.${schema}`;
    // A space ends the kind.
    return `${system.metadata.name}/${kind.replaceAll(/\s/g, '_')}`;
  };
}
