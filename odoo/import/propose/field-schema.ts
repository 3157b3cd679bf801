import type { FieldMetadata } from '../field-metadata.ts';
import type { Plain } from '../yaml-text.ts';
import type { ChosenField } from './choose-fields.ts';

/** Properties of one field: itself, and the label beside a many2one. `system` is the system of record. */
export function fieldSchemas(
  { field, name, proposed, label }: ChosenField,
  system: string,
): readonly [string, Plain][] {
  const readOnly = isReadOnly(field);
  const own = {
    ...valueSchema(field),
    ...(field.title === name.name ? {} : { title: field.title }),
    ...(readOnly ? { readOnly } : {}),
    'x-portcullis': {
      class: proposed.class,
      ...(proposed.tags.length === 0 ? {} : { tags: [...proposed.tags] }),
      odoo: field.name,
      ...(needsRelation(field) ? { relation: 'id' } : {}),
      ...(decimalsOf(field) === undefined ? {} : { decimals: decimalsOf(field) ?? 2 }),
      ...(readOnly ? {} : { systemOfRecord: system }),
    },
  };
  if (name.label === undefined) return [[name.name, own]];
  const beside = {
    type: ['string', 'null'],
    title: `${field.title}, by name`,
    readOnly: true,
    'x-portcullis': {
      class: label.class,
      ...(label.tags.length === 0 ? {} : { tags: [...label.tags] }),
      odoo: field.name,
      relation: 'label',
    },
  };
  return [
    [name.name, own],
    [name.label, beside],
  ];
}

const LOGGED = /^(?:id|display_name|create_uid|create_date|write_uid|write_date)$/;

/** Lines are written with their own record: a list of them would replace the whole set. */
export function isReadOnly({ name, readonly, type }: FieldMetadata): boolean {
  return readonly || LOGGED.test(name) || type === 'one2many';
}

/** The gateway knows relations by Odoo's own rule for their names; others must say that they are one. */
function needsRelation({ type, name }: FieldMetadata): boolean {
  return type === 'many2one' && !/(?:_id|^create_uid|^write_uid)$/.test(name);
}

const MONEY = /(?:^|_)(?:price|cost|amount|margin|total|subtotal|credit_limit)(?:_|$)/;

/** Money is carried as a decimal text; other numbers as numbers. */
function decimalsOf({ type, name, decimals }: FieldMetadata): number | undefined {
  if (type === 'monetary') return decimals ?? 2;
  return type === 'float' && MONEY.test(name) ? (decimals ?? 2) : undefined;
}

function valueSchema(field: FieldMetadata): Readonly<Record<string, Plain>> {
  const { type, selection, size, required } = field;
  const orNull = (name: string): Plain => (required ? name : [name, 'null']);
  switch (type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer' };
    case 'float':
    case 'monetary':
      return decimalsOf(field) === undefined ? { type: 'number' } : { type: 'string', format: 'decimal' };
    case 'date':
      return { type: orNull('string'), format: 'date' };
    case 'datetime':
      return { type: orNull('string'), format: 'date-time' };
    case 'many2one':
      return { type: orNull('integer') };
    case 'one2many':
    case 'many2many':
      return { type: 'array', items: { type: 'integer' } };
    case 'selection':
      return {
        type: orNull('string'),
        ...(selection === undefined ? {} : { enum: required ? selection : [...selection, null] }),
      };
    default:
      return { type: orNull('string'), ...(size === undefined ? {} : { maxLength: size }) };
  }
}
