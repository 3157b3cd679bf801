import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import SwaggerParser from '@apidevtools/swagger-parser';
import { clientTypes } from './client-types.ts';
import { consumerContract } from './consumer-contract.ts';
import { contractOf, document as documentText, operationOf } from './contract.fixture.ts';
import { SHOP, specOf } from './grant.fixture.ts';
import { parseContract } from './parse-contract.ts';
import { member } from './plain-data.ts';
import { resolveSelection, resolveWritable } from './resolve-grant.ts';

type GrantType = 'client_credentials' | 'authorization_code' | 'refresh_token';

function documentFor(
  text: string,
  grantTypes: readonly GrantType[] = ['client_credentials'],
  contract = SHOP,
): Record<string, unknown> {
  const spec = specOf(text);
  const masks = spec.masks ?? {};
  return consumerContract({
    contract,
    serverUrl: 'https://gateway.example.com/shop/v1',
    tokens: {
      tokenUrl: 'https://gateway.example.com/token',
      authorizationUrl: 'https://gateway.example.com/auth',
      grantTypes: new Set(grantTypes),
    },
    operations: spec.operations.map((id) => {
      const operation = operationOf(contract, id);
      return {
        operation,
        selection: resolveSelection(contract, operation, spec.read ?? {}, masks),
        writable: resolveWritable(contract, operation, spec.write ?? {}),
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

const LISTS = contractOf(
  documentText(
    `
/baskets:
  post:
    operationId: fillBasket
    requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Basket'}}}}
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Basket'}}}}}`,
    `
Basket:
  type: object
  properties:
    codes: {type: array, minItems: 1, maxItems: 9, uniqueItems: true, items: {type: string, maxLength: 5}}
    lines: {type: array, minItems: 2, maxItems: 4, uniqueItems: true, items: {$ref: '#/components/schemas/Line'}}
    inherited: {$ref: '#/components/schemas/Codes'}
Codes: {allOf: [{type: array, minItems: 3, maxItems: 8, items: {$ref: '#/components/schemas/Code'}}, {maxItems: 6, items: {$ref: '#/components/schemas/Code'}}]}
Code: {type: string}
Line: {type: object, properties: {text: {type: string}, secret: {type: string}}}`,
  ),
);
const LIST_SPEC = `
operations: [fillBasket]
read: {Basket: [codes, lines, inherited], Line: [text]}
write: {Basket: [codes, lines, inherited], Line: [text]}
masks: {Basket.inherited: {type: last-4}}`;

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

  it('names the flows by which the clients get their tokens', () => {
    const scheme = (...grantTypes: GrantType[]): unknown =>
      JSON.parse(JSON.stringify(documentFor(SPEC, grantTypes))).components.securitySchemes.token;
    const tokenUrl = 'https://gateway.example.com/token';
    const authorizationUrl = 'https://gateway.example.com/auth';
    assert.deepEqual(scheme('client_credentials'), {
      type: 'oauth2',
      flows: { clientCredentials: { tokenUrl, scopes: {} } },
    });
    assert.deepEqual(scheme('authorization_code', 'refresh_token'), {
      type: 'oauth2',
      flows: { authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes: {} } },
    });
    assert.deepEqual(scheme(), { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  });

  it('keeps the bounds of lists, in answers only those that selecting cannot break', () => {
    const shop = JSON.parse(JSON.stringify(documentFor(LIST_SPEC, ['client_credentials'], LISTS))).components.schemas;
    const text = { type: 'string', maxLength: 5 };
    assert.deepEqual(shop.BasketInput.properties, {
      codes: { type: 'array', items: text, minItems: 1, maxItems: 9, uniqueItems: true },
      lines: {
        type: 'array',
        items: { $ref: '#/components/schemas/LineInput' },
        minItems: 2,
        maxItems: 4,
        uniqueItems: true,
      },
      inherited: { type: 'array', items: { type: 'string' }, minItems: 3, maxItems: 6 },
    });
    assert.deepEqual(shop.Basket.properties, {
      codes: { type: 'array', items: text, minItems: 1, maxItems: 9, uniqueItems: true },
      lines: { type: 'array', items: { $ref: '#/components/schemas/Line' }, maxItems: 4 },
      inherited: {
        type: 'array',
        items: { type: ['string', 'null'], description: 'Masked: the last four characters.' },
        maxItems: 6,
      },
    });
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
