import { isOdooObject, type OdooValue } from '../wire/value.ts';
import type { FieldAccess, ModelAccess } from './access.ts';
import { guardCommands } from './guard-commands.ts';
import { hiddenField, tooMuch, unfitArgument, unwritableField } from './refusals.ts';
import { isList } from './scope.ts';
import { recordOf, type ValueWalk, type WritePlace, type WriteScope } from './value-walk.ts';
import type { WrittenRecord } from './written-record.ts';
import { writtenValue } from './written-value.ts';

const MOST_VALUES = 2000;

/**
 * Values that a client wants to write, of writable fields only and each of its field's type. A field that it may see is
 * refused as not writable; any other as unknown. Throws OdooRefusal.
 */
export function guardValues(
  walk: ValueWalk,
  { scope, kind, ids, above }: WritePlace,
  value: OdooValue | undefined,
): WrittenRecord {
  if (!isOdooObject(value)) throw unfitArgument('values must be an object');
  const names = Object.keys(value);
  walk.left -= names.length;
  if (names.length > MOST_VALUES || walk.left < 0) throw tooMuch('Too many values for one call.');
  const record = recordOf(walk, { scope, kind, ids, above });
  for (const name of names) {
    const field = scope.fields.get(name);
    const isLines = field !== undefined && isList(field.knowledge) && field.behind !== undefined;
    if (field === undefined || name === 'id' || !(field[kind] || isLines)) throw refuse(walk, scope, field, name);
    const given = value[name] ?? null;
    const written = isList(field.knowledge)
      ? guardCommands(walk, record, field, given)
      : writtenValue(walk.called, field.knowledge, given);
    const { relation } = field.knowledge;
    if (field.knowledge.type === 'many2one' && relation !== undefined && typeof written === 'number') {
      walk.linked.add(relation, written);
    }
    walk.run.facts.written.add(field.id);
    record.values[name] = written;
  }
  return record;
}

function refuse({ called }: ValueWalk, scope: WriteScope, field: FieldAccess | undefined, name: string) {
  const mayBeTold = field !== undefined && (field.read || field.create || field.update);
  return mayBeTold && scope.model === called ? unwritableField(called, name) : hiddenField(called, name);
}

/** What of a model may be written, by its own grants. */
export function writeScope(access: ModelAccess): WriteScope {
  return { model: access.knowledge.name, fields: access.fields };
}
