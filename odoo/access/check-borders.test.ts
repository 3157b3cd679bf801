import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FilterTerm, GrantSpec } from '../../catalog/documents.ts';
import type { Contract } from '../../openapi/contract.ts';
import { contractOf, KNOWLEDGE, placesOf } from './access.fixture.ts';
import { checkBorders } from './check-borders.ts';

const body = (schema: string) => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
});

const operation = (operationId: string, call: string, model: string, schema: string, domain?: unknown) => ({
  operationId,
  'x-portcullis': { odoo: { call, model, ...(domain === undefined ? {} : { domain }) } },
  ...(call === 'list' || call === 'get' ? {} : { requestBody: { required: true, ...body(schema) } }),
  responses: {
    200: {
      description: 'done',
      content: {
        'application/json': {
          schema:
            call === 'list'
              ? { type: 'array', items: { $ref: `#/components/schemas/${schema}` } }
              : { $ref: `#/components/schemas/${schema}` },
        },
      },
    },
  },
});

const property = (odoo: string, type = 'string') => ({ type, 'x-portcullis': { class: 'internal', odoo } });
const schema = (model: string, properties: object) => ({ type: 'object', 'x-portcullis': { model }, properties });
const ID = { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }] };

const SALES: Contract = contractOf({
  openapi: '3.1.0',
  info: { title: 'Sales', version: '1.0' },
  paths: {
    '/orders': { get: operation('listOrders', 'list', 'sale.order', 'Order') },
    '/belgian': {
      get: operation('listBelgian', 'list', 'sale.order', 'Order', [['partner_id.country_id', '=', 21]]),
    },
    '/orders/{id}': { ...ID, patch: operation('updateOrder', 'update', 'sale.order', 'Order') },
    '/lines': { post: operation('createLine', 'create', 'sale.order.line', 'Line') },
    '/customers': {
      get: operation('listCustomers', 'list', 'res.partner', 'Customer'),
      post: operation('createCustomer', 'create', 'res.partner', 'Customer'),
    },
    '/customers/{id}': { ...ID, patch: operation('updateCustomer', 'update', 'res.partner', 'Customer') },
  },
  components: {
    schemas: {
      Order: schema('sale.order', {
        id: property('id', 'integer'),
        number: property('name'),
        customerId: property('partner_id', 'integer'),
        country: property('partner_id.country_id', 'integer'),
        countryCode: property('partner_id.country_code'),
        parentCountry: property('partner_id.parent_id.country_id', 'integer'),
        email: property('partner_email'),
        product: property('order_line.product_id', 'integer'),
      }),
      Line: schema('sale.order.line', {
        orderId: property('order_id', 'integer'),
        productId: property('product_id', 'integer'),
      }),
      Customer: schema('res.partner', {
        id: property('id', 'integer'),
        name: property('name'),
        email: property('email'),
        countryId: property('country_id', 'integer'),
        parentId: property('parent_id', 'integer'),
      }),
    },
  },
});

interface Given {
  readonly filter?: GrantSpec['filter'];
  readonly operations?: readonly string[];
  readonly write?: GrantSpec['write'];
}

/** What is said of the grants of one consumer: where, and which field decides. */
function told(...grants: readonly Given[]): readonly string[] {
  const checked = grants.map(({ filter = {}, operations = ['listOrders', 'updateCustomer'], write = {} }, index) => {
    const places = placesOf({ name: `grant-${index}`, contract: SALES, operations: [...operations], filter, write });
    const document = places[0]?.grant ?? assert.fail();
    const source = { file: 'grants.yaml', locate: (pointer: string) => ({ file: pointer, line: 1, column: 1 }) };
    return { document, source, places, knowledge: KNOWLEDGE };
  });
  return checkBorders(checked).map(({ code, severity, message, place }) => {
    assert.deepEqual([code, severity], ['filter-movable', 'warning']);
    const [, field, operation, grant] =
      /is decided by (\S+), which "(\w+)" of the grant "([\w-]+)" lets the same consumer write/.exec(message) ??
      assert.fail(message);
    return `${place.file} ${field} ${operation} ${grant}`;
  });
}

const only = (...terms: readonly FilterTerm[]) => ({ Order: terms });
const COUNTRY: FilterTerm = ['country', '=', 21];

