import type { DatabaseKnowledge, FieldKnowledge } from '../knowledge.ts';

/** A field of a model. */
export interface ModelField {
  readonly model: string;
  readonly field: FieldKnowledge;
}

/** Why a path leads nowhere: what is not known, or is no relation, and of which model. */
export interface Unresolved {
  readonly missing: 'model' | 'field' | 'relation';
  readonly model: string;
  readonly name: string;
}

/** The field at each step of a path. */
export function resolvePath(
  knowledge: DatabaseKnowledge,
  model: string,
  path: readonly string[],
): readonly ModelField[] | Unresolved {
  const steps: ModelField[] = [];
  let at = model;
  for (const [index, name] of path.entries()) {
    const fields = knowledge.models.get(at)?.fields;
    if (fields === undefined) return { missing: 'model', model: at, name };
    const field = fields.get(name);
    if (field === undefined) return { missing: 'field', model: at, name };
    steps.push({ model: at, field });
    if (index === path.length - 1) break;
    if (field.relation === undefined) return { missing: 'relation', model: at, name };
    at = field.relation;
  }
  return steps;
}

export function isResolved(found: readonly ModelField[] | Unresolved): found is readonly ModelField[] {
  return Array.isArray(found);
}
