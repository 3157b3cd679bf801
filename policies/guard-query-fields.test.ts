import assert from 'node:assert/strict';
import test from 'node:test';
import type { TypedRequest } from '../gateway/exchange.ts';
import { exchangeAt, grantedPlace, type PlaceOptions } from './exchange.fixture.ts';
import { guardQueryFields } from './guard-query-fields.ts';
import { typedRequest } from './typed-request.fixture.ts';

const MASKS: PlaceOptions = { masks: { stock: { type: 'bucket', bounds: [0, 5] }, email: { type: 'hide' } } };

async function ask(request: Partial<TypedRequest>, options: PlaceOptions = MASKS) {
  const place = grantedPlace(options);
  const exchange = exchangeAt(place);
  exchange.typed = typedRequest(request);
  const verdict = await guardQueryFields().prepare(place)?.(exchange);
  if (verdict === undefined) return { code: 'pass', verdict, facts: exchange.facts };
  assert.ok(verdict.kind === 'refuse');
  return { code: verdict.code, verdict, facts: exchange.facts };
}

const sort = (field: string) => ({ sort: [{ field, descending: false }] });

test('granted fields may be asked for, ordered and filtered by', async () => {
  assert.equal(
    (await ask({ fields: ['id', 'name', 'address', 'address.city', 'labels.*', 'lines.sku', 'stock'] })).code,
    'pass',
  );
  assert.equal((await ask(sort('name'))).code, 'pass');
  assert.equal((await ask({ filters: [['address.city', '=', 'Gent']] })).code, 'pass');
});

test('hidden, masked and unknown fields are one and the same answer (R-06, SC-01, SC-02)', async () => {
  const answers = new Set<string>();
  for (const name of [
    'creditLimit',
    'vat',
    'stock',
    'email',
    'nothing',
    'address',
    'address.zip',
    '__proto__',
    'constructor',
  ]) {
    for (const request of [sort(name), { filters: [[name, '>', 10000]] as const }]) {
      const { code, verdict } = await ask(request);
      assert.equal(code, 'field-not-granted', name);
      answers.add(JSON.stringify(verdict).replaceAll(JSON.stringify(name), '"?"'));
    }
  }
  assert.equal(answers.size, 1);
  for (const name of ['creditLimit', 'vat', 'email', 'nothing', 'items.name', 'name.x', 'labels.a', '']) {
    assert.equal((await ask({ fields: ['id', name] })).code, 'field-not-granted', name);
  }
});

test('the record names what the contract knows and nothing that a client made up', async () => {
  const { facts, verdict } = await ask({ fields: ['creditLimit', 'DE89370400440532013000'], ...sort('vat') });
  assert.deepEqual(facts.refused, ['Customer.creditLimit', '(unknown)', 'Customer.vat']);
  assert.deepEqual(verdict?.members, { fields: ['creditLimit', 'DE89370400440532013000', 'vat'] });
});

test('names are bounded', async () => {
  const { verdict } = await ask({ fields: Array.from({ length: 200 }, (_, index) => `${'x'.repeat(500)}${index}`) });
  const fields = verdict?.members?.fields;
  assert.ok(Array.isArray(fields) && fields.length <= 20 && fields.every((name) => name.length <= 64));
  assert.equal((await ask({ fields: ['a.'.repeat(5000)] })).code, 'field-not-granted');
});

test('an operation without such parameters needs no guard', () => {
  assert.equal(guardQueryFields().prepare(grantedPlace({ operation: 'getCustomer' })), undefined);
});
