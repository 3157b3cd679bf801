import assert from 'node:assert/strict';
import test from 'node:test';
import type { FilterTerm } from '../catalog/documents.ts';
import type { TypedRequest } from '../gateway/exchange.ts';
import { applyRecordFilter } from './apply-record-filter.ts';
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
    [['region', 'in', 'north'], /Write a list/],
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
  await assert.rejects(apply([OWN], http), /Customer: accountId = maps onto no parameter/);
  await assert.rejects(apply([['region', '!=', 'x']], http), /maps onto no parameter/);
  await assert.rejects(apply([{ or: [['region', '=', 'x']] }], http), /maps onto no parameter/);
  await assert.rejects(apply([['region', '=', { linkedFrom: 'A.b' }]], http), /maps onto no parameter/);
});
