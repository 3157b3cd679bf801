import { contractUses } from './contract-uses.ts';
import type { GovernedVersion } from './governed-interfaces.ts';
import type { KnownField, KnownModels } from './known-models.ts';

/** Of a field that a contract names it is known that it is there, and nothing else. */
const NAMED: KnownField = {
  type: '',
  title: undefined,
  relation: undefined,
  required: false,
  readonly: false,
  stored: false,
  sortable: false,
  selection: undefined,
};

/** What contracts say of a database that no OdooModels document describes: which models and fields they stand on. */
export function knownFromContracts(
  versions: readonly GovernedVersion[],
  major: number,
  systems: readonly string[],
): KnownModels {
  const empty: KnownModels = { major, systems, models: new Map() };
  const fields = new Map<string, Map<string, KnownField>>();
  for (const { contract } of versions) {
    for (const { steps } of contractUses(contract, empty)) {
      for (const { model, field } of steps) {
        fields.set(model, (fields.get(model) ?? new Map<string, KnownField>()).set(field, NAMED));
      }
    }
  }
  // As if read whole: what a contract names must be there.
  return {
    ...empty,
    models: new Map([...fields].map(([name, known]) => [name, { title: undefined, whole: true, fields: known }])),
  };
}
