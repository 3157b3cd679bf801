import type { GrantedValue } from '../access/granted-values.ts';
import { isResolved, resolvePath } from '../access/resolve-path.ts';
import type { DatabaseKnowledge } from '../knowledge.ts';
import { directSources, type FieldName, isOwnData, keyOf } from './direct-sources.ts';
import { namesOf } from './known-copies.ts';

/** A value as a grant shows it: the model that its path begins at, and the value. */
export interface ShownValue {
  readonly model: string;
  readonly value: GrantedValue;
}

/** A contract field that is a copy of a hidden one, with the way there. */
export interface ShownCopy {
  readonly fieldId: string;
  readonly path: readonly FieldName[];
}

/** A mask that lets long beginnings through hides nothing. */
const MOST_SHOWN = 4;
const MOST_VISITED = 5000;

/**
 * What of all that a grant shows is a copy of what it hides: for each contract field and each hidden source the shortest
 * way. A source is hidden when the grant shows it nowhere, or only masked. What the grant shows is not looked behind: it
 * is looked at itself. A record that is composed of another (`_inherits`) shows that one's fields as its own, as long as
 * the grant shows nothing of the other by itself.
 */
export function shownCopies(knowledge: DatabaseKnowledge, shown: readonly ShownValue[]): readonly ShownCopy[] {
  const plain = new Set<string>();
  const models = new Set<string>();
  const starts: { readonly fieldId: string; readonly name: FieldName }[] = [];
  for (const { model, value } of shown) {
    const steps = resolvePath(knowledge, model, value.path);
    const end = isResolved(steps) ? steps.at(-1) : undefined;
    if (end === undefined) continue;
    const isLabel = value.kind === 'label';
    const { relation } = end.field;
    const name = isLabel && relation !== undefined ? { model: relation, field: 'display_name' } : nameOf(end);
    const fieldId = value.field.id;
    if (value.mask === undefined) {
      models.add(name.model);
      plain.add(keyOf(nameOf(end)));
      const names = isLabel ? namesOf(name.model, knowledge.models.get(name.model)?.recordName) : [];
      for (const field of names) plain.add(keyOf({ model: name.model, field }));
    }
    if (value.mask === undefined || (value.mask.type === 'truncate' && value.mask.length > MOST_SHOWN)) {
      starts.push({ fieldId, name });
    }
  }
  const found = new Map<string, ShownCopy>();
  for (const { fieldId, name } of starts) {
    for (const path of hiddenSources(knowledge, name, plain, models)) {
      const end = path.at(-1);
      const key = end === undefined ? fieldId : `${fieldId} ${keyOf(end)}`;
      if (!found.has(key)) found.set(key, { fieldId, path });
    }
  }
  return [...found.values()];
}

function nameOf(end: { readonly model: string; readonly field: { readonly name: string } }): FieldName {
  return { model: end.model, field: end.field.name };
}

function* hiddenSources(
  knowledge: DatabaseKnowledge,
  start: FieldName,
  plain: ReadonlySet<string>,
  models: ReadonlySet<string>,
): Iterable<readonly FieldName[]> {
  const seen = new Set([keyOf(start)]);
  let circle: readonly (readonly FieldName[])[] = [[start]];
  while (circle.length > 0 && seen.size < MOST_VISITED) {
    const wider: (readonly FieldName[])[] = [];
    for (const path of circle) {
      const at = path.at(-1) ?? start;
      for (const { model, field, reason } of directSources(knowledge, at)) {
        const source = { model, field };
        const key = keyOf(source);
        if (seen.has(key) || plain.has(key)) continue;
        seen.add(key);
        const way = [...path, source];
        const isSelf = isDelegated(knowledge, at, source, reason) && !models.has(model);
        if (!isSelf && isOwnData(knowledge, source)) yield way;
        else wider.push(way);
      }
    }
    circle = wider;
  }
}

/** Whether a field is another model's own, which its record is composed of. */
function isDelegated(knowledge: DatabaseKnowledge, at: FieldName, source: FieldName, reason: string): boolean {
  const link = knowledge.models.get(at.model)?.inherits[source.model];
  if (link === undefined || at.field !== source.field) return false;
  const related = knowledge.models.get(at.model)?.fields.get(at.field)?.related;
  return reason === 'inherited' || related === `${link}.${source.field}`;
}
