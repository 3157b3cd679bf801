import { isRecordId } from '../typed-call.ts';
import { isOdooList, type OdooValue } from '../wire/value.ts';
import type { FieldAccess, ModelAccess } from './access.ts';
import { tooMuch, unfitValue, unwritableField } from './refusals.ts';
import { isSystemModel } from './system-models.ts';
import { recordOf, type ValueWalk, type WriteScope } from './value-walk.ts';
import { isNothing, wholeNumber } from './whole-number.ts';
import type { WriteKind, WrittenRecord } from './written-record.ts';

const MOST_COMMANDS = 1000;
const DEEPEST = 3;

const CREATE = 0;
const UPDATE = 1;
const DELETE = 2;
const UNLINK = 3;
const LINK = 4;
const CLEAR = 5;
const SET = 6;

/**
 * Commands on a list of records (Odoo: `Command`), each in its full form. Creating and changing lines needs their fields
 * granted; linking needs the list itself granted, and of a one2many, where it gives the other record a new parent, that the
 * other record may be changed so. What is taken out of a one2many is deleted where it cannot be without a parent, and so
 * needs that right, too. `record` is the one that has the list. Throws OdooRefusal.
 */
export function guardCommands(walk: ValueWalk, record: WrittenRecord, field: FieldAccess, value: OdooValue): OdooValue {
  const { name, relation } = field.knowledge;
  if (relation === undefined || isSystemModel(relation)) throw unwritableField(walk.called, name);
  if (isNothing(value)) return [];
  if (!isOdooList(value)) throw unfitValue(walk.called, name);
  if (value.length > MOST_COMMANDS) throw tooMuch(`At most ${MOST_COMMANDS} related records can be written at once.`);
  if (walk.depth >= DEEPEST) throw tooMuch('Records within records are written too deep.');
  walk.depth++;
  const commands = new CommandReader(walk, record, field, relation).read(value);
  walk.depth--;
  return commands;
}

class CommandReader {
  readonly #walk: ValueWalk;
  readonly #record: WrittenRecord;
  readonly #field: FieldAccess;
  readonly #relation: string;
  readonly #linked: number[] = [];
  readonly #unlinked: number[] = [];

  constructor(walk: ValueWalk, record: WrittenRecord, field: FieldAccess, relation: string) {
    this.#walk = walk;
    this.#record = record;
    this.#field = field;
    this.#relation = relation;
  }

  read(list: readonly OdooValue[]): OdooValue {
    // Bare ids stand for the list that is to be.
    if (list.length > 0 && list.every((item) => !isOdooList(item))) return [this.#command([SET, 0, list])];
    const commands = list.map((item) => this.#command(isOdooList(item) ? item : this.#unfit()));
    this.#noteMoved();
    return commands;
  }

  /** Lines that get another record above them, or none, are changed by that. */
  #noteMoved(): void {
    const { inverse } = this.#field.knowledge;
    const above = this.#above();
    if (above === undefined || inverse === undefined) return;
    const place = { scope: { model: this.#relation, fields: new Map() }, kind: 'update' } as const;
    if (this.#linked.length > 0) recordOf(this.#walk, { ...place, ids: this.#linked, above });
    if (this.#unlinked.length === 0) return;
    recordOf(this.#walk, { ...place, ids: this.#unlinked, above: undefined }).values[inverse] = false;
  }

  #above(): WrittenRecord['above'] {
    const { inverse, type } = this.#field.knowledge;
    return type === 'one2many' && inverse !== undefined ? { field: inverse, record: this.#record } : undefined;
  }

  #command(item: readonly OdooValue[]): OdooValue {
    const [code, second, third] = item;
    switch (wholeNumber(code)) {
      case CREATE: {
        const place = { scope: this.#lines('create'), kind: 'create', ids: [], above: this.#above() } as const;
        return [CREATE, 0, this.#walk.guardValues(this.#walk, place, third).values];
      }
      case UPDATE: {
        const scope = this.#lines('update');
        const id = this.#id(second);
        return [
          UPDATE,
          id,
          this.#walk.guardValues(this.#walk, { scope, kind: 'update', ids: [id], above: undefined }, third).values,
        ];
      }
      case DELETE:
        if (this.#target()?.calls.has('delete') !== true) throw this.#unwritable();
        return [DELETE, this.#id(second), 0];
      case UNLINK:
        this.#requireUnlinks();
        return [UNLINK, noted(this.#unlinked, this.#id(second)), 0];
      case LINK:
        this.#requireLinks();
        return [LINK, noted(this.#linked, this.#id(second)), 0];
      case CLEAR:
        this.#requireReplaceable();
        return [CLEAR, 0, 0];
      case SET: {
        this.#requireReplaceable();
        if (!isOdooList(third) || third.length > MOST_COMMANDS) throw this.#unfit();
        return [SET, 0, third.map((id) => this.#id(id))];
      }
      default:
        throw this.#unfit();
    }
  }

  #id(value: OdooValue | undefined): number {
    const id = wholeNumber(value);
    if (!isRecordId(id)) throw this.#unfit();
    this.#walk.linked.add(this.#relation, id);
    return id;
  }

  /** Fields of lines: those granted within this record, and at other places those of the model's own grants. */
  #lines(kind: WriteKind): WriteScope {
    const target = this.#target();
    const own = target?.calls.has(kind) === true ? target.fields : undefined;
    const here = [...(this.#field.behind ?? [])].filter(([, one]) => one[kind]);
    // A line that is changed here is found by its id alone: that it belongs to this record, nobody has said.
    const fields = new Map(kind === 'update' ? (own ?? []) : [...(own ?? []), ...here]);
    if (![...fields.values()].some((one) => one[kind])) throw this.#unwritable();
    return { model: this.#relation, fields };
  }

  #target(): ModelAccess | undefined {
    return this.#walk.run.access.models.get(this.#relation);
  }

  #requireLinks(): void {
    if (!this.#field[this.#record.kind]) throw this.#unwritable();
    if (this.#field.knowledge.type === 'many2many') return;
    const { inverse } = this.#field.knowledge;
    const target = this.#target();
    const back = inverse === undefined ? undefined : target?.fields.get(inverse);
    if (target?.calls.has('update') !== true || back?.update !== true) throw this.#unwritable();
  }

  /** What depends on the record above it goes with the link (Odoo: `ondelete='cascade'`), and which does is not known. */
  #requireUnlinks(): void {
    this.#requireLinks();
    const isList = this.#field.knowledge.type === 'many2many';
    if (!isList && this.#target()?.calls.has('delete') !== true) throw this.#unwritable();
  }

  /** What replaces a whole list also removes what this consumer cannot see of it. */
  #requireReplaceable(): void {
    this.#requireUnlinks();
    if (this.#walk.run.rule(this.#relation).length > 0) throw this.#unwritable();
  }

  #unwritable() {
    const { name } = this.#field.knowledge;
    return unwritableField(
      this.#walk.called,
      this.#record.model === this.#walk.called ? name : `${this.#record.model}.${name}`,
    );
  }

  #unfit(): never {
    throw unfitValue(this.#walk.called, this.#field.knowledge.name);
  }
}

function noted(ids: number[], id: number): number {
  ids.push(id);
  return id;
}
