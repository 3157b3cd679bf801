import type { DatabaseAccess, FieldAccess, ModelAccess } from '../odoo/guard/access.ts';
import type { FieldKnowledge, ModelKnowledge, OdooFieldType } from '../odoo/knowledge.ts';
import type { RpcHttpRequest } from '../odoo/wire/rpc-request.ts';
import { type OdooObject, type OdooValue, odooObject } from '../odoo/wire/value.ts';
import { writeJson } from '../odoo/wire/write-json.ts';
import { writeXml } from '../odoo/wire/write-xml.ts';

/** The Odoo that the bench speaks of. */
export const MAJOR = 19;
export const DATABASE = 'production';
export const KEY = '0123456789abcdef0123456789abcdef01234567';

export const PROTOCOLS = ['json2', 'jsonrpc', 'xmlrpc'] as const;
export type SampleProtocol = (typeof PROTOCOLS)[number];

/** A call with its arguments under their names. */
export interface SampleCall {
  readonly model: string;
  readonly method: string;
  readonly ids?: readonly number[];
  readonly named: OdooObject;
}

interface Known extends Partial<FieldKnowledge> {
  readonly type: OdooFieldType;
}

const TYPES: readonly OdooFieldType[] = ['char', 'integer', 'float', 'monetary', 'boolean', 'date', 'datetime', 'text'];
/** Ten of each kind, as a generous grant on a big model has them. */
const PLAIN = Object.fromEntries(
  Array.from({ length: 80 }, (_, n) => [`field_number_${n}`, { type: TYPES[n % TYPES.length] ?? 'char' }]),
);

const MODELS: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  'sale.order': {
    name: { type: 'char' },
    state: { type: 'selection', selection: ['draft', 'sent', 'sale', 'cancel'] },
    partner_id: { type: 'many2one', relation: 'res.partner' },
    order_line: { type: 'one2many', relation: 'sale.order.line', inverse: 'order_id' },
    ...PLAIN,
  },
  'sale.order.line': {
    name: { type: 'text' },
    order_id: { type: 'many2one', relation: 'sale.order' },
    product_id: { type: 'many2one', relation: 'product.product' },
    quantity: { type: 'float' },
  },
  'product.product': { name: { type: 'char' }, default_code: { type: 'char' }, lst_price: { type: 'float' } },
  'res.partner': {
    name: { type: 'char' },
    city: { type: 'char' },
    country_id: { type: 'many2one', relation: 'res.country' },
    child_ids: { type: 'one2many', relation: 'res.partner', inverse: 'parent_id' },
    parent_id: { type: 'many2one', relation: 'res.partner' },
  },
  'res.country': { name: { type: 'char' }, code: { type: 'char' } },
};

function fieldKnowledge(name: string, known: Known): FieldKnowledge {
  return {
    name,
    relation: undefined,
    inverse: undefined,
    stored: true,
    sortable: known.type !== 'one2many',
    searchable: true,
    related: undefined,
    depends: [],
    selection: undefined,
    ...known,
  };
}

function modelKnowledge(name: string, fields: Readonly<Record<string, Known>>): ModelKnowledge {
  return {
    name,
    order: 'id',
    recordName: 'name',
    searchNames: ['name'],
    parent: undefined,
    inherits: {},
    fields: new Map(
      Object.entries({ id: { type: 'integer' } as const, ...fields }).map(([field, known]) => [
        field,
        fieldKnowledge(field, known),
      ]),
    ),
  };
}

function modelAccess(knowledge: ModelKnowledge): ModelAccess {
  const fields = [...knowledge.fields.values()].map((known): [string, FieldAccess] => [
    known.name,
    {
      knowledge: known,
      id: `${knowledge.name}.${known.name}`,
      read: true,
      label: true,
      create: known.name !== 'id',
      update: known.name !== 'id',
      mask: undefined,
      behind: undefined,
    },
  ]);
  return {
    knowledge,
    fields: new Map(fields),
    calls: new Set(['read', 'create', 'update', 'delete']),
    actions: new Set(),
    context: {},
  };
}

/** Everything of five models is granted: the most there can be to look at. */
export function sampleAccess(): DatabaseAccess {
  const known = new Map(Object.entries(MODELS).map(([name, fields]) => [name, modelKnowledge(name, fields)]));
  return {
    knowledge: { major: MAJOR, models: known },
    models: new Map([...known].map(([name, model]) => [name, modelAccess(model)])),
    contextKeys: new Set(),
    companies: undefined,
    mostRecords: 1000,
    leastGroup: 1,
  };
}

/** So many conditions, every fourth by a dotted path, every tenth within another. */
export function domainOf(leaves: number): OdooValue {
  const conditions = Array.from({ length: leaves }, (_, n): OdooValue => {
    if (n % 10 === 9) return ['order_line', 'any', [['product_id.default_code', '=', `P-${1000 + n}`]]];
    if (n % 4 === 3) return ['partner_id.country_id.code', 'in', ['BE', 'NL', 'DE']];
    return [`field_number_${(n % 10) * 8}`, 'ilike', `text ${n}`];
  });
  return [...Array.from({ length: leaves - 1 }, (_, n) => (n % 3 === 0 ? '|' : '&')), ...conditions];
}

