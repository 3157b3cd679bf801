import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grantOf, SHOP } from './grant.fixture.ts';
import { checkGrant } from './grant-rules.ts';

function faults(spec: string): string[] {
  return checkGrant(grantOf(spec), SHOP).map(
    ({ place, code, severity }) => `${place.line} ${code}${severity === 'error' ? '' : '?'}`,
  );
}

const GOOD = `
operations: [listOrders]
read: {Order: [id, number, vatNumber, buyer], Party: [name]}
masks: {Order.vatNumber: {type: last-4}}
filter: {Order: [[number, '=', x]]}`;

describe('checkGrant', () => {
  it('finds nothing wrong with a sound grant', () => {
    assert.deepEqual(faults(GOOD), []);
    assert.deepEqual(
      faults(
        'operations: [createOrder]\nread: {Order: [id], createOrder.response.202: [number]}\nwrite: {Order: [number, buyer, vatNumber], Party: [name]}',
      ),
      ['6 rule-unused?'],
    );
  });

  const cases: readonly (readonly [name: string, spec: string, expected: string[]])[] = [
    ['an unknown operation', 'operations: [listOrder, listOrders]', ['5 operation-unknown']],
    ['an unknown schema', 'operations: [listOrders]\nread:\n  Ordr: [id]', ['7 schema-unknown']],
    [
      'an unknown field, by its place',
      'operations: [listOrders]\nread:\n  Order:\n    - id\n    - address.citty',
      ['9 field-unknown'],
    ],
    [
      'a mask on a field that is not read',
      'operations: [listOrders]\nread: {Order: [id]}\nmasks:\n  Order.number: {type: hash}\n  Order.nubmer: {type: hash}',
      ['8 mask-not-read', '9 field-unknown'],
    ],
    [
      'a restricted field in the open',
      'operations: [listOrders]\nread:\n  Order:\n    - id\n    - vatNumber',
      ['9 restricted-without-mask-or-approval'],
    ],
    [
      'half an approval',
      'operations: [listOrders]\nread: {Order: [vatNumber]}\napprovals: [{by: a, role: data-owner, at: 2026-01-01}]',
      ['6 restricted-without-mask-or-approval'],
    ],
    [
      'a credential',
      'operations: [createOrder]\nwrite: {Order: [password, number, buyer, vatNumber], Party: [name]}',
      ['6 credential-granted'],
    ],
    [
      'a read-only field written',
      'operations: [createOrder]\nwrite: {Order: [id, number, vatNumber, buyer], Party: [name]}',
      ['6 write-read-only'],
    ],
    [
      'a write-only field read',
      'operations: [listOrders]\nread: {Order: [password]}',
      ['6 credential-granted', '6 read-write-only', '6 rule-unused?'],
    ],
    [
      'objects granted as if they were values',
      'operations: [listOrders]\nread:\n  Order:\n    - address\n    - extra\n    - buyer\n    - tags',
      ['8 object-granted-as-leaf', '9 object-granted-as-leaf', '10 object-granted-as-leaf'],
    ],
    [
      'a filter on nothing, and on a field without a place',
      "operations: [listOrders]\nfilter:\n  Order:\n    - [status, '=', x]\n    - {or: [[number, '=', x], [nope, '=', y]]}\n    - [number, '=', {linkedFrom: Order.nope}]",
      ['8 filter-without-place', '9 field-unknown', '10 field-unknown'],
    ],
    [
      'a required field that cannot be written',
      'operations: [createOrder]\nwrite: {Order: [number, buyer.name]}',
      ['5 required-not-writable?'],
    ],
    ['a rule that reaches nothing', 'operations: [listOrders]\nread: {Order: [id], Party: [name]}', ['6 rule-unused?']],
    [
      'a forwarded parameter named like a hidden field',
      'operations: [findParties]\nread: {Party: [name]}',
      ['5 parameter-names-hidden-field?'],
    ],
    [
      'an id writable at one place only',
      'operations: [createOrder]\nwrite: {Order: [number, vatNumber, buyer.name, seller.phone]}',
      ['5 write-ambiguous', '5 write-ambiguous'],
    ],
  ];
  for (const [name, spec, expected] of cases) it(`tells of ${name}`, () => assert.deepEqual(faults(spec), expected));

  it('lets restricted fields out with both approvals', () => {
    const approvals =
      'approvals: [{by: a, role: data-owner, at: 2026-01-01}, {by: b, role: security-officer, at: 2026-01-01}]';
    assert.deepEqual(faults(`operations: [listOrders]\nread: {Order: [vatNumber]}\n${approvals}`), []);
  });

  it('suggests what was meant', () => {
    const messages = checkGrant(grantOf('operations: [listOrder]\nread: {Order: [address.citty], Ordr: [id]}'), SHOP)
      .map((fault) => fault.message)
      .join('\n');
    for (const meant of ['"listOrders"', '"city"', '"Order"'])
      assert.ok(messages.includes(`did you mean ${meant}`), messages);
  });
});
