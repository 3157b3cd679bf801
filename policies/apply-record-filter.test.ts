import assert from 'node:assert/strict';
import test from 'node:test';
import type { FilterTerm } from '../catalog/documents.ts';
import type { TypedRequest } from '../gateway/exchange.ts';
import { applyRecordFilter } from './apply-record-filter.ts';
import { contractOf } from './customers.fixture.ts';
import { codeOf, exchangeAt, grantedPlace, type PlaceOptions } from './exchange.fixture.ts';
import { typedRequest } from './typed-request.fixture.ts';

interface Call extends PlaceOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly typed?: Partial<TypedRequest>;
}

async function apply(terms: readonly FilterTerm[], call: Call = {}) {
  const place = grantedPlace({ ...call, grant: { filter: { Customer: terms } } });
  const exchange = exchangeAt(place, call.claims === undefined ? {} : { claims: call.claims });
  exchange.typed = typedRequest(call.typed);
  const verdict = await applyRecordFilter().prepare(place)?.(exchange);
  return { code: codeOf(verdict), bound: exchange.recordFilter.Customer, query: exchange.typed.query, exchange };
}

const OWN: FilterTerm = ['accountId', '=', { claim: 'account' }];

test('literals, alternatives and links are handed on as they are', async () => {
  const terms: FilterTerm[] = [
    ['active', '=', true],
    {
      or: [
        ['region', '=', 'north'],
        ['region', 'in', ['south', null]],
      ],
    },
    ['id', 'in', { linkedFrom: 'Shipment.consignee' }],
  ];
  const { bound } = await apply(terms);
  assert.deepEqual(bound, [
    ['active', '=', true],
    {
      or: [
        ['region', '=', 'north'],
        ['region', 'in', ['south', null]],
      ],
    },
    { linkedFrom: 'Shipment.consignee' },
  ]);
});

test('a claim becomes a value of its field', async () => {
  assert.deepEqual((await apply([OWN], { claims: { account: 7 } })).bound, [['accountId', '=', 7]]);
  assert.deepEqual((await apply([OWN], { claims: { account: '7' } })).bound, [['accountId', '=', 7]]);
  assert.deepEqual((await apply([['region', '=', { claim: 'r' }]], { claims: { r: 5 } })).bound, [
    ['region', '=', '5'],
  ]);
  const many: FilterTerm = ['accountId', 'in', { claim: 'accounts' }];
  assert.deepEqual((await apply([many], { claims: { accounts: [1, '2'] } })).bound, [['accountId', 'in', [1, 2]]]);
  assert.deepEqual((await apply([many], { claims: { accounts: 3 } })).bound, [['accountId', 'in', [3]]]);
});

test('a token without a usable claim is refused (SC-04)', async () => {
  const unusable = [undefined, null, '', ' ', 'seven', {}, [], [7], [null], Number.NaN, true, '7 or 1=1', '0x7', '07'];
  for (const account of unusable) {
    const { code, bound } = await apply([OWN], { claims: account === undefined ? {} : { account } });
    assert.equal(code, 'claim-missing', JSON.stringify(account));
    assert.equal(bound, undefined);
  }
  assert.equal((await apply([['accountId', '=', { claim: 'constructor' }]], { claims: {} })).code, 'claim-missing');
  const byText: FilterTerm = ['region', '=', { claim: 'r' }];
  for (const r of ['', '  ']) assert.equal((await apply([byText], { claims: { r } })).code, 'claim-missing');
  const outside: FilterTerm = ['accountId', 'not in', { claim: 'accounts' }];
  assert.equal((await apply([outside], { claims: { accounts: [] } })).code, 'claim-missing');
});

test('a filter that could let through more than it says is a mistake', async () => {
  const wrong: [FilterTerm, RegExp][] = [
    [['name', 'ilike', { claim: 'n' }], /compares a claim/],
    [{ or: [] }, /empty "or"/],
    [{ or: [['id', 'in', { linkedFrom: 'A.b' }]] }, /inside "or"/],
    [['id', '!=', { linkedFrom: 'A.b' }], /linkedFrom with !=/],
    [['region', 'in', 'north'], /write a list/],
  ];
  for (const [term, message] of wrong) await assert.rejects(apply([term]), message);
  const place = grantedPlace({ grant: { filter: { Nothing: [['a', '=', 1]] } } });
  assert.throws(() => applyRecordFilter().prepare(place), /Nothing/);
});

