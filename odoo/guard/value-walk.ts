import type { OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { tooMuch } from './refusals.ts';
import type { WrittenRecord } from './written-record.ts';

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

/** Values of one call, those of lines included. */
const MOST_IN_ALL = 20_000;

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
  /** Guards the values of a record: of the called one, or of a line within it. */
  readonly guardValues: GuardRecord;
}

type GuardRecord = (walk: ValueWalk, place: WritePlace, value: OdooValue | undefined) => WrittenRecord;

export function valueWalk(run: GuardRun, called: string, guardValues: GuardRecord): ValueWalk {
  return { run, called, linked: new LinkedRecords(), written: [], left: MOST_IN_ALL, depth: 0, guardValues };
}

/** Where values go, beside the record itself. */
export interface WritePlace extends Pick<WrittenRecord, 'kind' | 'ids' | 'above'> {
  readonly scope: WriteScope;
}

/** A record of which nothing is said yet, among all that is written. */
export function recordOf(walk: ValueWalk, { scope, kind, ids, above }: WritePlace): WrittenRecord {
  const { model } = scope;
  const knowledge = walk.run.access.knowledge.models.get(model);
  const record: WrittenRecord = { model, knowledge, kind, ids, above, values: Object.create(null) };
  walk.written.push(record);
  return record;
}
