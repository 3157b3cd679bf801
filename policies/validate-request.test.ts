import assert from 'node:assert/strict';
import test from 'node:test';
import type { Policy } from '../gateway/policy.ts';
import { contractOf, customersDocument } from './customers.fixture.ts';
import {
  codeOf,
  type ExchangeOptions,
  exchangeAt,
  grantedPlace,
  type PlaceOptions,
  runPolicies,
} from './exchange.fixture.ts';
import { guardWrittenFields } from './guard-written-fields.ts';
import { validateBody } from './validate-body.ts';
import { validateRequest } from './validate-request.ts';

const WRITABLE = ['Customer.name', 'Customer.email', 'Customer.active', 'Customer.lines', 'Line.sku', 'Line.quantity'];
const ALL: readonly Policy[] = [validateRequest(), guardWrittenFields(), validateBody()];

async function run(options: ExchangeOptions, place: PlaceOptions = {}, policies = ALL) {
  const at = grantedPlace({ operation: 'createCustomer', writable: WRITABLE, ...place });
  const exchange = exchangeAt(at, options);
  const verdict = await runPolicies(policies, at, exchange);
  return { code: codeOf(verdict), verdict: verdict?.kind === 'refuse' ? verdict : undefined, exchange };
}

const body = '{"name":"A"}';

test('a request becomes its typed form', async () => {
  const { code, exchange } = await run({ body: { name: 'A', lines: [{ sku: 'x', quantity: 2 }] } });
  assert.equal(code, 'pass');
  assert.deepEqual(JSON.parse(JSON.stringify(exchange.typed?.body)), { name: 'A', lines: [{ sku: 'x', quantity: 2 }] });
  assert.deepEqual(exchange.typed?.query, []);
  const read = await run({ pathValues: ['5'] }, { operation: 'getCustomer' });
  assert.deepEqual({ ...read.exchange.typed?.path }, { id: '5' });
});

test('only the declared media type is read, in whatever way it is disguised', async () => {
  for (const type of [
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ]) {
    assert.equal((await run({ body, headers: ['Content-Type', type] })).code, 'pass', type);
  }
  const wrong = [
    ['Content-Type', ' application/json'],
    ['Content-Type', 'application/json\t'],
    ['Content-Type', 'application/json;charset=utf-16'],
    ['Content-Type', 'application/json, text/plain'],
    ['Content-Type', 'application/json', 'content-type', 'application/json'],
    ['Content-Type', 'text/json'],
    ['Content-Type', 'application/jsonx'],
    ['Content-Type', 'application/json;charset=utf-8;x=y'],
    ['Content-Type', 'application/json;'],
    ['Content-Type', 'application/ld+json'],
    ['Content-Type', ''],
    [],
  ];
  for (const headers of wrong)
    assert.equal((await run({ body, headers })).code, 'content-type-unsupported', headers.join('|'));
});

test('a content coding is refused', async () => {
  const typed = ['Content-Type', 'application/json', 'Content-Encoding'];
  for (const coding of ['gzip', 'br', 'identity, gzip', 'x']) {
    assert.equal((await run({ body, headers: [...typed, coding] })).code, 'content-encoding-unsupported');
  }
  assert.equal((await run({ body, headers: [...typed, 'identity'] })).code, 'pass');
});

test('a body must be there where one is needed and nowhere else', async () => {
  assert.equal((await run({})).code, 'body-malformed');
  assert.equal((await run({ body: '{}', pathValues: ['5'] }, { operation: 'getCustomer' })).code, 'request-malformed');
  assert.equal((await run({ pathValues: ['5'] }, { operation: 'updateCustomer', writable: [] })).code, 'pass');
});

test('what is not strict JSON is refused with its place and nothing of it', async () => {
  const wrong = [
    '{',
    '{"name":"secret","name":"B"}',
    '{"name":"A"}x',
    '[1,]',
    '{"a":{"b":1,"b":2}}',
    '\ufeff{}',
    "{'a':1}",
    '{"name":"\\ud800"}',
    `${'['.repeat(100_000)}`,
  ];
  for (const text of wrong) {
    const { code, verdict } = await run({ body: text });
    assert.equal(code, 'body-malformed', text.slice(0, 40));
    assert.ok(!(verdict?.detail ?? '').includes('secret'));
  }
});

