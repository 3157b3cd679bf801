import { memberOf } from '../decode-answer.ts';
import type { OdooFieldType } from '../knowledge.ts';

/** What one database says of one field of a model. */
export interface FieldMetadata {
  readonly name: string;
  readonly title: string;
  readonly type: OdooFieldType;
  readonly relation: string | undefined;
  /** one2many: the many2one on the other side. */
  readonly inverse: string | undefined;
  readonly stored: boolean;
  readonly sortable: boolean;
  readonly searchable: boolean;
  readonly required: boolean;
  readonly readonly: boolean;
  readonly translated: boolean;
  readonly companyDependent: boolean;
  readonly related: string | undefined;
  readonly depends: readonly string[];
  /** Values of a selection, without their labels; undefined where they are not texts, or not told. */
  readonly selection: readonly string[] | undefined;
  /** Most characters of a char. */
  readonly size: number | undefined;
  /** Decimal places of a float. */
  readonly decimals: number | undefined;
  /** Groups that alone may use it. */
  readonly groups: string | undefined;
}

const TYPES: readonly OdooFieldType[] = [
  ...(['char', 'text', 'html', 'selection', 'reference', 'integer', 'float', 'monetary', 'boolean'] as const),
  ...(['date', 'datetime', 'many2one', 'many2one_reference', 'one2many', 'many2many', 'binary', 'image'] as const),
  ...(['json', 'properties', 'properties_definition', 'serialized'] as const),
];
const FIELD = /^[a-z_][a-z0-9_]{0,126}$/i;
export const MODEL = /^[a-z][a-z0-9_.]{0,126}$/;
const PATH = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/i;
const MOST_FIELDS = 3_000;
/** Longer lists (time zones, languages) say nothing of a contract, and differ from server to server. */
const MOST_VALUES = 100;
const LONGEST_TITLE = 120;

/** The fields in an answer of `fields_get`, in the order of their names. What is no field is passed over. */
export function fieldsIn(answer: unknown): Map<string, FieldMetadata> {
  const names = answer !== null && typeof answer === 'object' && !Array.isArray(answer) ? Object.keys(answer) : [];
  const fields = new Map<string, FieldMetadata>();
  for (const name of names.slice(0, MOST_FIELDS).sort()) {
    const field = fieldIn(name, (attribute) => memberOf(memberOf(answer, name), attribute));
    if (field !== undefined) fields.set(name, field);
  }
  return fields;
}

/** A field as a record of ir.model.fields has it: there, also those stand that the user asking may not see. */
export function fieldOfRecord(record: unknown): { readonly model: string; readonly field: FieldMetadata } | undefined {
  const model = memberOf(record, 'model');
  const name = memberOf(record, 'name');
  if (typeof model !== 'string' || typeof name !== 'string') return undefined;
  const columns: Readonly<Record<string, string>> = { type: 'ttype', string: 'field_description' };
  const field = fieldIn(name, (attribute) => memberOf(record, columns[attribute] ?? attribute));
  return field === undefined ? undefined : { model, field };
}

function fieldIn(name: string, attribute: (name: string) => unknown): FieldMetadata | undefined {
  const type = TYPES.find((known) => known === attribute('type'));
  if (type === undefined || !FIELD.test(name)) return undefined;
  const relation = text(attribute('relation'), MODEL);
  // A relation that does not say where it leads cannot be followed, nor served.
  if (relation === undefined && (type === 'many2one' || type === 'one2many' || type === 'many2many')) return undefined;
  const stored = attribute('store') !== false;
  return {
    name,
    title: titleIn(attribute('string'), name),
    type,
    relation: type.startsWith('many2one_') ? undefined : relation,
    inverse: type === 'one2many' ? text(attribute('relation_field'), FIELD) : undefined,
    stored,
    sortable: typeof attribute('sortable') === 'boolean' ? attribute('sortable') === true : stored,
    searchable: attribute('searchable') !== false,
    required: attribute('required') === true,
    readonly: attribute('readonly') === true,
    translated: attribute('translate') !== undefined && attribute('translate') !== false,
    companyDependent: attribute('company_dependent') === true,
    related: text(attribute('related'), PATH),
    depends: pathsIn(attribute('depends')),
    selection: type === 'selection' ? valuesIn(attribute('selection')) : undefined,
    size: whole(attribute('size'), 1),
    decimals: decimalsIn(attribute('digits')),
    groups: text(attribute('groups'), /^[\w.!,\s]{1,500}$/),
  };
}

function text(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && value.length <= 500 && form.test(value) ? value : undefined;
}

function titleIn(value: unknown, name: string): string {
  const clean = typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() : '';
  return clean === '' ? name : clean.slice(0, LONGEST_TITLE);
}

/** A list from fields_get, a text with commas from ir.model.fields. */
function pathsIn(value: unknown): string[] {
  const list: readonly unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  const paths = list.map((path) => (typeof path === 'string' ? path.trim() : '')).filter((path) => PATH.test(path));
  return [...new Set(paths)].slice(0, 200);
}

function valuesIn(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_VALUES) return undefined;
  const values = value.map((pair: unknown) => (Array.isArray(pair) ? pair[0] : undefined));
  return values.every((one) => typeof one === 'string' && one !== '' && one.length <= 200)
    ? values.map(String)
    : undefined;
}

function whole(value: unknown, least: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;
}

/** `[16, 2]`: digits in all, and after the point. */
function decimalsIn(value: unknown): number | undefined {
  const places = Array.isArray(value) ? whole(value[1], 0) : undefined;
  return places !== undefined && places <= 12 ? places : undefined;
}
