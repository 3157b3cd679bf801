import { directSources, type FieldName, keyOf } from '../odoo/taint/direct-sources.ts';
import { type Flow, flowsIn, type Scope } from './flows.ts';
import { masksOf } from './granted-fields.ts';
import { GraphBuilder, type LineageGraph } from './graph.ts';
import type { DeclaredField, Landscape } from './landscape.ts';
import { canonicalNode, consumerNode, fieldNode, grantNode, placeNode, systemNode } from './nodes.ts';
import { type Place, placeAt } from './place.ts';
import { byVersion, placesReached, scopeOf } from './scope.ts';
import { storedAt } from './stored-at.ts';
import type { Subject } from './subject.ts';

/** A real Odoo computes no field from so many others that more would help anybody. */
const MOST_SOURCES = 200;

/** All ways through a subject: what is declared of it, and what grants give of it. */
export function traceLineage(landscape: Landscape, subject: Subject): LineageGraph {
  const tracer = new Tracer(landscape, subject);
  const scope = scopeOf(landscape, subject);
  if (subject.kind === 'place') tracer.addReached(subject.places);
  if (subject.kind !== 'consumer' && subject.kind !== 'grant') tracer.addFields(scope);
  for (const flow of flowsIn(landscape, scope)) tracer.addFlow(flow);
  if (subject.kind === 'field' || subject.kind === 'canonical') {
    for (const flow of flowsIn(landscape, writersOf(landscape, scope))) tracer.addWrites(flow);
  }
  return tracer.graph();
}

/** What is read comes from everybody who writes the same place, under whatever name. */
function writersOf(landscape: Landscape, { versions }: Scope): Scope {
  const asked = [...versions].flatMap(([version, ids]) =>
    [...landscape.fieldsOf(version).values()].filter(({ field }) => ids === 'all' || ids.has(field.id)),
  );
  const places = new Set(asked.flatMap(({ standings }) => standings.map(({ place }) => place.id)));
  const standing = [...places].flatMap((id) => [...(landscape.standing.get(id)?.fields ?? [])]);
  const others = standing.filter(({ standings }) => standings.some(({ place }) => places.has(place.id)));
  return { versions: byVersion(others) };
}

class Tracer {
  readonly #landscape: Landscape;
  readonly #builder = new GraphBuilder();
  /** Where the subject is one field, what Odoo computes it from is told, too. */
  readonly #isNarrow: boolean;
  /** Of a field of a system, only ways through it; undefined: all. */
  #places: ReadonlySet<string> | undefined;
  readonly #sourced = new Set<string>();

  constructor(landscape: Landscape, { kind }: Subject) {
    this.#landscape = landscape;
    this.#isNarrow = kind === 'field' || kind === 'place' || kind === 'canonical';
  }

  graph(): LineageGraph {
    return this.#builder.graph();
  }