test('what breaks the schema is told by pointer, without values (R-14, SC-03)', async () => {
  const { code, verdict } = await run({
    body: {
      name: 'A',
      lines: [
        { sku: 'x', quantity: 1 },
        { sku: 'y', quantity: -77 },
      ],
    },
  });
  assert.equal(code, 'body-invalid');
  const errors = verdict?.members?.errors;
  assert.ok(Array.isArray(errors));
  assert.deepEqual(
    errors.map((error) => error.pointer),
    ['/lines/1/quantity'],
  );
  assert.ok(!JSON.stringify(errors).includes('77'));
  assert.equal((await run({ body: {} })).code, 'body-invalid');
  const many = await run({ body: { name: 'A', lines: Array.from({ length: 100 }, () => ({ sku: 1, quantity: 0 })) } });
  assert.ok(Array.isArray(many.verdict?.members?.errors) && many.verdict.members.errors.length <= 20);
});

test('a hidden field and one that does not exist cannot be told apart by their values (R-06)', async () => {
  const answers = new Set<string>();
  for (const name of ['vat', 'vax']) {
    for (const value of [1, 'text', null, {}]) {
      const { verdict } = await run({ body: { name: 'A', [name]: value } });
      answers.add(JSON.stringify(verdict).replaceAll(name, '?'));
    }
  }
  assert.equal(answers.size, 1);
});

test('a grant under which no body can be right is a mistake in the catalog', () => {
  const place = (writable: readonly string[]) => grantedPlace({ operation: 'createCustomer', writable });
  assert.throws(() => validateBody().prepare(place(['Customer.email'])), /needs Customer\.name, which grant/);
  assert.throws(
    () => validateBody().prepare(place(['Customer.name', 'Customer.lines', 'Line.sku'])),
    /needs Line\.quantity/,
  );
  assert.doesNotThrow(() => validateBody().prepare(place(['Customer.name'])));
});

test('an operation that cannot do without a cookie cannot be granted', () => {
  const document = structuredClone(customersDocument);
  const parameters: object[] = document.paths['/customers'].get.parameters;
  parameters.push({ name: 'sid', in: 'cookie', required: true, schema: { type: 'string' } });
  assert.throws(() => validateRequest().prepare(grantedPlace({ contract: contractOf(document) })), /cookie sid/);
});

test('where the gateway’s own credential goes a client has nothing to say', async () => {
  const contract = contractOf({
    openapi: '3.1.0',
    info: { title: 'Keys', version: '1.0' },
    paths: {
      '/things': {
        get: {
          operationId: 'things',
          parameters: [
            { name: 'Api_Key', in: 'query', required: true, schema: { type: 'integer' } },
            { name: 'Key', in: 'header', required: true, schema: { type: 'integer' } },
            { name: 'a', in: 'query', schema: { type: 'string' } },
          ],
          responses: { '200': { description: 'ok' } },
        },
      },
    },
  });
  const place = grantedPlace({ contract, operation: 'things', read: [] });
  const secret = { env: 'X' };
  const read = async (type: 'query' | 'header', name: string, options: ExchangeOptions) => {
    const credential = { type, name, secret };
    const version = { ...place.version, environment: { ...place.version.environment, credential } };
    const exchange = exchangeAt({ ...place, version }, options);
    const code = codeOf(await runPolicies([validateRequest()], { ...place, version }, exchange));
    return { code, typed: exchange.typed, ignored: exchange.facts.ignored };
  };
  const sent = await read('query', 'api_key', { query: 'Api_Key=mine&a=1', headers: ['Key', '1'] });
  assert.deepEqual([sent.code, sent.typed?.query, sent.ignored], ['pass', [['a', '1']], ['Api_Key']]);
  assert.equal((await read('query', 'api_key', { query: 'a=1', headers: ['Key', '1'] })).code, 'pass');
  assert.equal((await read('header', 'api_key', { query: 'a=1', headers: ['Key', '1'] })).code, 'parameter-invalid');
  const header = await read('header', 'KEY', { query: 'Api_Key=1', headers: ['key', 'mine'] });
  assert.deepEqual([header.code, header.typed?.headers, header.ignored], ['pass', [], ['key']]);
  assert.equal((await read('header', 'KEY', { query: 'Api_Key=1' })).code, 'pass');
});
