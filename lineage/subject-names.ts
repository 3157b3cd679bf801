import { type Landscape, nameOf } from './landscape.ts';
import { allFields } from './subject.ts';

/** Every name that lineage can be asked of, the shorter forms first: what an unknown one is compared with. */
export function* subjectNames(landscape: Landscape, isQualified: boolean): Iterable<string> {
  const { catalog, environment, versions } = landscape;
  if (!isQualified) {
    yield* catalog.interfaces.keys();
    for (const [name, { document }] of catalog.consumers) if (document.spec.environment === environment) yield name;
    yield* catalog.systems.keys();
    for (const { field } of allFields(landscape)) {
      if (field.annotation.canonicalName !== undefined) yield field.annotation.canonicalName;
    }
    for (const { place } of landscape.standing.values()) {
      yield place.dataset;
      if (catalog.systems.get(place.system)?.document.spec.type === 'odoo') yield `${place.dataset}.${place.field}`;
    }
    for (const { field } of allFields(landscape)) yield field.id;
    yield* knownPlaces(landscape);
    yield* catalog.grants.keys();
  }
  for (const version of versions) yield nameOf(version);
  for (const { place } of landscape.standing.values()) yield place.id;
  for (const declared of allFields(landscape)) {
    yield `${declared.version.interface.metadata.name}:${declared.field.id}`;
    yield declared.id;
  }
}

/** Fields of Odoo that no contract stands on. */
function* knownPlaces(landscape: Landscape): Iterable<string> {
  for (const system of landscape.catalog.systems.keys()) {
    if (landscape.storeOf(system) !== system) continue;
    for (const { name, fields } of landscape.knowledgeOf(system)?.models.values() ?? []) {
      for (const field of fields.keys()) yield `${name}.${field}`;
    }
  }
}