test('without a filter there is nothing to do', () => {
  assert.equal(applyRecordFilter().prepare(grantedPlace()), undefined);
  assert.equal(applyRecordFilter().prepare(grantedPlace({ grant: { filter: { Customer: [] } } })), undefined);
});

test('over HTTP the value of a parameter is forced; the client may say the same or nothing', async () => {
  const terms: FilterTerm[] = [
    ['region', '=', 'north'],
    ['region', 'in', ['north', 'east']],
  ];
  const http = { systemType: 'http' as const };
  const forced = [
    ['region', 'north'],
    ['regions', 'north,east'],
  ];
  assert.deepEqual((await apply(terms, http)).query, forced);
  const same = await apply(terms, {
    ...http,
    typed: {
      query: [
        ['status', 'open'],
        ['region', 'north'],
      ],
    },
  });
  assert.deepEqual(same.query, [['status', 'open'], ...forced]);
  for (const query of [
    [['region', 'south']],
    [
      ['region', 'north'],
      ['region', 'south'],
    ],
    [['region', '']],
  ] as const) {
    assert.equal((await apply(terms, { ...http, typed: { query } })).code, 'field-not-granted');
  }
});

test('over HTTP a path parameter must be the filter’s own, else there is nothing there', async () => {
  const call = { systemType: 'http' as const, operation: 'listByAccount', claims: { account: 7 } };
  assert.equal((await apply([OWN], { ...call, typed: { path: { accountId: '7' } } })).code, 'pass');
  assert.equal((await apply([OWN], { ...call, typed: { path: { accountId: '8' } } })).code, 'record-not-found');
  assert.equal((await apply([OWN], { ...call, typed: { path: { accountId: '07' } } })).code, 'record-not-found');
});

test('over HTTP a term that no parameter can carry is a mistake', async () => {
  const http = { systemType: 'http' as const };
  await assert.rejects(apply([OWN], http), /Customer: accountId = maps onto nothing that this operation takes/);
  await assert.rejects(apply([['region', '!=', 'x']], http), /maps onto nothing that this operation takes/);
  await assert.rejects(apply([{ or: [['region', '=', 'x']] }], http), /maps onto nothing that this operation takes/);
  await assert.rejects(
    apply([['region', '=', { linkedFrom: 'A.b' }]], http),
    /maps onto nothing that this operation takes/,
  );
});

/** An order service that is told which order by its path, its body or a query. */
const orders = contractOf({
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1.0' },
  paths: {
    '/orders/{number}': {
      delete: { operationId: 'cancel', parameters: [inPath('number')], responses: { '204': { description: 'gone' } } },
      put: { operationId: 'replace', parameters: [inPath('number')], ...takes('Order') },
    },
    '/orders/by-id/{id}': {
      delete: { operationId: 'cancelById', parameters: [inPath('id')], responses: { '204': { description: 'gone' } } },
    },
    '/acknowledgements': { post: { operationId: 'acknowledge', ...takes('Acknowledgement') } },
    '/batches': { post: { operationId: 'acknowledgeMany', ...takes('Batch') } },
    '/orders': {
      get: {
        operationId: 'list',
        parameters: [
          {
            name: 'API_Key',
            in: 'query',
            schema: { type: 'string' },
            'x-portcullis': { role: 'filter', field: 'number', operator: 'eq' },
          },
        ],
        responses: { '200': { description: 'ok' } },
      },
    },
  },
  components: {
    schemas: {
      Order: { type: 'object', properties: { number: { type: 'string' }, note: { type: 'string' } } },
      Acknowledgement: {
        type: 'object',
        properties: { number: { type: ['string', 'integer', 'null'] }, code: { type: 'string' } },
      },
      Batch: {
        type: 'object',
        properties: {
          acknowledgements: { type: 'array', items: { $ref: '#/components/schemas/Acknowledgement' } },
        },
      },
    },
  },
});

