import { isOdooObject, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { FieldAccess, GuardRun, ModelAccess } from './access.ts';
import { guardCommands } from './guard-commands.ts';
import { hiddenField, tooMuch, unfitArgument, unwritableField } from './refusals.ts';
import { isList } from './scope.ts';
import { writtenValue } from './written-value.ts';

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

const MOST_VALUES = 2000;

/** One record's values on their way to Odoo. */
export interface ValueWalk {
  readonly run: GuardRun;
  readonly called: string;
  readonly linked: LinkedRecords;
  /** Values that may still come, lines included. */
  left: number;
  depth: number;
}

export function valueWalk(run: GuardRun, called: string): ValueWalk {
  return { run, called, linked: new LinkedRecords(), left: MOST_VALUES * 10, depth: 0 };
}

/**
 * Values that a client wants to write, of writable fields only and each of its field's type. A field that it may see is
 * refused as not writable; any other as unknown. Throws OdooRefusal.
 */
export function guardValues(
  walk: ValueWalk,
  scope: WriteScope,
  kind: WriteKind,
  value: OdooValue | undefined,
): OdooObject {
  if (!isOdooObject(value)) throw unfitArgument('values must be an object');
  const names = Object.keys(value);
  walk.left -= names.length;
  if (names.length > MOST_VALUES || walk.left < 0) throw tooMuch('Too many values for one call.');
  return odooObject(
    names.map((name): [string, OdooValue] => {
      const field = scope.fields.get(name);
      const isLines = field !== undefined && isList(field.knowledge) && field.behind !== undefined;
      if (field === undefined || name === 'id' || !(field[kind] || isLines)) throw refuse(walk, scope, field, name);
      const given = value[name] ?? null;
      const written = isList(field.knowledge)
        ? guardCommands(walk, scope.model, field, kind, given)
        : writtenValue(walk.called, field.knowledge, given);
      const { relation } = field.knowledge;
      if (field.knowledge.type === 'many2one' && relation !== undefined && typeof written === 'number') {
        walk.linked.add(relation, written);
      }
      walk.run.facts.written.add(field.id);
      return [name, written];
    }),
  );
}

function refuse({ called }: ValueWalk, scope: WriteScope, field: FieldAccess | undefined, name: string) {
  const mayBeTold = field !== undefined && (field.read || field.create || field.update);
  return mayBeTold && scope.model === called ? unwritableField(called, name) : hiddenField(called, name);
}

/** What of a model may be written, by its own grants. */
export function writeScope(access: ModelAccess): WriteScope {
  return { model: access.knowledge.name, fields: access.fields };
}
