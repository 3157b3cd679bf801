import type { VersionPlan } from '../gateway/plan.ts';
import { type DeclaredField, type Landscape, nameOf } from './landscape.ts';
import { type Place, placeAt } from './place.ts';

/** What lineage is asked of. */
export type Subject =
  /** Fields of contracts. */
  | { readonly kind: 'field'; readonly name: string; readonly fields: readonly DeclaredField[] }
  /** One field of a system, in each system that has it. */
  | { readonly kind: 'place'; readonly name: string; readonly places: readonly Place[] }
  | { readonly kind: 'canonical'; readonly name: string; readonly fields: readonly DeclaredField[] }
  /** Every known place of a model or schema. */
  | { readonly kind: 'model'; readonly name: string; readonly places: readonly Place[] }
  | { readonly kind: 'interface'; readonly name: string; readonly versions: readonly VersionPlan[] }
  | { readonly kind: 'consumer' | 'grant' | 'system'; readonly name: string };

export type SubjectKind = Subject['kind'];
export const SUBJECT_KINDS: readonly SubjectKind[] = [
  ...(['field', 'place', 'canonical', 'model', 'interface', 'consumer', 'grant', 'system'] as const),
];

/** Everything in a landscape that a name may mean, in the order of `SUBJECT_KINDS`. */
export function subjectsNamed(landscape: Landscape, name: string): Subject[] {
  return SUBJECT_KINDS.flatMap((kind) => FINDERS[kind](landscape, name) ?? []);
}

type Finder = (landscape: Landscape, name: string) => Subject | undefined;

const FINDERS: Readonly<Record<SubjectKind, Finder>> = {
  field(landscape, name) {
    const colon = name.indexOf(':');
    const id = name.slice(colon + 1);
    const versions = colon === -1 ? landscape.versions : versionsNamed(landscape, name.slice(0, colon));
    const fields = versions.flatMap((version) => landscape.fieldsOf(version).get(id) ?? []);
    return fields.length === 0 ? undefined : { kind: 'field', name, fields };
  },
  canonical(landscape, name) {
    const fields = allFields(landscape).filter(({ field }) => field.annotation.canonicalName === name);
    return fields.length === 0 ? undefined : { kind: 'canonical', name, fields };
  },
  place(landscape, name) {
    const places = storesMeant(landscape, name).flatMap(({ store, rest }) => {
      // An API that is passed on has its fields under the names of its contract: alone, these mean the contract's.
      if (rest === name && landscape.catalog.systems.get(store)?.document.spec.type !== 'odoo') return [];
      const dot = rest.lastIndexOf('.');
      const [dataset, field] = [rest.slice(0, dot), rest.slice(dot + 1)];
      const isKnown = landscape.knowledgeOf(store)?.models.get(dataset)?.fields.has(field) === true;
      return landscape.standing.get(`${store}/${rest}`)?.place ?? (isKnown ? placeAt(store, dataset, field) : []);
    });
    return places.length === 0 ? undefined : { kind: 'place', name, places };
  },
  model(landscape, name) {
    const meant = storesMeant(landscape, name);
    const places = [...landscape.standing.values()]
      .map(({ place }) => place)
      .filter(({ system, dataset }) => meant.some(({ store, rest }) => store === system && rest === dataset));
    return places.length === 0 ? undefined : { kind: 'model', name, places };
  },
  interface(landscape, name) {
    const versions = versionsNamed(landscape, name);
    return versions.length === 0 ? undefined : { kind: 'interface', name, versions };
  },
  consumer({ catalog, environment }, name) {
    const isHere = catalog.consumers.get(name)?.document.spec.environment === environment;
    return isHere ? { kind: 'consumer', name } : undefined;
  },
  grant({ catalog }, name) {
    return catalog.grants.has(name) ? { kind: 'grant', name } : undefined;
  },
  system({ catalog }, name) {
    return catalog.systems.has(name) ? { kind: 'system', name } : undefined;
  },
};

export function allFields(landscape: Landscape): DeclaredField[] {
  return landscape.versions.flatMap((version) => [...landscape.fieldsOf(version).values()]);
}

/** `customer-master`, `customer-master/1.2` or, for the version that answers of a major, `customer-master/1` or `/v1`. */
export function versionsNamed({ versions }: Landscape, name: string): VersionPlan[] {
  return versions.filter((version) => {
    const { metadata } = version.interface;
    const { major } = version;
    return [metadata.name, nameOf(version), `${metadata.name}/${major}`, `${metadata.name}/v${major}`].includes(name);
  });
}

/** The stores that a name may speak of: that of the system before its slash, else any. */
function storesMeant(landscape: Landscape, name: string): { readonly store: string; readonly rest: string }[] {
  const stores = new Set([...landscape.catalog.systems.keys()].map((system) => landscape.storeOf(system)));
  const slash = name.indexOf('/');
  const system = name.slice(0, Math.max(0, slash));
  if (landscape.catalog.systems.has(system)) {
    return [{ store: landscape.storeOf(system), rest: name.slice(slash + 1) }];
  }
  return [...stores].map((store) => ({ store, rest: name }));
}