function inPath(name: string): object {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function takes(schema: string): object {
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
  return { requestBody: { content }, responses: { '204': { description: 'done' } } };
}

async function order(operation: string, term: FilterTerm, call: Partial<TypedRequest> = {}) {
  const writable = ['Order.number', 'Acknowledgement.number', 'Batch.acknowledgements'];
  const place = grantedPlace({
    contract: orders,
    operation,
    writable,
    systemType: 'http',
    read: [],
    grant: { filter: { Order: [term] } },
  });
  const exchange = exchangeAt(place, { claims: { number: 'M1' } });
  exchange.typed = typedRequest(call);
  const verdict = await applyRecordFilter().prepare(place)?.(exchange);
  return { code: codeOf(verdict), facts: exchange.facts };
}

const MINE: FilterTerm = ['number', '=', 'M1'];
const MINE_TOO: FilterTerm = ['number', 'in', ['M1', 'M2']];

test('over HTTP an operation that answers without content is bound like any other', async () => {
  assert.equal((await order('cancel', MINE, { path: { number: 'M1' } })).code, 'pass');
  assert.equal((await order('cancel', MINE, { path: { number: 'M2' } })).code, 'record-not-found');
  assert.equal((await order('cancel', MINE_TOO, { path: { number: 'M2' } })).code, 'pass');
  assert.equal((await order('cancel', MINE_TOO, { path: { number: 'M1,M2' } })).code, 'record-not-found');
});

test('over HTTP what is written must say the filter’s own value', async () => {
  const said = async (term: FilterTerm, body: unknown) => (await order('acknowledge', term, { body })).code;
  assert.equal(await said(MINE, { number: 'M1', code: 'x' }), 'pass');
  assert.equal(await said(MINE_TOO, { number: 'M2' }), 'pass');
  assert.equal(await said(['number', '=', { claim: 'number' }], { number: 'M1' }), 'pass');
  assert.equal(await said(['number', '=', 7], { number: 7 }), 'pass');
  for (const body of [
    { number: 'M2' },
    { number: null },
    { number: ['M1'] },
    { code: 'x' },
    {},
    [],
    [{ number: 'M1' }],
    undefined,
    Object.create({ number: 'M1' }),
  ]) {
    assert.equal(await said(MINE, body), 'field-not-writable', JSON.stringify(body));
  }
  const { facts } = await order('acknowledge', MINE, { body: { number: 'M2' } });
  assert.deepEqual(facts.refused, ['Order.number']);
});

test('over HTTP the body must not contradict what the path says', async () => {
  const path = { number: 'M1' };
  assert.equal((await order('replace', MINE, { path, body: { note: 'x' } })).code, 'pass');
  assert.equal((await order('replace', MINE, { path, body: { number: 'M1' } })).code, 'pass');
  assert.equal((await order('replace', MINE, { path, body: { number: 'M2' } })).code, 'field-not-writable');
  assert.equal((await order('replace', MINE, { path, body: [{ number: 'M2' }] })).code, 'field-not-writable');
});

test('over HTTP every operation of the grant must be able to carry the filter', async () => {
  const message = /Order: number = maps onto nothing .* give the operation its own grant without the filter/;
  await assert.rejects(order('cancelById', MINE), message);
  await assert.rejects(order('acknowledgeMany', MINE), message);
  await assert.rejects(order('cancel', ['number', '!=', 'M1']), /maps onto nothing/);
  for (const value of [null, '']) await assert.rejects(order('cancel', ['number', '=', value]), /maps onto nothing/);
  await assert.rejects(order('cancel', ['number', 'in', []]), /maps onto nothing/);
});

test('over HTTP a parameter that is never sent carries no filter', async () => {
  const place = grantedPlace({
    contract: orders,
    operation: 'list',
    systemType: 'http',
    read: [],
    grant: { filter: { Order: [MINE] } },
  });
  assert.ok(applyRecordFilter().prepare(place) !== undefined);
  const credential = { type: 'query', name: 'api_key', secret: { env: 'X' } } as const;
  const version = { ...place.version, environment: { ...place.version.environment, credential } };
  assert.throws(() => applyRecordFilter().prepare({ ...place, version }), /maps onto nothing/);
});

test('over HTTP a value that a list would take apart is not sent', async () => {
  const http = { systemType: 'http' as const, claims: { regions: ['north,east'] } };
  assert.equal((await apply([['region', 'in', { claim: 'regions' }]], http)).code, 'claim-missing');
  await assert.rejects(apply([['region', 'in', ['north,east']]], http), /maps onto nothing/);
});
