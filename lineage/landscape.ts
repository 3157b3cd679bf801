import type { Catalog } from '../catalog/catalog.ts';
import type { GrantedOperation, Snapshot, VersionPlan } from '../gateway/plan.ts';
import { findKnowledge } from '../odoo/find-knowledge.ts';
import type { DatabaseKnowledge } from '../odoo/knowledge.ts';
import type { Field } from '../openapi/contract.ts';
import { type Place, storesOf } from './place.ts';
import { reachedFields } from './reached-fields.ts';
import { domainPlaces, type Standing, standingsOf } from './standings.ts';

/** What one grant gives by one operation, as the gateway has compiled it. */
export type Granted = Pick<GrantedOperation, 'version' | 'operation' | 'consumer' | 'grant' | 'selection' | 'writable'>;

/** What lineage needs of a snapshot. */
export interface InForce extends Pick<Snapshot, 'environment' | 'catalog' | 'versions'> {
  readonly operations: readonly {
    readonly version: VersionPlan;
    readonly granted: ReadonlyMap<string, Granted>;
  }[];
}

/** A field of one served version, with the places it stands on. */
export interface DeclaredField {
  /** `customer-master/1.2:Customer.email`. */
  readonly id: string;
  readonly version: VersionPlan;
  readonly field: Field;
  /** Operations whose answers or bodies can hold it. */
  readonly operations: ReadonlySet<string>;
  readonly standings: readonly Standing[];
}

export interface StandingPlace {
  readonly place: Place;
  readonly fields: ReadonlySet<DeclaredField>;
}

const NONE: readonly never[] = Object.freeze([]);

/**
 * All that one environment serves, in the form in which questions of lineage are answered. What a contract declares is
 * read when it is first asked for; what grants give stays as the gateway compiled it and is looked up, never multiplied
 * out: interfaces × fields × consumers may be millions.
 */
export class Landscape {
  readonly environment: string;
  readonly catalog: Catalog;
  readonly versions: readonly VersionPlan[];
  readonly #granted: ReadonlyMap<VersionPlan, readonly Granted[]>;
  readonly #stores: ReadonlyMap<string, string>;
  readonly #declared = new Map<VersionPlan, ReadonlyMap<string, DeclaredField>>();
  readonly #domains = new Map<VersionPlan, ReadonlyMap<string, readonly Place[]>>();
  #standing: ReadonlyMap<string, StandingPlace> | undefined;

  constructor({ environment, catalog, versions, operations }: InForce) {
    this.environment = environment;
    this.catalog = catalog;
    this.versions = [...versions].sort((a, b) => byName(nameOf(a), nameOf(b)));
    this.#stores = storesOf(catalog, environment);
    const granted = new Map<VersionPlan, Granted[]>();
    for (const operation of operations) {
      const own = granted.get(operation.version) ?? [];
      own.push(...operation.granted.values());
      granted.set(operation.version, own);
    }
    this.#granted = granted;
  }

  /** By id of the contract field (`Customer.email`). */
  fieldsOf(version: VersionPlan): ReadonlyMap<string, DeclaredField> {
    const known = this.#declared.get(version);
    if (known !== undefined) return known;
    const reached = reachedFields(version.contract);
    const operations = new Map([...reached].map(([id, field]) => [id, field.operations]));
    const standings = standingsOf(this.catalog, version, this.storeOf(version.system.metadata.name), operations);
    const declared = new Map<string, DeclaredField>();
    for (const [id, { field, operations }] of reached) {
      const own = { id: `${nameOf(version)}:${id}`, version, field, operations, standings: standings.get(id) ?? NONE };
      declared.set(id, own);
    }
    this.#declared.set(version, declared);
    return declared;
  }

  grantedOf(version: VersionPlan): readonly Granted[] {
    return this.#granted.get(version) ?? NONE;
  }

  *allGranted(): Iterable<Granted> {
    for (const version of this.versions) yield* this.grantedOf(version);
  }

  /** Places that decide by the document of the version which records an operation sees at all. */
  domainOf(version: VersionPlan, operation: string): readonly Place[] {
    const known = this.#domains.get(version);
    const domains = known ?? domainPlaces(this.catalog, version, this.storeOf(version.system.metadata.name));
    this.#domains.set(version, domains);
    return domains.get(operation) ?? NONE;
  }

  /** Every place that a contract field stands on or is reached through, by id. */
  get standing(): ReadonlyMap<string, StandingPlace> {
    if (this.#standing !== undefined) return this.#standing;
    const standing = new Map<string, { readonly place: Place; readonly fields: Set<DeclaredField> }>();
    for (const version of this.versions) {
      for (const declared of this.fieldsOf(version).values()) {
        for (const own of declared.standings) {
          for (const place of [own.place, ...own.through]) {
            const known = standing.get(place.id) ?? { place, fields: new Set() };
            known.fields.add(declared);
            standing.set(place.id, known);
          }
        }
      }
    }
    this.#standing = standing;
    return standing;
  }

  /** The system that the places of a system are named after. */
  storeOf(system: string): string {
    return this.#stores.get(system) ?? system;
  }

  /** Every system that goes by a store's name. */
  systemsOf(store: string): readonly string[] {
    return [...this.#stores].filter(([, own]) => own === store).map(([system]) => system);
  }

  /** What is known of the models behind a store. */
  knowledgeOf(store: string): DatabaseKnowledge | undefined {
    for (const system of this.systemsOf(store)) {
      const { odoo } = this.catalog.systems.get(system)?.document.spec.environments[this.environment] ?? {};
      const found = odoo === undefined ? undefined : findKnowledge(this.catalog, system, odoo.version);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** `customer-master/1.2`. */
export function nameOf({ interface: { metadata }, version }: VersionPlan): string {
  return `${metadata.name}/${version.version}`;
}

/** Numbers in versions count as numbers: 1.10 comes after 1.9. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
