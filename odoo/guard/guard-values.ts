import { isOdooObject, type OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun, ModelAccess } from './access.ts';
import { guardCommands } from './guard-commands.ts';
import { hiddenField, tooMuch, unfitArgument, unwritableField } from './refusals.ts';
import { isList } from './scope.ts';
import type { WrittenRecord } from './written-record.ts';
import { writtenValue } from './written-value.ts';

/** Fields that may be written at one place: of the called model, or of lines within its records. */
export interface WriteScope {
  readonly model: string;
  readonly fields: ReadonlyMap<string, FieldAccess>;
}

/** What must be asked of Odoo before values may be written: that linked records lie within their rules. */
export class LinkedRecords {
  readonly #byModel = new Map<string, Set<number>>();
  #count = 0;

  add(model: string, id: number): void {
    const known = this.#byModel.get(model) ?? new Set();
    this.#byModel.set(model, known.add(id));
    if (++this.#count > 10_000) throw tooMuch('Too many related records; write them in several calls.');
  }

  get all(): ReadonlyMap<string, ReadonlySet<number>> {
    return this.#byModel;
  }
}

const MOST_VALUES = 2000;

/** What one call writes, on its way to Odoo. */
export interface ValueWalk {
  readonly run: GuardRun;
  readonly called: string;
  readonly linked: LinkedRecords;
  /** All that is written, each record before the lines within it. */
  readonly written: WrittenRecord[];
  /** Values that may still come, lines included. */
  left: number;
  depth: number;
}

export function valueWalk(run: GuardRun, called: string): ValueWalk {
  return { run, called, linked: new LinkedRecords(), written: [], left: MOST_VALUES * 10, depth: 0 };
}

/** Where values go, beside the record itself. */
export interface WritePlace extends Pick<WrittenRecord, 'kind' | 'ids' | 'above'> {
  readonly scope: WriteScope;
}

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

/** A record of which nothing is said yet, among all that is written. */
export function recordOf(walk: ValueWalk, { scope, kind, ids, above }: WritePlace): WrittenRecord {
  const { model } = scope;
  const knowledge = walk.run.access.knowledge.models.get(model);
  const record: WrittenRecord = { model, knowledge, kind, ids, above, values: Object.create(null) };
  walk.written.push(record);
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
