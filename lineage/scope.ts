import type { VersionPlan } from '../gateway/plan.ts';
import type { FieldName } from '../odoo/taint/direct-sources.ts';
import { copiesOf } from '../odoo/taint/trace-copies.ts';
import type { Scope } from './flows.ts';
import type { DeclaredField, Landscape } from './landscape.ts';
import { type Place, placeAt } from './place.ts';
import { allFields, type Subject } from './subject.ts';

/** The fields and grants that a subject is about. */
export function scopeOf(landscape: Landscape, subject: Subject): Scope {
  switch (subject.kind) {
    case 'field':
    case 'canonical':
      return { versions: byVersion(subject.fields) };
    case 'place':
      return { versions: byVersion(placesReached(landscape, subject.places).flatMap(({ fields }) => [...fields])) };
    case 'model':
      return {
        versions: byVersion(subject.places.flatMap(({ id }) => [...(landscape.standing.get(id)?.fields ?? [])])),
      };
    case 'interface':
      return { versions: whole(subject.versions) };
    case 'consumer':
      return { versions: whole(landscape.versions), consumer: subject.name };
    case 'grant':
      return { versions: whole(landscape.versions), grant: subject.name };
    case 'system':
      return {
        versions: byVersion(allFields(landscape).filter((declared) => isOf(landscape, declared, subject.name))),
      };
  }
}

/** A place with the fields that stand on it, and the way by which it holds what was asked for. */
export interface ReachedPlace {
  readonly place: Place;
  readonly fields: ReadonlySet<DeclaredField>;
  /** From this place to the one that was asked for; that one alone at itself. */
  readonly path: readonly FieldName[];
}

const NO_FIELDS: ReadonlySet<DeclaredField> = new Set();

/** Some places, and those into which Odoo copies what they hold and on which a contract stands. */
export function placesReached(landscape: Landscape, places: readonly Place[]): ReachedPlace[] {
  return places.flatMap((place) => {
    const own = { model: place.dataset, field: place.field };
    const itself = { place, fields: landscape.standing.get(place.id)?.fields ?? NO_FIELDS, path: [own] };
    const knowledge = landscape.knowledgeOf(place.system);
    const copies = knowledge === undefined ? [] : copiesOf(knowledge, [own]);
    const copied = copies.flatMap(({ model, field, path }) => {
      const standing = landscape.standing.get(placeAt(place.system, model, field).id);
      return standing === undefined ? [] : [{ ...standing, path }];
    });
    return [itself, ...copied];
  });
}

/** What a system holds, and what it owns wherever it is held. */
function isOf(landscape: Landscape, { field, standings }: DeclaredField, system: string): boolean {
  if (field.annotation.systemOfRecord === system) return true;
  return standings.some(({ place }) => place.system === system) && landscape.storeOf(system) === system;
}

export function byVersion(fields: readonly DeclaredField[]): Map<VersionPlan, Set<string>> {
  const versions = new Map<VersionPlan, Set<string>>();
  for (const { version, field } of fields) {
    const own = versions.get(version) ?? new Set();
    versions.set(version, own.add(field.id));
  }
  return versions;
}

function whole(versions: readonly VersionPlan[]): Map<VersionPlan, 'all'> {
  return new Map(versions.map((version) => [version, 'all']));
}
