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

const SIBLINGS = contractOf(
  documentText(
    `
/things:
  post:
    operationId: make
    parameters:
      - {name: n, in: query, schema: {$ref: '#/components/schemas/Count', maximum: 50, description: How many.}}
    requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing', required: [secret, code]}}}}
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}`,
    `
Thing:
  type: object
  properties:
    code: {$ref: '#/components/schemas/Code', maxLength: 5, minLength: 1, description: Short.}
    wide: {$ref: '#/components/schemas/Code', maxLength: 99}
    both: {$ref: '#/components/schemas/Code', pattern: '^A'}
    wrapped: {allOf: [{$ref: '#/components/schemas/Code'}, {maxLength: 4}], enum: [B, A, C]}
    maybe: {anyOf: [{$ref: '#/components/schemas/Code'}, {type: 'null'}], maxLength: 3}
    typed: {$ref: '#/components/schemas/Code', type: string}
    codes: {$ref: '#/components/schemas/Codes', maxItems: 2}
    list: {type: array, items: {$ref: '#/components/schemas/Code', maxLength: 2}}
    part: {$ref: '#/components/schemas/Part', required: [a, secret], description: A part.}
    other: {$ref: '#/components/schemas/Part'}
    secret: {type: string}
Code: {type: [string, 'null'], maxLength: 10, pattern: '^[A-Z]+$', enum: [A, B, CC, null]}
Codes: {type: array, maxItems: 7, minItems: 1, items: {type: string}}
Count: {type: integer, minimum: 1, maximum: 100}
Part: {type: object, properties: {a: {type: string}, secret: {type: string}}}`,
  ),
);
const SIBLING_FIELDS = '[code, wide, both, wrapped, maybe, typed, codes, list, part, other]';
const SIBLING_SPEC = `
operations: [make]
read: {Thing: ${SIBLING_FIELDS}, Part: [a]}
write: {Thing: ${SIBLING_FIELDS}, Part: [a]}`;

describe('what stands beside a reference', () => {
  const { paths, components } = JSON.parse(JSON.stringify(documentFor(SIBLING_SPEC, ['client_credentials'], SIBLINGS)));
  const answered = components.schemas.Thing.properties;
  const CODE = { type: ['string', 'null'], maxLength: 10, pattern: '^[A-Z]+$', enum: ['A', 'B', 'CC', null] };

  it('narrows values', () => {
    assert.deepEqual(answered.code, { ...CODE, maxLength: 5, minLength: 1, description: 'Short.' });
    assert.deepEqual(answered.wide, CODE);
    assert.deepEqual(answered.both, { ...CODE, allOf: [{ pattern: '^A' }] });
    assert.deepEqual(answered.wrapped, { ...CODE, maxLength: 4, enum: ['A', 'B'] });
    assert.deepEqual(answered.maybe, { ...CODE, maxLength: 3 });
    assert.deepEqual(answered.typed, { ...CODE, type: 'string' });
  });

  it('narrows lists, their items and parameters', () => {
    assert.deepEqual(answered.codes, { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } });
    assert.deepEqual(answered.list.items, { ...CODE, maxLength: 2 });
    const [parameter] = paths['/things'].post.parameters;
    assert.deepEqual(parameter.schema, { type: 'integer', minimum: 1, maximum: 50, description: 'How many.' });
  });

  it('requires of objects what the consumer knows of, and leaves their component alone', () => {
    const part = { $ref: '#/components/schemas/Part', required: ['a'], description: 'A part.' };
    assert.deepEqual(answered.part, part);
    assert.deepEqual(answered.other, { $ref: '#/components/schemas/Part' });
    assert.equal(components.schemas.Part.required, undefined);
    const body = paths['/things'].post.requestBody.content['application/json'].schema;
    assert.deepEqual(body, { $ref: '#/components/schemas/ThingInput', required: ['code'] });
    assert.equal(JSON.stringify(components).includes('secret'), false);
  });
});

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
