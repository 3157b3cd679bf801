import { nearestName } from '../../../catalog/nearest-name.ts';
import type { KnownField, KnownModel, KnownModels } from './known-models.ts';
import { type Rename, removalOf, renamedField, renamedModel } from './renames.ts';

/** The likely new name of what is gone, and why it is thought so. */
export interface LikelyName {
  readonly name: string;
  readonly by: 'table' | 'similarity';
  readonly changed: boolean;
}

/** One thing that is otherwise in the other database. */
export type ModelChange =
  | { readonly kind: 'model-gone'; readonly model: string; readonly likely: LikelyName | undefined }
  | {
      readonly kind: 'field-gone';
      readonly model: string;
      readonly field: string;
      readonly likely: LikelyName | undefined;
      readonly told: string | undefined;
    }
  | {
      readonly kind: 'field-new';
      readonly model: string;
      readonly field: string;
      readonly type: string;
      readonly required: boolean;
    }
  | {
      readonly kind: 'type-changed' | 'relation-changed';
      readonly model: string;
      readonly field: string;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: 'selection-changed';
      readonly model: string;
      readonly field: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly kind: 'now-required'; readonly model: string; readonly field: string }
  | { readonly kind: 'now-readonly' | 'not-sortable'; readonly model: string; readonly field: string };

/** Names under which the models of one database may stand in another: their own, and the new ones of the table. */
export function namesAfter(models: Iterable<string>, from: number, to: number): string[] {
  return [...models].flatMap((model) => {
    const renamed = renamedModel(model, from, to);
    return renamed === undefined ? [model] : [model, renamed.name];
  });
}

/** All differences, by model and field. Models that neither side knows whole are compared by what both know. */
export function compareModels(old: KnownModels, other: KnownModels): ModelChange[] {
  const changes: ModelChange[] = [];
  for (const [name, model] of [...old.models].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const renamed = renamedModel(name, old.major, other.major);
    const same = other.models.get(name);
    const there = same ?? (renamed === undefined ? undefined : other.models.get(renamed.name));
    if (same === undefined) {
      // A model that was only stepped through is missed by the fields that lead to it.
      if (!model.whole && renamed === undefined) continue;
      const likely = there === undefined || renamed === undefined ? undefined : tableName(renamed);
      changes.push({ kind: 'model-gone', model: name, likely });
    }
    if (there !== undefined) changes.push(...compareFields(name, model, there, old.major, other.major));
  }
  return changes;
}

function tableName({ name, changed }: Rename): LikelyName {
  return { name, by: 'table', changed };
}

function* compareFields(
  model: string,
  old: KnownModel,
  other: KnownModel,
  from: number,
  to: number,
): Iterable<ModelChange> {
  const fresh = [...other.fields.keys()].filter((name) => !old.fields.has(name));
  for (const [field, before] of [...old.fields].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const now = other.fields.get(field);
    if (now !== undefined) yield* compareField(model, field, before, now, from, to);
    // Of a model that was not read whole nobody can say that a field is gone.
    else if (other.whole || old.whole) {
      const likely = likelyName(model, field, before, other, fresh, from, to);
      yield { kind: 'field-gone', model, field, likely, told: removalOf(model, field, from, to) };
    }
  }
  if (!old.whole) return;
  for (const field of fresh.sort()) {
    const now = other.fields.get(field);
    if (now !== undefined) yield { kind: 'field-new', model, field, type: now.type, required: now.required };
  }
}

function likelyName(
  model: string,
  field: string,
  before: KnownField,
  other: KnownModel,
  fresh: readonly string[],
  from: number,
  to: number,
): LikelyName | undefined {
  const known = renamedField(model, field, from, to);
  const target = known === undefined ? undefined : other.fields.get(known.name);
  if (known !== undefined && target !== undefined) {
    return tableName({ ...known, changed: known.changed || (before.type !== '' && target.type !== before.type) });
  }
  const alike = fresh.filter((name) => {
    const now = other.fields.get(name);
    return now !== undefined && now.type === before.type && now.relation === before.relation;
  });
  const stem = stemOf(field);
  const name =
    alike.find((candidate) => stemOf(candidate) === stem) ??
    alike.find((candidate) => before.title !== undefined && other.fields.get(candidate)?.title === before.title) ??
    nearestName(field, alike);
  return name === undefined ? undefined : { name, by: 'similarity', changed: false };
}

/** `groups_id` and `group_ids` have one stem. */
function stemOf(name: string): string {
  return name
    .split('_')
    .filter((word) => word !== 'id' && word !== 'ids' && word !== 'x')
    .map((word) => word.replace(/s$/, ''))
    .join('_');
}

function* compareField(
  model: string,
  field: string,
  before: KnownField,
  now: KnownField,
  from: number,
  to: number,
): Iterable<ModelChange> {
  // Known from a contract alone: it is there, and that is all that can be said.
  if (before.type === '') return;
  const relation =
    before.relation === undefined ? undefined : (renamedModel(before.relation, from, to)?.name ?? before.relation);
  if (before.type !== now.type) yield { kind: 'type-changed', model, field, from: before.type, to: now.type };
  else if (before.relation !== now.relation && relation !== now.relation) {
    yield { kind: 'relation-changed', model, field, from: before.relation ?? 'none', to: now.relation ?? 'none' };
  }
  if (before.selection !== undefined && now.selection !== undefined) {
    const added = now.selection.filter((value) => before.selection?.includes(value) !== true);
    const removed = before.selection.filter((value) => now.selection?.includes(value) !== true);
    if (added.length + removed.length > 0) yield { kind: 'selection-changed', model, field, added, removed };
  }
  if (!before.required && now.required) yield { kind: 'now-required', model, field };
  if (!before.readonly && now.readonly) yield { kind: 'now-readonly', model, field };
  if (before.sortable && !now.sortable) yield { kind: 'not-sortable', model, field };
}
