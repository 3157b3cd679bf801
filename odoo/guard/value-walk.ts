import type { OdooObject, OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { tooMuch } from './refusals.ts';

export type WriteKind = 'create' | 'update';

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

/** Values of one call, lines within records included. */
const MOST_IN_ALL = 20_000;

/** One record's values on their way to Odoo. */
export interface ValueWalk {
  readonly run: GuardRun;
  readonly called: string;
  readonly linked: LinkedRecords;
  /** Values that may still come, lines included. */
  left: number;
  depth: number;
  /** Guards the values of one record: of the called model's, or of a line's. */
  readonly values: GuardRecord;
}

type GuardRecord = (walk: ValueWalk, scope: WriteScope, kind: WriteKind, value: OdooValue | undefined) => OdooObject;

export function valueWalk(run: GuardRun, called: string, values: GuardRecord): ValueWalk {
  return { run, called, linked: new LinkedRecords(), left: MOST_IN_ALL, depth: 0, values };
}
