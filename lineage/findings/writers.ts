import { isInForce } from '../in-force.ts';
import type { DeclaredField, Granted, Landscape } from '../landscape.ts';
import { storedAt } from '../stored-at.ts';
import { type Finding, listed, placeText } from './finding.ts';

interface Write {
  readonly granted: Granted;
  readonly declared: DeclaredField;
}

/** Places that several consumers may write, and fields that somebody else than their system of record may write. */
export function* writerFindings(landscape: Landscape, today: string): Iterable<Finding> {
  const places = new Map<string, Write[]>();
  const foreign = new Map<string, Write[]>();
  for (const granted of landscape.allGranted()) {
    if (!isInForce(granted, today)) continue;
    const declared = landscape.fieldsOf(granted.version);
    for (const id of granted.writable) {
      const field = declared.get(id);
      if (field?.operations.has(granted.operation.id) !== true) continue;
      const write = { granted, declared: field };
      for (const { place } of storedAt(field, granted.operation.id)) add(places, place.id, write);
      const owner = field.field.annotation.systemOfRecord;
      if (owner === undefined || speaksFor(landscape, granted, owner)) continue;
      add(foreign, JSON.stringify([granted.grant.metadata.name, owner]), write);
    }
  }
  for (const [place, writes] of places) yield* twoWriters(landscape, place, writes);
  for (const writes of foreign.values()) yield* notOwner(landscape, writes);
}

function add(map: Map<string, Write[]>, key: string, write: Write): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [write]);
  else known.push(write);
}

/**
 * The system behind the interface is written by whoever may call it. Of another one, a consumer writes what it owns when it
 * is that system by name, or is answered for by the same team.
 */
function speaksFor({ catalog }: Landscape, { consumer, version }: Granted, system: string): boolean {
  if (system === version.system.metadata.name || system === consumer.metadata.name) return true;
  return catalog.systems.get(system)?.document.spec.owner === consumer.spec.owner;
}

function* twoWriters({ catalog }: Landscape, place: string, writes: readonly Write[]): Iterable<Finding> {
  const consumers = new Set(writes.map(({ granted }) => granted.consumer.metadata.name));
  if (consumers.size < 2) return;
  const grants = new Set(writes.map(({ granted }) => granted.grant.metadata.name));
  const [, second] = grants;
  const source = catalog.grants.get(second ?? '')?.source;
  yield {
    code: 'two-writers',
    severity: 'warning',
    message: `${place} may be written by ${listed(consumers)}: the last one wins; let one of them write it, and take it out of the write rules of the others`,
    about: place,
    consumers: [...consumers],
    grants: [...grants],
    fields: [...new Set(writes.map(({ declared }) => declared.id))],
    ...placeText(source, '/spec/write'),
  };
}

function* notOwner({ catalog }: Landscape, writes: readonly Write[]): Iterable<Finding> {
  const [first] = writes;
  const owner = first?.declared.field.annotation.systemOfRecord;
  if (first === undefined || owner === undefined) return;
  const { grant, consumer } = first.granted;
  const fields = new Set(writes.map(({ declared }) => declared.id));
  yield {
    code: 'writer-not-owner',
    severity: 'warning',
    message: `${consumer.metadata.name} (team ${consumer.spec.owner}) may write ${listed(fields)}, of which ${owner} (team ${catalog.systems.get(owner)?.document.spec.owner ?? 'unknown'}) is the system of record; take it out of the write rules, or correct the system of record`,
    about: grant.metadata.name,
    consumers: [consumer.metadata.name],
    grants: [grant.metadata.name],
    fields: [...fields],
    ...placeText(catalog.grants.get(grant.metadata.name)?.source, '/spec/write'),
  };
}

/** Places whose contract fields disagree about the system of record. */
export function* ownerFindings(landscape: Landscape): Iterable<Finding> {
  for (const [id, { fields }] of landscape.standing) {
    const direct = [...fields].filter(({ standings }) => standings.some(({ place }) => place.id === id));
    const stated = direct.filter(({ field }) => field.annotation.systemOfRecord !== undefined);
    const owners = new Set(stated.map(({ field }) => field.annotation.systemOfRecord ?? ''));
    if (owners.size < 2) continue;
    const told = stated.map((declared) => `${declared.id} says ${declared.field.annotation.systemOfRecord}`);
    yield {
      code: 'owners-differ',
      severity: 'warning',
      message: `contracts do not agree on the system of record of ${id}: ${listed(told)}; decide on one`,
      about: id,
      consumers: [],
      grants: [],
      fields: stated.map((declared) => declared.id),
    };
  }
}
