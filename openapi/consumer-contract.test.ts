import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import SwaggerParser from '@apidevtools/swagger-parser';
import { clientTypes } from './client-types.ts';
import { consumerContract } from './consumer-contract.ts';
import { operationOf } from './contract.fixture.ts';
import { SHOP, specOf } from './grant.fixture.ts';
import { parseContract } from './parse-contract.ts';
import { member } from './plain-data.ts';
import { resolveSelection, resolveWritable } from './resolve-grant.ts';

function documentFor(text: string): Record<string, unknown> {
  const spec = specOf(text);
  const masks = spec.masks ?? {};
  return consumerContract({
    contract: SHOP,
    serverUrl: 'https://gateway.example.com/shop/v1',
    tokenUrl: 'https://gateway.example.com/token',
    operations: spec.operations.map((id) => {
      const operation = operationOf(SHOP, id);
      return {
        operation,
        selection: resolveSelection(SHOP, operation, spec.read ?? {}, masks),
        writable: resolveWritable(SHOP, operation, spec.write ?? {}),
        masks,
      };
    }),
  });
}

const SPEC = `
operations: [listOrders, createOrder]
read: {Order: [id, number, status, buyer, children], Party: [name, phone, parent], createOrder.response.202: [number]}
write: {Order: [number, buyer], Party: [name, phone]}
masks: {Party.phone: {type: truncate, length: 3}}`;

describe('consumerContract', () => {
  const document = documentFor(SPEC);
  const text = JSON.stringify(document);

  it('holds no trace of what is hidden', () => {
    const hidden = [
      'vat',
      'SECRET',
      'password',
      'seller',
      'address',
      'street',
      'labels',
      'internalNote',
      'ticket',
      'readSecrets',
      'hiddenThing',
      'x-portcullis',
      'trace',
      'discriminator',
      'example.org',
      'sale.order',
      'partner_id',
    ];
    for (const name of hidden) assert.doesNotMatch(text, new RegExp(name, 'i'), name);
  });

  it('is a valid OpenAPI document, which we can read ourselves', async () => {
    await SwaggerParser.validate(JSON.parse(text), { resolve: { external: false } });
    const { contract, faults } = parseContract(document, {
      file: 'own',
      locate: () => ({ file: 'own', line: 1, column: 1 }),
    });
    assert.deepEqual(faults, []);
    assert.deepEqual([...(contract?.operations.keys() ?? [])], ['listOrders', 'createOrder']);
    assert.deepEqual([...(contract?.shapes.get('OrderInput')?.fields.keys() ?? [])], ['number', 'buyer']);
    const page = contract?.shapes.get('OrderPage');
    assert.deepEqual(
      [...(page?.fields.get('items')?.shape.items?.fields.keys() ?? [])],
      ['id', 'number', 'status', 'buyer', 'children'],
    );
  });

  it('tells what masks make of values, what is required, and how to call', () => {
    const schemas = JSON.parse(text).components.schemas;
    assert.deepEqual(schemas.Party.properties.phone, {
      type: ['string', 'null'],
      description: 'Masked: at most the first 3 characters.',
    });
    assert.deepEqual(schemas.OrderInput.required, ['number', 'buyer']);
    assert.equal(schemas.OrderInput.additionalProperties, false);
    const { paths } = JSON.parse(text);
    assert.deepEqual(
      paths['/orders'].get.parameters.map((parameter: object) => member(parameter, 'name')),
      ['fields', 'number'],
    );
    assert.deepEqual(paths['/orders'].post.parameters, [
      { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } },
    ]);
    assert.deepEqual(Object.keys(paths['/orders'].post.responses), ['201', '202', '4XX', '5XX']);
    assert.deepEqual(JSON.parse(text).servers, [{ url: 'https://gateway.example.com/shop/v1' }]);
  });

  it('is different for a consumer with less', () => {
    const less = JSON.stringify(documentFor('operations: [listOrders]\nread: {Order: [id]}'));
    for (const name of ['number', 'buyer', 'Party', 'createOrder', 'phone'])
      assert.doesNotMatch(less, new RegExp(name), name);
  });

  it('gives types for clients', async () => {
    const types = await clientTypes(document);
    assert.match(types, /OrderInput: \{\s+buyer: components\["schemas"\]\["PartyInput"\];\s+number: string;/);
    assert.match(types, /listOrders: operations\["listOrders"\]|get: operations\["listOrders"\]/);
    assert.doesNotMatch(types, /vatNumber|password/);
    await assert.rejects(
      clientTypes({ openapi: '3.1.0', paths: { '/a': { $ref: 'file:///etc/passwd' } } }),
      /outside of itself/,
    );
  });
});