  /** The places that hold what some places hold, by the way from one to the other. */
  addReached(places: readonly Place[]): void {
    const reached = placesReached(this.#landscape, places);
    this.#places = new Set(reached.map(({ place }) => place.id));
    for (const { place, path } of reached) {
      this.#builder.node(placeNode(place));
      if (path.length === 1) this.#addSources(place);
      for (const [index, copy] of path.entries()) {
        const source = path[index + 1];
        if (source !== undefined) this.#addCopy(place.system, source, copy);
      }
    }
  }

  addFields({ versions }: Scope): void {
    for (const [version, asked] of versions) {
      for (const [id, declared] of this.#landscape.fieldsOf(version)) {
        if (asked === 'all' || asked.has(id)) this.#addField(declared);
      }
    }
  }

  addFlow(flow: Flow): void {
    const { granted, reads, filters } = flow;
    const { operation, selection } = granted;
    const grant = this.#builder.node(grantNode(granted));
    const consumer = this.#builder.node(consumerNode(this.#landscape.catalog, granted));
    const operations = [operation.id];
    for (const declared of reads) {
      const from = this.#addField(declared, operation.id);
      const masks = selection === undefined ? undefined : masksOf(selection, declared.field.id);
      const hidden = masks === undefined ? {} : { masks: masks.masks, maskedEverywhere: masks.everywhere };
      this.#builder.edge({ kind: 'reads', from, to: grant, operations, ...hidden });
      this.#builder.edge({ kind: 'receives', from: grant, to: consumer });
    }
    this.addWrites(flow);
    for (const declared of filters) {
      this.#builder.edge({ kind: 'filters', from: this.#addField(declared, operation.id), to: grant });
    }
  }

  addWrites({ granted, writes }: Flow): void {
    const { operation } = granted;
    for (const declared of writes) {
      const grant = this.#builder.node(grantNode(granted));
      const consumer = this.#builder.node(consumerNode(this.#landscape.catalog, granted));
      const field = this.#builder.node(fieldNode(declared));
      const operations = [operation.id];
      this.#builder.edge({ kind: 'sends', from: consumer, to: grant });
      this.#builder.edge({ kind: 'writes', from: grant, to: field, operations });
      for (const { place, transforms } of storedAt(declared, operation.id)) {
        if (!this.#isAsked(place)) continue;
        const to = this.#addPlace(place, declared);
        this.#builder.edge({ kind: 'stores', from: field, to, operations, ...transformed(transforms) });
      }
    }
  }

  /** With what it stands on: in one operation, or in any. */
  #addField(declared: DeclaredField, operation?: string): string {
    const { annotation } = declared.field;
    const id = this.#builder.node(fieldNode(declared));
    const standings = declared.standings.filter(({ place, through, operations }) => {
      const isAsked = [place, ...through].some((one) => this.#isAsked(one));
      return isAsked && (operation === undefined || operations.has(operation));
    });
    for (const { place, through, transforms, operations } of standings) {
      const from = this.#addPlace(place, declared);
      const edge = { kind: 'stands' as const, operations: [...operations].sort(), ...transformed(transforms) };
      const { canonicalName } = annotation;
      if (canonicalName === undefined) this.#builder.edge({ ...edge, from, to: id });
      else {
        const canonical = this.#builder.node(canonicalNode(canonicalName, place));
        this.#builder.edge({ kind: 'stands', from, to: canonical });
        this.#builder.edge({ ...edge, from: canonical, to: id });
      }
      for (const relation of through) {
        this.#builder.edge({ kind: 'leads', from: this.#addPlace(relation, undefined), to: id });
      }
    }
    if (standings.length === 0) this.#addOwner(annotation.systemOfRecord, id);
    return id;
  }

  #addPlace(place: Place, standing: DeclaredField | undefined): string {
    const id = this.#builder.node(placeNode(place));
    this.#addOwner(standing?.field.annotation.systemOfRecord, id);
    if (this.#isNarrow && this.#places === undefined && standing !== undefined) this.#addSources(place);
    return id;
  }

  #addOwner(system: string | undefined, to: string): void {
    const node = system === undefined ? undefined : systemNode(this.#landscape.catalog, system);
    if (node !== undefined) this.#builder.edge({ kind: 'owns', from: this.#builder.node(node), to });
  }

  /** What Odoo computes a place from, near and far. */
  #addSources({ id, system, dataset, field }: Place): void {
    const knowledge = this.#landscape.knowledgeOf(system);
    if (knowledge === undefined || this.#sourced.has(id)) return;
    this.#sourced.add(id);
    const waiting: FieldName[] = [{ model: dataset, field }];
    const seen = new Set(waiting.map(keyOf));
    for (let copy = waiting.shift(); copy !== undefined; copy = waiting.shift()) {
      for (const source of directSources(knowledge, copy)) {
        this.#addCopy(system, source, copy);
        if (seen.has(keyOf(source)) || seen.size >= MOST_SOURCES) continue;
        seen.add(keyOf(source));
        waiting.push(source);
      }
    }
  }

  #addCopy(system: string, source: FieldName, copy: FieldName): void {
    const [from, to] = [source, copy].map(({ model, field }) =>
      this.#builder.node(placeNode(placeAt(system, model, field))),
    );
    const knowledge = this.#landscape.knowledgeOf(system);
    const sources = knowledge === undefined ? [] : directSources(knowledge, copy);
    const reason = sources.find((one) => keyOf(one) === keyOf(source))?.reason;
    if (from === undefined || to === undefined) return;
    this.#builder.edge({ kind: 'copies', from, to, ...(reason === undefined ? {} : { reason }) });
  }

  #isAsked({ id }: Place): boolean {
    return this.#places === undefined || this.#places.has(id);
  }
}

function transformed(transforms: readonly string[]): { readonly transforms?: readonly string[] } {
  return transforms.length === 0 ? {} : { transforms };
}