function sampleValue(type: OdooFieldType | undefined, n: number): OdooValue {
  switch (type) {
    case 'integer':
      return 1000 + n;
    case 'float':
    case 'monetary':
      return 12.5 + n;
    case 'boolean':
      return n % 3 === 0;
    case 'date':
      return '2026-11-25';
    case 'datetime':
      return '2026-11-25 08:30:00';
    default:
      return `Text of the field number ${n}, somewhat longer than that of others`;
  }
}

function plainValues(from: number, count: number): [string, OdooValue][] {
  return Array.from({ length: count }, (_, n) => [
    `field_number_${from + n}`,
    sampleValue(PLAIN[`field_number_${from + n}`]?.type, n),
  ]);
}

const READ_FIELDS = ['name', 'state', 'partner_id', 'order_line', ...plainValues(0, 10).map(([name]) => name)];

/** Calls of about two kilobytes in JSON, or of a part of them: the same says five times as many bytes in XML-RPC. */
export function sampleCalls(share = 1): Readonly<Record<string, SampleCall>> {
  return {
    search_read: {
      model: 'sale.order',
      method: 'search_read',
      named: odooObject([
        ['domain', domainOf(Math.ceil(40 * share))],
        ['fields', READ_FIELDS],
        ['limit', 50],
        ['order', 'field_number_5 desc, id'],
      ]),
    },
    write: {
      model: 'sale.order',
      method: 'write',
      ids: [7],
      named: odooObject([['vals', odooObject(plainValues(0, Math.ceil(30 * share)))]]),
    },
    web_search_read: {
      model: 'sale.order',
      method: 'web_search_read',
      named: odooObject([
        ['domain', domainOf(Math.ceil(25 * share))],
        ['specification', specification()],
        ['limit', 50],
      ]),
    },
  };
}

function specification(): OdooObject {
  const names = (list: readonly string[]): [string, OdooValue][] => list.map((name) => [name, odooObject([])]);
  const inside = (fields: [string, OdooValue][]): OdooValue => odooObject([['fields', odooObject(fields)]]);
  return odooObject([
    ...names(READ_FIELDS.filter((name) => !name.endsWith('_id') && name !== 'order_line')),
    ['partner_id', inside([...names(['name', 'city']), ['country_id', inside(names(['name', 'code']))]])],
    ['order_line', inside([...names(['name', 'quantity']), ['product_id', inside(names(['name', 'default_code']))]])],
  ]);
}

/** The call as a client of the protocol sends it. */
export function requestOf(call: SampleCall, protocol: SampleProtocol): RpcHttpRequest {
  const ids = call.ids === undefined ? [] : [call.ids];
  if (protocol === 'json2') {
    const body = { ...call.named, ...(call.ids === undefined ? {} : { ids: call.ids }) };
    return httpRequest(`/json/2/${call.model}/${call.method}`, 'application/json', writeJson(body));
  }
  // What is written has its place behind the ids; all else goes by name.
  const { vals, vals_list, ...named } = call.named;
  const written = vals ?? vals_list;
  const positional = written === undefined ? ids : [...ids, written];
  const args = [DATABASE, 2, KEY, call.model, call.method, positional, odooObject(Object.entries(named))];
  if (protocol === 'jsonrpc') {
    const params = { service: 'object', method: 'execute_kw', args };
    return httpRequest('/jsonrpc', 'application/json', writeJson({ jsonrpc: '2.0', method: 'call', params, id: 1 }));
  }
  const params = args.map((one) => `<param>\n${writeXml(one, { none: 'nil', exact: true })}</param>\n`).join('');
  const text = `<?xml version='1.0'?>\n<methodCall>\n<methodName>execute_kw</methodName>\n<params>\n${params}</params>\n</methodCall>\n`;
  return httpRequest('/xmlrpc/2/object', 'text/xml', text);
}

function httpRequest(path: string, type: string, text: string): RpcHttpRequest {
  const headers: Readonly<Record<string, string>> = {
    'content-type': type,
    authorization: `bearer ${KEY}`,
    'x-odoo-database': DATABASE,
  };
  return { method: 'POST', path, header: (name) => headers[name], body: Buffer.from(text) };
}

/** Rows as Odoo answers a search_read of the sample, with labels. */
export function recordsOf(count: number): OdooValue {
  return Array.from({ length: count }, (_, n) =>
    odooObject([
      ['id', n + 1],
      ['name', `S${10_000 + n}`],
      ['state', 'sale'],
      ['partner_id', [n + 10, `Customer number ${n} of the northern region`]],
      ['order_line', [n * 3 + 1, n * 3 + 2, n * 3 + 3]],
      ...plainValues(0, 10),
    ]),
  );
}
