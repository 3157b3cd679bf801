import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contractOf, document } from './contract.fixture.ts';
import type { Operation } from './contract.ts';
import { conditionOperator, filledByFilter } from './filter-parameters.ts';

const contract = contractOf(
  document(
    `
/orders:
  get:
    operationId: listOrders
    parameters:
      - {name: supplier, in: query, required: true, schema: {type: string}, x-portcullis: {role: filter, field: supplierId}}
      - {name: since, in: query, required: true, schema: {type: string}, x-portcullis: {role: filter, field: date, operator: gte}}
      - {name: page, in: query, required: true, schema: {type: integer}}
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}`,
    `
Order:
  type: object
  properties: {supplierId: {type: string}, date: {type: string}}`,
  ),
);
const operation = contract.operations.get('listOrders') as Operation;

function required(of: Operation): string[] {
  return of.parameters.filter((parameter) => parameter.required).map(({ name }) => name);
}

describe('parameters under a record filter', () => {
  test('what the filter says is required of nobody, everything else as before', () => {
    const filled = filledByFilter(operation, { Order: [['supplierId', '=', { claim: 'supplier' }]] });
    assert.deepEqual(required(filled), ['since', 'page']);
    assert.deepEqual(required(operation), ['supplier', 'since', 'page']);
  });

  test('another operator or one of several terms fills nothing', () => {
    for (const filter of [
      undefined,
      {},
      { Order: [['supplierId', 'in', ['a']] as const] },
      { Order: [{ or: [['supplierId', '=', 'a'] as const] }] },
      { Order: [['date', '=', '2026'] as const] },
    ]) {
      assert.equal(filledByFilter(operation, filter), operation);
    }
    assert.deepEqual(required(filledByFilter(operation, { Order: [['date', '>=', '2026']] })), ['supplier', 'page']);
  });

  test('operators have two spellings', () => {
    assert.deepEqual(['eq', '=', 'gte', 'ilike', 'like', 'of'].map(conditionOperator), [
      '=',
      '=',
      '>=',
      'ilike',
      'like',
      undefined,
    ]);
  });
});
