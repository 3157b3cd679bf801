export type FieldType =
  | 'char'
  | 'text'
  | 'html'
  | 'selection'
  | 'integer'
  | 'float'
  | 'monetary'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'many2one'
  | 'one2many'
  | 'many2many'
  | 'binary'
  | 'json'
  | 'properties';

export interface FieldDefinition {
  readonly type: FieldType;
  readonly string?: string;
  readonly relation?: string;
  /** one2many: the many2one on the other side. */
  readonly inverse?: string;
  readonly selection?: readonly (readonly [string, string])[];
  readonly help?: string;
  readonly required?: boolean;
  readonly readonly?: boolean;
  /** Read through (and, where not read-only, written through) this path. */
  readonly related?: string;
  /** Name of a function in computed-fields.ts. */
  readonly compute?: string;
  readonly default?: unknown;
  /** False where real Odoo computes it on each read: it cannot be sorted by. */
  readonly store?: boolean;
  /** Last version that stores it although it is computed; later ones compute it on each read. */
  readonly storedUntil?: number;
  /** False where real Odoo cannot search by it. */
  readonly searchable?: boolean;
  readonly companyDependent?: boolean;
  /** Paths that it is computed from, as `fields_get` tells them. */
  readonly depends?: readonly string[];
  /** Aggregate that it is summed up with in groups; default `sum` for stored numbers, false for none. */
  readonly aggregator?: 'sum' | 'max' | 'avg' | false;
  /** Only users of this group may name the field. */
  readonly groups?: string;
  /** First and last Odoo version that have it. */
  readonly since?: number;
  readonly until?: number;
  /** Name in versions up to and including the key: `{16: 'qty_done'}`. */
  readonly formerly?: Readonly<Record<number, string>>;
}

export interface ModelDefinition {
  readonly name: string;
  readonly title: string;
  readonly order: string;
  /** Field that labels a record; default `name`. */
  readonly label?: string;
  /** Fields that a search by name looks into (`_rec_names_search`); default the label. */
  readonly searchNames?: readonly string[];
  /** Field that leads to the record above. */
  readonly parent?: string;
  readonly fields: Readonly<Record<string, FieldDefinition>>;
}

type Options = Omit<FieldDefinition, 'type'>;
const of =
  (type: FieldType) =>
  (options: Options = {}): FieldDefinition => ({ type, ...options });

export const char = of('char');
export const text = of('text');
export const html = of('html');
export const integer = of('integer');
export const float = of('float');
export const monetary = of('monetary');
export const boolean = of('boolean');
export const date = of('date');
export const properties = of('properties');
export const json = of('json');
export const datetime = of('datetime');
export const binary = of('binary');
export const many2one = (relation: string, options: Options = {}): FieldDefinition => ({
  type: 'many2one',
  relation,
  ...options,
});
export const one2many = (relation: string, inverse: string, options: Options = {}): FieldDefinition => ({
  type: 'one2many',
  relation,
  inverse,
  ...options,
});
export const many2many = (relation: string, options: Options = {}): FieldDefinition => ({
  type: 'many2many',
  relation,
  ...options,
});
export const selection = (values: string, options: Options = {}): FieldDefinition => ({
  type: 'selection',
  selection: values.split(' ').map((value) => [value, labelOf(value)] as const),
  ...options,
});

function labelOf(value: string): string {
  const words = value.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The fields that Odoo gives every model. */
const MAGIC: Readonly<Record<string, FieldDefinition>> = {
  id: integer({ string: 'ID', readonly: true, aggregator: false }),
  display_name: char({
    string: 'Display Name',
    compute: 'displayName',
    readonly: true,
    store: false,
    depends: ['name'],
  }),
};
const LOGGED: Readonly<Record<string, FieldDefinition>> = {
  create_uid: many2one('res.users', { string: 'Created by', readonly: true }),
  create_date: datetime({ string: 'Created on', readonly: true }),
  write_uid: many2one('res.users', { string: 'Last Updated by', readonly: true }),
  write_date: datetime({ string: 'Last Updated on', readonly: true }),
  __last_update: datetime({ readonly: true, store: false, until: 16, compute: 'lastUpdate' }),
};

export function model(
  name: string,
  title: string,
  order: string,
  fields: Readonly<Record<string, FieldDefinition>>,
  label = 'name',
  more: Pick<ModelDefinition, 'searchNames' | 'parent'> = {},
): ModelDefinition {
  const parent = Object.hasOwn(fields, 'parent_id') ? { parent: 'parent_id' } : {};
  return { name, title, order, label, ...parent, ...more, fields: { ...MAGIC, ...fields, ...LOGGED } };
}

/** A model with a name and not much else. */
export const named = (name: string, title: string, more: ModelDefinition['fields'] = {}, order = 'name, id') =>
  model(name, title, order, { name: char({ required: true, string: 'Name' }), ...more });

/** Whether a version keeps the field in a column of its own. */
export function isStored(version: number, field: FieldDefinition): boolean {
  if (field.storedUntil !== undefined) return version <= field.storedUntil;
  return field.store ?? (field.related === undefined && field.compute === undefined);
}

/** Name of a field in one Odoo version; undefined where that version does not have it. */
export function nameIn(version: number, name: string, field: FieldDefinition): string | undefined {
  if (field.since !== undefined && version < field.since) return undefined;
  if (field.until !== undefined && version > field.until) return undefined;
  for (const [last, former] of Object.entries(field.formerly ?? {})) if (version <= Number(last)) return former;
  return name;
}
