import type { DatabaseKnowledge } from '../knowledge.ts';
import { type DirectSource, directSources, type FieldName, keyOf } from './direct-sources.ts';

/** A field that takes part in a copy, and the way there: the copy first, what it is a copy of last. */
export interface TracedField extends FieldName {
  readonly path: readonly FieldName[];
}

/** Fields of one trace; a real Odoo has none of more than some hundred. */
const MOST_TRACED = 5000;

/** Every field whose value a field holds, near or far, each by the shortest way. */
export function sourcesOf(knowledge: DatabaseKnowledge, model: string, field: string): readonly TracedField[] {
  const start = { model, field };
  return trace([start], (name) => directSources(knowledge, name), false);
}

/** Every field that holds the value of any of some fields, near or far, each by the shortest way. */
export function copiesOf(knowledge: DatabaseKnowledge, hidden: readonly FieldName[]): readonly TracedField[] {
  const copies = reversed(knowledge);
  return trace(hidden, (name) => copies.get(keyOf(name)) ?? [], true);
}

/** Fields that are reached in widening circles, each once. `towardsCopies`: the way is told from its end. */
function trace(
  starts: readonly FieldName[],
  next: (name: FieldName) => readonly FieldName[],
  towardsCopies: boolean,
): readonly TracedField[] {
  const seen = new Set(starts.map(keyOf));
  const traced: TracedField[] = [];
  let circle: readonly TracedField[] = starts.map((name) => ({ ...name, path: [name] }));
  while (circle.length > 0 && traced.length < MOST_TRACED) {
    const wider: TracedField[] = [];
    for (const { path, ...at } of circle) {
      for (const { model, field } of next(at)) {
        const name = { model, field };
        const key = keyOf(name);
        if (seen.has(key)) continue;
        seen.add(key);
        wider.push({ ...name, path: towardsCopies ? [name, ...path] : [...path, name] });
      }
    }
    traced.push(...wider);
    circle = wider;
  }
  return traced;
}

const indexes = new WeakMap<DatabaseKnowledge, ReadonlyMap<string, readonly FieldName[]>>();

/** The copies of each field, one step away. */
function reversed(knowledge: DatabaseKnowledge): ReadonlyMap<string, readonly FieldName[]> {
  const known = indexes.get(knowledge);
  if (known !== undefined) return known;
  const index = new Map<string, FieldName[]>();
  for (const { name: model, fields } of knowledge.models.values()) {
    for (const field of fields.keys()) {
      const copy = { model, field };
      for (const source of directSources(knowledge, copy)) add(index, source, copy);
    }
  }
  indexes.set(knowledge, index);
  return index;
}

function add(index: Map<string, FieldName[]>, source: DirectSource, copy: FieldName): void {
  const key = keyOf(source);
  const copies = index.get(key) ?? [];
  copies.push(copy);
  index.set(key, copies);
}

/** `res.partner.email_formatted ← email`: a step within the same model by its field alone. */
export function traceText(path: readonly FieldName[]): string {
  return path
    .map(({ model, field }, index) => (model === path[index - 1]?.model ? field : `${model}.${field}`))
    .join(' ← ');
}
