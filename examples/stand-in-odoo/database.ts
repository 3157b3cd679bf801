import { compute } from './computed-fields.ts';
import { type FieldDefinition, type ModelDefinition, nameIn } from './model-definition.ts';
import { MODELS } from './models.ts';
import { OdooError, valueError } from './odoo-error.ts';

export type Context = Readonly<Record<string, unknown>>;
const NO_CONTEXT: Context = {};

export type Row = Map<string, unknown>;
/** Records under Odoo 19 field names; each needs an `id`. */
export type Data = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** One model as one Odoo version has it: field names are that version's. */
export interface Table {
  readonly model: ModelDefinition;
  /** Default order under this version's names. */
  readonly order: string;
  /** Fields that a search by name looks into, under this version's names. */
  readonly searchNames: readonly string[];
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly rows: Map<number, Row>;
  nextId: number;
}

/** The records of a pretended Odoo database. Values are stored as Odoo's JSON has them; many2one as an id or false. */
export class Database {
  readonly version: number;
  readonly tables = new Map<string, Table>();
  readonly now: () => string;
  #undo: (() => void)[] | undefined;

  constructor(version: number, data: Data, now: () => string) {
    this.version = version;
    this.now = now;
    for (const model of MODELS) {
      const fields = new Map<string, FieldDefinition>();
      for (const [canonical, field] of Object.entries(model.fields)) {
        const name = nameIn(version, canonical, field);
        if (name !== undefined) fields.set(name, field);
      }
      const own = (name: string) => {
        const field = model.fields[name];
        return (field === undefined ? undefined : nameIn(version, name, field)) ?? name;
      };
      this.tables.set(model.name, {
        model,
        order: model.order.replace(/\w+/g, own),
        searchNames: (model.searchNames ?? [model.label ?? 'name']).map(own),
        fields,
        rows: new Map(),
        nextId: 1,
      });
    }
    for (const [name, records] of Object.entries(data)) for (const record of records) this.#load(name, record);
  }

  table(model: string): Table | undefined {
    return this.tables.get(model);
  }

  known(model: string): Table {
    const table = this.tables.get(model);
    if (table === undefined) throw new OdooError('builtins.KeyError', model, 500);
    return table;
  }

  field(model: string, name: string): FieldDefinition {
    const field = this.known(model).fields.get(name);
    if (field === undefined) throw valueError(`Invalid field '${name}' on '${model}'`);
    return field;
  }

  /** The raw value of a field: ids for relations (of active records only, where `activeTest`), false for nothing. */
  value(model: string, id: number, name: string, activeTest = true, context: Context = NO_CONTEXT): unknown {
    const table = this.known(model);
    const field = this.field(model, name);
    const row = table.rows.get(id);
    if (row === undefined) return emptyValue(field);
    if (name === 'id') return id;
    if (field.related !== undefined) return this.#through(model, id, field.related.split('.'), field);
    if (field.compute !== undefined && !row.has(name)) return compute(this, model, id, field.compute, context);
    if (field.type === 'one2many' && field.compute === undefined) return this.children(field, id, activeTest);
    return row.get(name) ?? emptyValue(field);
  }

  children(field: FieldDefinition, parent: number, activeTest: boolean): number[] {
    const relation = field.relation ?? '';
    const ids: number[] = [];
    for (const [id, row] of this.known(relation).rows) {
      if (row.get(field.inverse ?? '') !== parent) continue;
      if (activeTest && row.get('active') === false) continue;
      ids.push(id);
    }
    return ids;
  }

  /** What stands beside the id of a relation; from 17 on the context adds to it. */
  label(model: string, id: number, context: Context = NO_CONTEXT): string {
    return String(this.value(model, id, 'display_name', true, context));
  }

  /** Runs a change; when it throws, everything it did is undone. */
  transaction<T>(change: () => T): T {
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      return change();
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  insert(model: string, uid: number): number {
    const table = this.known(model);
    const id = table.nextId++;
    const now = this.now();
    const logged: [string, unknown][] = [
      ['create_uid', uid],
      ['create_date', now],
      ['write_uid', uid],
      ['write_date', now],
    ];
    table.rows.set(id, new Map(logged));
    this.#undo?.push(() => table.rows.delete(id));
    return id;
  }

  remove(model: string, id: number): void {
    const { rows } = this.known(model);
    const row = rows.get(id);
    if (row === undefined) return;
    rows.delete(id);
    this.#undo?.push(() => rows.set(id, row));
  }

  put(model: string, id: number, name: string, value: unknown): void {
    const row = this.known(model).rows.get(id);
    if (row === undefined) return;
    const before = row.get(name);
    row.set(name, value);
    this.#undo?.push(() => row.set(name, before));
  }

  #load(name: string, record: Readonly<Record<string, unknown>>): void {
    const table = this.known(name);
    const row: Row = new Map([
      ['create_uid', 1],
      ['create_date', '2026-11-02 08:00:00'],
      ['write_uid', 1],
      ['write_date', '2026-11-02 08:00:00'],
    ] as [string, unknown][]);
    for (const [canonical, field] of Object.entries(table.model.fields)) {
      const own = nameIn(this.version, canonical, field);
      if (own === undefined) continue;
      const value = Object.hasOwn(record, canonical) ? record[canonical] : field.default;
      if (value !== undefined && canonical !== 'id') row.set(own, value);
    }
    const id = Number(record.id);
    table.rows.set(id, row);
    table.nextId = Math.max(table.nextId, id + 1);
  }

  #through(model: string, id: number, path: readonly string[], own: FieldDefinition): unknown {
    let [at, record]: [string, number] = [model, id];
    for (const [index, step] of path.entries()) {
      const value = this.value(at, record, step);
      if (index === path.length - 1) return value;
      if (typeof value !== 'number') return emptyValue(own);
      at = this.field(at, step).relation ?? '';
      record = value;
    }
    return emptyValue(own);
  }
}

export function emptyValue(field: FieldDefinition): unknown {
  if (field.type === 'integer') return 0;
  if (field.type === 'float' || field.type === 'monetary') return 0;
  return field.type === 'one2many' || field.type === 'many2many' ? [] : false;
}
