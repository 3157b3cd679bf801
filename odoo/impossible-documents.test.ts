import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Condition } from '../catalog/documents.ts';
import type { OdooOperation, Operation } from '../openapi/contract.ts';
import { type Bench, startBench } from './odoo-upstream.fixture.ts';

const annotated =
  (change: Partial<OdooOperation>) =>
  (operation: Operation): Operation => {
    const { odoo } = operation.annotation;
    assert.ok(odoo);
    return { ...operation, annotation: { ...operation.annotation, odoo: { ...odoo, ...change } } };
  };
const withoutBody = ({ requestBody: _, ...rest }: Operation): Operation => rest;

describe('what a document asks and cannot be done is told before any request', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench(16);
  });
  after(() => bench.close());

  const operations: readonly (readonly [string, (operation: Operation) => Operation, RegExp])[] = [
    ['createCustomer', annotated({ unique: [['emial']] }), /emial in unique.*no field of that name has a place/],
    ['createCustomer', annotated({ unique: [['name'], ['address']] }), /address in unique/],
    ['createCustomer', annotated({ unique: [['countryCode']] }), /not a single value of the record/],
    ['createCustomer', annotated({ unique: [['categoryIds']] }), /not a single value of the record/],
    ['createLine', annotated({ unique: [['picked']] }), /Odoo 16 does not have it/],
    ['listCustomers', annotated({ sort: '-naem' }), /default sort.*naem/],
    ['listLines', annotated({ sort: 'picked' }), /default sort by picked, which Odoo 16 does not have/],
    ['getCustomer', annotated({ idParameter: 'customer' }), /path parameter customer, which its path does not have/],
    ['listCustomers', annotated({ idParameter: 'id' }), /path parameter id/],
    ['getCustomer', (operation) => ({ ...operation, parameters: [] }), /path parameter id/],
    ['updateCustomer', (operation) => ({ ...operation, parameters: [] }), /path parameter id/],
    ['archiveCustomer', (operation) => ({ ...operation, parameters: [] }), /path parameter id/],
    ['createCustomer', withoutBody, /to create a record, but has no JSON request body/],
    ['updateCustomer', withoutBody, /to update a record, but has no JSON request body/],
    ['getCustomer', annotated({ model: 'res.partner/../x' }), /which Odoo cannot have/],
    ['archiveCustomer', annotated({ method: '_archive' }), /which Odoo lets nobody call/],
    ['archiveCustomer', annotated({ method: { 17: 'action_archive' } }), /no method to call in Odoo 16/],
  ];
  for (const [operation, change, message] of operations) {
    test(`${operation}: ${message.source}`, async () => {
      await assert.rejects(bench.call(operation, { change }, { id: 10, body: {} }), { message });
    });
  }

  const conditions: readonly Condition[] = [
    ['teamId', '=', 'Website'],
    ['teamId', 'in', [1, 'Website']],
    ['teamId', 'like', '1'],
    ['teamId', 'like', { claim: 'team' }],
    ['orderedAt', '>', 'yesterday'],
    ['orderedAt', '>', null],
    ['number', '>', 1],
    ['number', '>', true],
    ['number', 'child_of', 'S'],
    ['total', '=', 'a'],
    ['lines', '=', 'S00001'],
    ['id', 'in', { linkedFrom: 'Shipment.number.x' }],
  ];
  for (const condition of conditions) {
    for (const operation of ['listOrders', 'createOrder']) {
      test(`${operation}: ${JSON.stringify(condition)}`, async () => {
        const message = /^the record filter Order .* cannot be computed: /;
        await assert.rejects(bench.call(operation, { filter: { Order: [condition] } }), { message });
        const or = { or: [['number', '=', 'S'] as const, condition] };
        await assert.rejects(bench.call(operation, { filter: { Order: [or] } }), { message });
      });
    }
  }

  test('a label can be compared where records are read, and given to none that is made', async () => {
    const rules = { read: { Customer: ['id'] }, filter: { Customer: [['address.country', '=', 'Belgium'] as const] } };
    assert.equal((await bench.call('getCustomer', rules, { id: 11, filter: rules.filter })).status, 200);
    await assert.rejects(bench.call('createCustomer', rules, { body: {} }), { message: /label/ });
    const write = { Customer: ['address.countryId'] };
    const body = { address: { countryId: 21 } };
    const moved = await bench.call('updateCustomer', { ...rules, write }, { id: 11, filter: rules.filter, body });
    assert.equal(moved.code, 'field-not-writable');
  });

  test('a claim that cannot be compared is a claim that is missing, whatever is asked', async () => {
    const rules = {
      read: { Order: ['id'] },
      write: { Order: ['teamId'] },
      filter: { Order: [['teamId', '=', { claim: 'team' }] as const] },
    };
    for (const team of [99_999_999_999, -1, 1.5, 'Website']) {
      const filter = { Order: [['teamId', '=', team] as const] };
      for (const body of [{}, { teamId: 1 }]) {
        assert.equal((await bench.call('createOrder', rules, { filter, body })).code, 'claim-missing');
      }
      assert.equal((await bench.call('listOrders', rules, { filter })).code, 'claim-missing');
    }
    assert.equal(bench.odoo.count('sale.order.create'), 0);
  });

  test('what is wrong within a line is told with its place in the body', async () => {
    const write = { Order: ['customerId', 'lines'], OrderLine: ['productId', 'quantity'] };
    const body = {
      customerId: 'x',
      lines: [{ productId: 1, quantity: 1 }, { productId: 'x', quantity: 'y' }, { other: 1 }],
    };
    const answer = await bench.call('createOrder', { write }, { body });
    assert.equal(answer.code, 'body-invalid');
    assert.deepEqual(answer.refusal?.members, {
      errors: [
        { pointer: '/customerId', message: 'must be the id of a record' },
        { pointer: '/lines/1/productId', message: 'must be the id of a record' },
        { pointer: '/lines/1/quantity', message: 'must be a number' },
        { pointer: '/lines/2/other', message: 'cannot be written' },
      ],
    });
  });
});
