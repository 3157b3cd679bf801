import type { Catalog } from '../catalog/catalog.ts';
import type { OdooModelsSpec } from '../catalog/odoo-models.ts';
import type { VersionPlan } from '../gateway/plan.ts';
import { placeOf } from '../odoo/field-place.ts';
import { contractUses } from '../odoo/import/compare/contract-uses.ts';
import type { KnownModels } from '../odoo/import/compare/known-models.ts';
import { knownFromSpec } from '../odoo/import/compare/read-document.ts';
import type { Contract } from '../openapi/contract.ts';
import { ruleRoots } from '../openapi/contract-index.ts';
import { type Place, placeAt } from './place.ts';

/** What becomes of a value between its place and the contract. None: it goes as it is. */
export type Transform = 'label' | 'decimal' | 'time';

/** Where a contract field stands in the system behind the interface, in some of its operations. */
export interface Standing {
  readonly place: Place;
  /** Relations that are followed from the record to the value, the nearest first. */
  readonly through: readonly Place[];
  readonly transforms: readonly Transform[];
  readonly operations: ReadonlySet<string>;
}

/** What the answers and bodies of a version's operations stand on, by contract field. `store` names the places. */
export function standingsOf(
  catalog: Catalog,
  version: VersionPlan,
  store: string,
  reached: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, readonly Standing[]> {
  const { odoo } = version.environment;
  if (odoo !== undefined) return odooStandings(version.contract, store, knownModels(catalog, version, odoo.version));
  return new Map([...reached].map(([id, operations]) => [id, [ownStanding(version.contract, store, id, operations)]]));
}

/** The fixed domains of a version's operations: the places that decide which records there are, by operation. */
export function domainPlaces(
  catalog: Catalog,
  version: VersionPlan,
  store: string,
): ReadonlyMap<string, readonly Place[]> {
  const { odoo } = version.environment;
  if (odoo === undefined) return new Map();
  const uses = contractUses(version.contract, knownModels(catalog, version, odoo.version));
  const places = uses.flatMap((use) => {
    const end = use.field === undefined ? use.steps.at(-1) : undefined;
    return end === undefined ? [] : [{ operation: use.operation.id, place: placeAt(store, end.model, end.field) }];
  });
  const byOperation = Map.groupBy(places, ({ operation }) => operation);
  return new Map([...byOperation].map(([id, found]) => [id, found.map(({ place }) => place)]));
}

const read = new WeakMap<OdooModelsSpec, KnownModels>();

function knownModels(catalog: Catalog, { system }: VersionPlan, major: number): KnownModels {
  const { name } = system.metadata;
  for (const { document } of catalog.odooModels.values()) {
    const { spec } = document;
    if (spec.version !== major || !spec.systems.includes(name)) continue;
    const known = read.get(spec) ?? knownFromSpec(spec);
    read.set(spec, known);
    return known;
  }
  return { major, systems: [name], models: new Map() };
}

function odooStandings(contract: Contract, store: string, known: KnownModels): Map<string, Standing[]> {
  const found = new Map<string, Map<string, Standing & { readonly operations: Set<string> }>>();
  for (const { field, operation, model, path, steps } of contractUses(contract, known)) {
    if (field === undefined) continue;
    const { kind } = placeOf(field, path, known.major);
    const all = steps.map((step) => placeAt(store, step.model, step.field));
    const isKnown = steps.length === path.split('.').length;
    const end = steps.at(-1);
    const behind = end === undefined ? undefined : known.models.get(end.model)?.fields.get(end.field)?.relation;
    const isLabel = kind === 'label' && behind !== undefined && isKnown;
    const place = isLabel
      ? placeAt(store, behind, 'display_name')
      : ((isKnown ? all.at(-1) : undefined) ?? placeAt(store, model, path));
    const through = isLabel || !isKnown ? all : all.slice(0, -1);
    const transforms = kind === 'label' || kind === 'decimal' || kind === 'time' ? [kind] : [];
    const own = found.get(field.id) ?? new Map();
    found.set(field.id, own);
    const key = JSON.stringify([place.id, through.map(({ id }) => id)]);
    const standing = own.get(key) ?? { place, through, transforms, operations: new Set<string>() };
    standing.operations.add(operation.id);
    own.set(key, standing);
  }
  return new Map([...found].map(([id, own]) => [id, [...own.values()]]));
}

/** An API that is passed on has its fields under the names of its own contract. */
function ownStanding(contract: Contract, store: string, id: string, operations: ReadonlySet<string>): Standing {
  let schema = id.split('.')[0] ?? id;
  for (const name of ruleRoots(contract).keys()) {
    if (name.length > schema.length && id.startsWith(`${name}.`)) schema = name;
  }
  return { place: placeAt(store, schema, id.slice(schema.length + 1)), through: [], transforms: [], operations };
}