describe('a filter by a field of another record', () => {
  const writing = { Customer: ['countryId'] };

  test('is movable where the same consumer may write that field', () => {
    const expected = ['/spec/filter/Order/0 res.partner.country_id updateCustomer grant-0'];
    assert.deepEqual(told({ filter: only(COUNTRY), write: writing }), expected);
    assert.deepEqual(told({ filter: only(COUNTRY), write: { Customer: ['name'] } }), []);
    assert.deepEqual(told({ filter: only(['number', '=', 'x']), write: writing }), []);
  });

  test('is movable by another grant of the consumer, too, and in each of several conditions', () => {
    const filter = only(['number', '=', 'x'], { or: [['number', '=', 'x'], COUNTRY] });
    const reading = { operations: ['listOrders'], filter };
    const other = { operations: ['updateCustomer'], write: writing };
    assert.deepEqual(told(reading, other), ['/spec/filter/Order/1/or/1 res.partner.country_id updateCustomer grant-1']);
    assert.deepEqual(told(reading), []);
  });

  test('is movable on every step of the way, and by what a copy is made of', () => {
    const parent = told({ filter: only(['parentCountry', '=', 21]), write: { Customer: ['countryId', 'parentId'] } });
    assert.deepEqual(parent, [
      '/spec/filter/Order/0 res.partner.parent_id updateCustomer grant-0',
      '/spec/filter/Order/0 res.partner.country_id updateCustomer grant-0',
    ]);
    const code = told({ filter: only(['countryCode', '=', 'BE']), write: writing });
    assert.deepEqual(code, ['/spec/filter/Order/0 res.partner.country_id updateCustomer grant-0']);
    const email = told({ filter: only(['email', '=', 'x']), write: { Customer: ['email'] } });
    assert.deepEqual(email, ['/spec/filter/Order/0 res.partner.email updateCustomer grant-0']);
  });

  test('is movable by a line that is made', () => {
    const made = { operations: ['listOrders', 'createLine'], filter: only(['product', '=', 5]) };
    assert.deepEqual(told({ ...made, write: { Line: ['orderId'] } }), [
      '/spec/filter/Order/0 sale.order.line.order_id createLine grant-0',
    ]);
    assert.deepEqual(told({ ...made, write: { Line: ['productId'] } }), []);
  });

  test('is not movable by the record itself, which is kept within it, nor by new records', () => {
    const own = { operations: ['listOrders', 'updateOrder'], filter: only(COUNTRY), write: { Order: ['customerId'] } };
    assert.deepEqual(told(own), []);
    const created = { operations: ['listOrders', 'createCustomer'], filter: only(COUNTRY), write: writing };
    assert.deepEqual(told(created), []);
  });

  test('is not movable where the same condition holds for what is written', () => {
    const held = (...terms: readonly FilterTerm[]) =>
      told({ filter: { ...only(COUNTRY), Customer: terms }, write: writing });
    assert.deepEqual(held(['countryId', '=', 21]), []);
    const movable = ['/spec/filter/Order/0 res.partner.country_id updateCustomer grant-0'];
    assert.deepEqual(held(['countryId', 'in', [21, 22]]), movable);
    assert.deepEqual(
      held({
        or: [
          ['countryId', '=', 21],
          ['name', '=', 'x'],
        ],
      }),
      movable,
    );
    assert.deepEqual(held(['name', '=', 'x']), movable);
  });
});

describe('a filter by what links to a record', () => {
  test('is movable where the link may be written, and nothing says to whom', () => {
    const operations = ['listOrders', 'updateOrder', 'listCustomers'];
    const filter = { Customer: [['id', 'in', { linkedFrom: 'Order.customerId' }] as const] };
    const write = { Order: ['customerId'] };
    assert.deepEqual(told({ operations, filter, write }), [
      '/spec/filter/Customer/0 sale.order.partner_id updateOrder grant-0',
    ]);
    assert.deepEqual(told({ operations, filter, write: { Order: ['number'] } }), []);
    const bound = { ...filter, Order: [['customerId', 'in', [5, 7]] as const] };
    assert.deepEqual(told({ operations, filter: bound, write }), []);
  });
});

describe('the domain of an operation', () => {
  test('is movable like a filter', () => {
    const given = { operations: ['listBelgian', 'updateCustomer'], write: { Customer: ['countryId'] } };
    assert.deepEqual(told(given), ['/spec/operations/0 res.partner.country_id updateCustomer grant-0']);
  });
});
