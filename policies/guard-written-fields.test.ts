import assert from 'node:assert/strict';
import test from 'node:test';
import { exchangeAt, grantedPlace, type PlaceOptions, type TestExchange } from './exchange.fixture.ts';
import { guardWrittenFields } from './guard-written-fields.ts';
import { typedRequest } from './typed-request.fixture.ts';

const WRITABLE = ['Customer.name', 'Customer.email', 'Customer.lines', 'Line.sku', 'Line.quantity', 'Customer.id'];

async function write(body: unknown, options: PlaceOptions = {}) {
  const place = grantedPlace({ operation: 'createCustomer', writable: WRITABLE, ...options });
  const exchange: TestExchange = exchangeAt(place);
  exchange.typed = typedRequest({ body });
  const verdict = await guardWrittenFields().prepare(place)?.(exchange);
  if (verdict === undefined) return { code: 'pass', members: undefined, facts: exchange.facts };
  assert.ok(verdict.kind === 'refuse');
  return { code: verdict.code, members: verdict.members, facts: exchange.facts };
}

test('what the grant names may be written, and stands in the record', async () => {
  const { code, facts } = await write({ name: 'A', lines: [{ sku: 'x', quantity: 1 }, { sku: 'y' }] });
  assert.equal(code, 'pass');
  assert.deepEqual(facts.written, ['Customer.name', 'Customer.lines', 'Line.sku', 'Line.quantity']);
  assert.deepEqual(facts.refused, []);
});

test('a field of another owner is refused with its name (R-07, SC-01, SC-03)', async () => {
  const hidden = await write({ name: 'A', creditLimit: 5 });
  assert.equal(hidden.code, 'field-not-writable');
  assert.deepEqual(hidden.members, { fields: ['creditLimit'], owned_by: 'odoo-finance' });
  assert.deepEqual(hidden.facts.refused, ['Customer.creditLimit']);
  const nested = await write({ name: 'A', lines: [{ sku: 'x', quantity: 1 }, { unitPrice: '1.00' }] });
  assert.equal(nested.code, 'field-not-writable');
  assert.deepEqual(nested.members, { fields: ['lines.unitPrice'], owned_by: 'pricing' });
});

test('a field that may be read but not written says so', async () => {
  const { code, members } = await write({ stock: 5 });
  assert.equal(code, 'field-not-writable');
  assert.deepEqual(members, { fields: ['stock'] });
});

test('hidden and not existing are one and the same answer, whatever the value (R-06)', async () => {
  for (const value of [1, 'text', null, { a: 1 }, [{ b: 2 }]]) {
    const hidden = await write({ vat: value });
    const unknown = await write({ vax: value });
    assert.equal(hidden.code, 'field-not-granted');
    assert.equal(unknown.code, 'field-not-granted');
    assert.deepEqual(Object.keys(hidden.members ?? {}), Object.keys(unknown.members ?? {}));
  }
});

test('a read-only field stays so although the grant names it', async () => {
  assert.equal((await write({ id: 7 })).code, 'field-not-writable');
});

test('nothing can be written below a place that the contract does not describe', async () => {
  assert.equal((await write({ name: { anything: 1 } })).code, 'field-not-granted');
  assert.equal((await write({ name: [[{ anything: 1 }]] })).code, 'field-not-granted');
  assert.equal((await write([{ vat: 1 }])).code, 'field-not-granted');
});

test('names from outside are only ever names', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const body = Object.assign(Object.create(null), JSON.parse(`{${JSON.stringify(name)}:{"x":1}}`));
    Object.defineProperty(body, name, { value: 1, enumerable: true, configurable: true });
    assert.equal((await write(body)).code, 'field-not-granted', name);
  }
});

test('the list of refused fields is bounded in number and length', async () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${'n'.repeat(300)}${index}`, 1]));
  const { members, facts } = await write(many);
  const fields = members?.fields;
  assert.ok(Array.isArray(fields) && fields.length <= 20 && fields.every((name) => name.length <= 64));
  assert.deepEqual(facts.refused, ['(unknown)']);
});

test('map entries are written where the entries are granted', async () => {
  const writable = ['Customer.labels', 'Customer.labels.*'];
  assert.equal((await write({ labels: { a: 'x' } }, { writable })).code, 'pass');
  assert.equal((await write({ labels: { a: 'x' } }, { writable: ['Customer.labels'] })).code, 'field-not-writable');
});
