import type { DatabaseKnowledge, FieldKnowledge } from '../knowledge.ts';

/** A field of another record than the one that a condition is about, on which it depends whether the condition holds. */
export interface DecidingField {
  readonly model: string;
  readonly field: string;
  /** What is left of the condition's path at that record. Undefined where the condition does not name it so. */
  readonly rest: string | undefined;
  /** Whether it puts records into a list: one that is made decides, too. */
  readonly atCreation: boolean;
}

interface Way {
  readonly model: string;
  readonly path: string;
  /** What is left of the condition's path at the record where this way begins; undefined where that is another one. */
  readonly rest: string | undefined;
  /** Whether it begins at another record than the condition. */
  readonly isOther: boolean;
  readonly depth: number;
}

/** Copies of copies, and values computed from computed ones. */
const DEEPEST = 4;
const MOST_WAYS = 1000;

/**
 * All fields of other records that decide whether a condition on a path holds: every step after the first (`isOther`: that
 * one, too), the other side of every list, and what related and computed fields on the way are made of. A way ends where
 * nothing is known.
 */
export function decidingFields(
  knowledge: DatabaseKnowledge,
  { model, path, isOther }: { readonly model: string; readonly path: string; readonly isOther: boolean },
): readonly DecidingField[] {
  const found = new Map<string, DecidingField>();
  const ways: Way[] = [{ model, path, rest: path, isOther, depth: 0 }];
  const seen = new Set<string>();
  for (const way of ways) {
    const key = JSON.stringify([way.model, way.path, way.rest, way.isOther]);
    if (seen.has(key) || seen.size >= MOST_WAYS) continue;
    seen.add(key);
    ways.push(...follow(knowledge, way, found));
  }
  return [...found.values()];
}

/** Notes the fields of one way; answers the ways on which these come to be. */
function follow(knowledge: DatabaseKnowledge, way: Way, found: Map<string, DecidingField>): Way[] {
  const names = way.path.split('.');
  const further: Way[] = [];
  let model: string | undefined = way.model;
  for (const [index, field] of names.entries()) {
    const known: FieldKnowledge | undefined =
      model === undefined ? undefined : knowledge.models.get(model)?.fields.get(field);
    if (model === undefined || known === undefined) break;
    const isOther = way.isOther || index > 0;
    const rest = index === 0 ? way.rest : way.depth === 0 ? names.slice(index).join('.') : undefined;
    if (isOther) note(found, { model, field, rest, atCreation: false });
    const { related, depends, relation, inverse }: FieldKnowledge = known;
    if (way.depth < DEEPEST) {
      const depth = way.depth + 1;
      for (const path of related === undefined ? depends : [related])
        further.push({ model, path, rest, isOther, depth });
    }
    if (relation !== undefined && inverse !== undefined) {
      note(found, { model: relation, field: inverse, rest: undefined, atCreation: true });
    }
    model = relation;
  }
  return further;
}

/** Each field once; what the condition says of it only where it says it alone. */
function note(found: Map<string, DecidingField>, one: DecidingField): void {
  const key = JSON.stringify([one.model, one.field]);
  const { rest, atCreation } = found.get(key) ?? one;
  found.set(key, { ...one, rest: rest === one.rest ? rest : undefined, atCreation: atCreation || one.atCreation });
}
