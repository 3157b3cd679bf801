import type { ModelReading } from '../model-reading.ts';
import type { ModelName } from '../names/contract-names.ts';
import type { Plain } from '../yaml-text.ts';
import type { ChosenField, ChosenFields } from './choose-fields.ts';
import { fieldSchemas, isReadOnly } from './field-schema.ts';

const MOST_PAGE = 100;
/** Odoo fills these itself where nobody says them, though it marks them as required. */
const FILLED =
  /^(?:active|sequence|company_id|currency_id|company_currency_id|state|type|color|priority|date|date_order|date_planned|scheduled_date|warehouse_id|pricelist_id|journal_id|picking_type_id|location_id|location_dest_id|product_uom|product_uom_id|uom_id|uom_po_id|categ_id|lead_days)$/;
/** Without it Odoo refuses a new record, though it does not mark it as required. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { 'res.partner': ['name'] };

/** The proposed OpenAPI 3.1 document of one model. */
export function contractDocument(
  model: ModelReading,
  { schema, plural }: ModelName,
  { fields }: ChosenFields,
  system: string,
): Plain {
  const title = titleOf(plural);
  const one = schema.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  const isWritable = fields.some(({ field }) => !isReadOnly(field));
  const record = { $ref: `#/components/schemas/${schema}` };
  const answer = (description: string, content: Plain): Plain => ({
    description,
    content: { 'application/json': { schema: content } },
  });
  const body = (content: Plain): Plain => ({ required: true, content: { 'application/json': { schema: content } } });
  const odoo = (call: string, more: Readonly<Record<string, Plain>> = {}): Plain => ({
    call,
    model: model.name,
    ...more,
  });
  const listOnly = [refTo('fields'), refTo('sort'), refTo('limit'), refTo('cursor'), refTo('filter')];
  const required = createRequires(model.name, fields);
  return {
    openapi: '3.1.0',
    info: { title, version: '1.0', description: `${title}, as proposed from the fields of the system.` },
    paths: {
      [`/${plural}`]: {
        get: {
          operationId: `list${pascal(plural)}`,
          summary: `${title}, a page at a time`,
          'x-portcullis': { odoo: odoo('list', { ...sortOf(fields), maxPageSize: MOST_PAGE }) },
          parameters: [...listOnly, ...updatedSince(fields)],
          responses: { '200': answer('A page.', { $ref: `#/components/schemas/${schema}Page` }) },
        },
        ...(isWritable
          ? {
              post: {
                operationId: `create${schema}`,
                summary: `A new ${one}`,
                'x-portcullis': { idempotencyKey: 'optional', odoo: odoo('create') },
                requestBody: body(required.length === 0 ? record : { allOf: [record, { required }] }),
                responses: { '201': answer(`The ${one} as created.`, record) },
              },
            }
          : {}),
      },
      [`/${plural}/{id}`]: {
        parameters: [refTo('id')],
        get: {
          operationId: `get${schema}`,
          summary: `One ${one}`,
          'x-portcullis': { odoo: odoo('get') },
          parameters: [refTo('fields')],
          responses: { '200': answer(`The ${one}.`, record) },
        },
        ...(isWritable
          ? {
              patch: {
                operationId: `update${schema}`,
                summary: `Change a ${one}`,
                'x-portcullis': { idempotencyKey: 'optional', odoo: odoo('update') },
                requestBody: body(record),
                responses: { '200': answer(`The ${one} as changed.`, record) },
              },
            }
          : {}),
      },
    },
    components: {
      parameters: PARAMETERS,
      schemas: {
        [`${schema}Page`]: {
          type: 'object',
          properties: {
            items: { type: 'array', items: record, 'x-portcullis': { envelope: true } },
            next: {
              type: ['string', 'null'],
              description: 'Cursor of the next page; null on the last.',
              'x-portcullis': { envelope: true },
            },
          },
        },
        [schema]: {
          type: 'object',
          'x-portcullis': { model: model.name },
          properties: Object.fromEntries(inOrder(fields).flatMap((field) => fieldSchemas(field, system))),
        },
      },
    },
  };
}

const refTo = (name: string): Plain => ({ $ref: `#/components/parameters/${name}` });

const PARAMETERS: Plain = {
  id: { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1, maximum: 2147483647 } },
  fields: {
    name: 'fields',
    in: 'query',
    description: 'Names of the fields to answer with, separated by commas.',
    schema: { type: 'string' },
    'x-portcullis': { role: 'fields' },
  },
  sort: {
    name: 'sort',
    in: 'query',
    description: 'Fields to sort by, separated by commas; a minus sign turns the order round.',
    schema: { type: 'string' },
    'x-portcullis': { role: 'sort' },
  },
  limit: {
    name: 'limit',
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: MOST_PAGE },
    'x-portcullis': { role: 'limit' },
  },
  cursor: {
    name: 'cursor',
    in: 'query',
    description: 'What the page before gave as next.',
    schema: { type: 'string' },
    'x-portcullis': { role: 'cursor' },
  },
  filter: {
    name: 'filter',
    in: 'query',
    description: 'Conditions, such as filter[name][eq]=value.',
    style: 'deepObject',
    explode: true,
    schema: { type: 'object' },
    'x-portcullis': { role: 'filter' },
  },
};

function updatedSince(fields: readonly ChosenField[]): Plain[] {
  const changed = fields.find(({ field }) => field.name === 'write_date');
  if (changed === undefined) return [];
  return [
    {
      name: 'updatedSince',
      in: 'query',
      description: 'Only what was changed at or after this moment.',
      schema: { type: 'string', format: 'date-time' },
      'x-portcullis': { role: 'filter', field: changed.name.name, operator: 'gte' },
    },
  ];
}

function sortOf(fields: readonly ChosenField[]): Readonly<Record<string, Plain>> {
  const named = fields.find(({ field }) => field.name === 'name' && field.sortable && field.type === 'char');
  return named === undefined ? {} : { sort: named.name.name };
}

function createRequires(model: string, fields: readonly ChosenField[]): string[] {
  const needed = Object.hasOwn(NEEDED, model) ? (NEEDED[model] ?? []) : [];
  return fields
    .filter(({ field }) => {
      if (isReadOnly(field)) return false;
      if (needed.includes(field.name)) return true;
      const fills = field.type === 'boolean' || field.type === 'selection' || field.depends.length > 0;
      return field.required && !fills && field.related === undefined && !FILLED.test(field.name);
    })
    .map(({ name }) => name.name)
    .sort();
}

/** `id` and `name` first, then by name. */
function inOrder(fields: readonly ChosenField[]): ChosenField[] {
  const rank = ({ name }: ChosenField) => ['id', 'name'].indexOf(name.name) + 1 || 3;
  return [...fields].sort((a, b) => rank(a) - rank(b) || (a.name.name < b.name.name ? -1 : 1));
}

export function titleOf(plural: string): string {
  const words = plural.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function pascal(plural: string): string {
  return plural
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
