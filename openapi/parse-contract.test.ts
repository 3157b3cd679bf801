import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseSource } from '../catalog/parse-source.ts';
import { codes, contractOf, document, operationOf, parsed } from './contract.fixture.ts';
import { parseContract } from './parse-contract.ts';

const SWAGGER = `
swagger: '2.0'
info: {title: Old, version: '1'}
host: api.example.com
basePath: /v1/
consumes: [application/json]
produces: [application/json]
parameters:
  Shop: {name: shop, in: query, type: string}
  Body: {name: body, in: body, required: true, schema: {$ref: '#/definitions/Order'}}
responses:
  Fine: {description: fine, schema: {$ref: '#/definitions/Order'}}
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, type: integer, minimum: 1, exclusiveMinimum: true}
      - {$ref: '#/parameters/Shop'}
    get:
      operationId: getOrder
      parameters:
        - {name: ids, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: codes, in: query, type: array, items: {type: string}}
      responses: {'200': {$ref: '#/responses/Fine'}}
    put:
      operationId: putOrder
      parameters: [{$ref: '#/parameters/Body'}]
      responses: {'204': {description: done}}
  /files:
    post:
      operationId: upload
      consumes: [multipart/form-data]
      parameters:
        - {name: content, in: formData, type: file, required: true}
        - {name: note, in: formData, type: string, x-portcullis: {class: internal}}
      responses: {'200': {description: ok, schema: {type: file}}}
definitions:
  Order:
    type: object
    required: [id]
    properties:
      id: {type: integer}
      total: {type: number, x-nullable: true, maximum: 10, exclusiveMaximum: true}
      lines: {type: array, items: {$ref: '#/definitions/Line'}}
  Line: {type: object, properties: {sku: {type: string, example: A1}}}
`;

describe('parseContract', () => {
  it('reads Swagger 2.0', () => {
    const contract = contractOf(SWAGGER);
    assert.equal(contract.specVersion, '2.0');
    assert.equal(contract.serverPath, '/v1');
    assert.deepEqual([...contract.operations.keys()], ['getOrder', 'putOrder', 'upload']);
    const get = operationOf(contract, 'getOrder');
    assert.deepEqual(
      get.parameters.map(({ name, in: place, required, style, explode }) => [name, place, required, style, explode]),
      [
        ['id', 'path', true, 'simple', false],
        ['shop', 'query', false, 'form', true],
        ['ids', 'query', false, 'form', true],
        ['codes', 'query', false, 'form', false],
      ],
    );
    assert.deepEqual({ ...Object(get.parameters[0]?.schema) }, { type: 'integer', exclusiveMinimum: 1 });
    assert.equal(get.responses.get('200')?.content?.shape.name, 'Order');
    assert.equal(operationOf(contract, 'putOrder').requestBody?.content.shape.name, 'Order');
    const upload = operationOf(contract, 'upload');
    assert.equal(upload.requestBody?.content.mediaType, 'multipart/form-data');
    assert.deepEqual([...(upload.requestBody?.content.shape.fields.keys() ?? [])], ['content', 'note']);
    assert.equal(upload.requestBody?.content.shape.fields.get('note')?.annotation.class, 'internal');
    assert.equal(upload.responses.get('200')?.content, undefined);
    assert.deepEqual([...contract.fieldIds].sort(), [
      'Line.sku',
      'Order.id',
      'Order.lines',
      'Order.total',
      'upload.request.content',
      'upload.request.note',
    ]);
    assert.deepEqual([...(contract.shapes.get('Order')?.fields.get('total')?.shape.types ?? [])], ['number', 'null']);
  });

  it('leads faults of a converted document back to where they were written', () => {
    assert.deepEqual(codes(parsed(SWAGGER.replace('class: internal', 'clas: internal'))), ['34:73 annotation-unknown']);
    assert.deepEqual(codes(parsed(SWAGGER.replace('example: A1', "pattern: '(a+)+'"))), ['44:66 pattern-superlinear']);
    assert.deepEqual(codes(parsed(SWAGGER.replace("'#/definitions/Line'", "'#/definitions/Lime'"))), [
      '43:42 ref-missing',
    ]);
  });

  it('brings 3.0 schemas to their 2020-12 form', () => {
    const contract = contractOf(`
openapi: 3.0.3
info: {title: T, version: '1'}
servers: [{url: 'https://{host}/base/v2/', variables: {host: {default: a.example.com}}}]
paths:
  /a:
    get:
      operationId: a
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
    A:
      type: object
      properties:
        low: {type: integer, minimum: 0, exclusiveMinimum: true}
        maybe: {type: string, nullable: true, enum: [x]}
        link: {nullable: true, allOf: [{$ref: '#/components/schemas/B'}], x-portcullis: {class: public}}
        tagged: {$ref: '#/components/schemas/B', description: kept, minProperties: 3}
        choice: {oneOf: [{$ref: '#/components/schemas/B'}], discriminator: {propertyName: kind}}
    B: {type: object, properties: {secret: {type: string}}}
`);
    assert.equal(contract.serverPath, '/base/v2');
    assert.equal(contract.document.openapi, '3.1.1');
    const plain = JSON.parse(JSON.stringify(contract.document)).components.schemas.A.properties;
    assert.deepEqual(plain.low, { type: 'integer', exclusiveMinimum: 0 });
    assert.deepEqual(plain.maybe, { type: ['string', 'null'], enum: ['x', null] });
    assert.deepEqual(plain.tagged, { $ref: '#/components/schemas/B', description: 'kept' });
    assert.deepEqual(plain.choice, { oneOf: [{ $ref: '#/components/schemas/B' }] });
    const fields = contract.shapes.get('A')?.fields;
    assert.equal(fields?.get('link')?.shape.name, 'B');
    assert.equal(fields?.get('link')?.shape.types.has('null'), true);
    assert.equal(fields?.get('link')?.annotation.class, 'public');
    assert.deepEqual([...contract.fieldIds].sort(), ['A.choice', 'A.link', 'A.low', 'A.maybe', 'A.tagged', 'B.secret']);
  });

  it('reads 3.2: query and additional operations', () => {
    const text = `
openapi: 3.2.0
info: {title: T, version: '1'}
paths:
  /search:
    query: {operationId: search, responses: {'200': {description: ok}}}
    additionalOperations:
      PATCH: {operationId: change, responses: {'200': {description: ok}}}
      COPY: {operationId: copy, responses: {'200': {description: ok}}}
`;
    const { contract, faults } = parsed(text);
    assert.deepEqual(
      [...(contract?.operations.values() ?? [])].map(({ id, method }) => [id, method]),
      [
        ['search', 'QUERY'],
        ['change', 'PATCH'],
      ],
    );
    assert.deepEqual(codes({ faults }), ['9:7 method-unsupported']);
  });

  it('names fields by the schema that describes them', () => {
    const contract = contractOf(
      document(
        `
/customers:
  get:
    operationId: listCustomers
    responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {items: {type: array, items: {$ref: '#/components/schemas/Customer'}, x-portcullis: {envelope: true, class: internal}}}}}}}}`,
        `
Customer:
  allOf:
    - {$ref: '#/components/schemas/Base'}
    - type: object
      required: [address]
      properties:
        address: {type: object, properties: {city: {type: string}, geo: {type: array, items: {type: array, items: {type: object, properties: {lat: {type: number}}}}}}}
        labels: {type: object, additionalProperties: {type: object, properties: {text: {type: string}}}}
        parent: {anyOf: [{$ref: '#/components/schemas/Customer'}, {type: 'null'}]}
        pet: {oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Cat'}]}
Base: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}
Dog: {type: object, properties: {name: {type: string, x-portcullis: {class: public, tags: [PII]}}, enemy: {$ref: '#/components/schemas/Cat'}}}
Cat: {type: object, properties: {name: {type: string, x-portcullis: {class: restricted}}, enemy: {$ref: '#/components/schemas/Dog'}}}
Iban: {type: string, x-portcullis: {class: restricted, tags: [financial]}}`,
      ),
    );
    assert.deepEqual([...contract.fieldIds].sort(), [
      'Customer.address',
      'Customer.address.city',
      'Customer.address.geo',
      'Customer.address.geo.lat',
      'Customer.id',
      'Customer.labels',
      'Customer.labels.*',
      'Customer.labels.*.text',
      'Customer.parent',
      'Customer.pet',
      'Customer.pet.enemy',
      'Customer.pet.enemy.enemy',
      'Customer.pet.enemy.name',
      'Customer.pet.name',
      'listCustomers.response.items',
    ]);
    const customer = contract.shapes.get('Customer');
    assert.equal(customer?.fields.get('parent')?.shape.fields, customer?.fields);
    assert.deepEqual([customer?.fields.get('id')?.required, customer?.fields.get('address')?.required], [true, true]);
    assert.equal(customer?.fields.get('id')?.readOnly, true);
    const name = customer?.fields.get('pet')?.shape.fields.get('name');
    assert.deepEqual(name?.annotation, { class: 'restricted', tags: ['PII'] });
    assert.deepEqual(customer?.fields.get('address')?.annotation, { class: 'confidential', tags: [] });
  });

  it('takes the class of a value type wherever it is used, and of a restricted object for all in it', () => {
    const contract = contractOf(
      document(
        `/a: {get: {operationId: a, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}`,
        `
A:
  type: object
  properties:
    account: {$ref: '#/components/schemas/Iban', x-portcullis: {class: internal, odoo: bank_id}}
    salary: {type: object, x-portcullis: {class: restricted}, properties: {amount: {type: string}}}
Iban: {type: string, x-portcullis: {class: restricted, tags: [financial]}}`,
      ),
    );
    const fields = contract.shapes.get('A')?.fields;
    assert.deepEqual(fields?.get('account')?.annotation, { odoo: 'bank_id', class: 'restricted', tags: ['financial'] });
    assert.equal(fields?.get('salary')?.shape.fields.get('amount')?.annotation.class, 'restricted');
  });

  it('gives the same digest for the same content, whatever its order and spelling', () => {
    const text = document('/a: {get: {operationId: a, responses: {}}}');
    const json = parseSource(
      'a.json',
      JSON.stringify({
        paths: { '/a': { get: { responses: {}, operationId: 'a' } } },
        info: { version: '1', title: 'Test' },
        openapi: '3.1.0',
      }),
    );
    assert.equal(contractOf(text).digest, parseContract(json.content, json.source).contract?.digest);
    assert.notEqual(contractOf(text).digest, contractOf(text.replace('Test', 'Rest')).digest);
    assert.match(contractOf(text).digest, /^sha256:[0-9a-f]{64}$/);
    assert.ok(Object.isFrozen(contractOf(text).document) && Object.isFrozen(contractOf(text).document.paths));
  });
});

describe('faults of a document', () => {
  const cases: readonly (readonly [name: string, text: string, expected: string[]])[] = [
    [
      'a reference to a file',
      document("/a: {get: {operationId: a, responses: {'200': {$ref: 'other.yaml#/x'}}}}"),
      ['4:56 ref-remote'],
    ],
    ['a reference to a host', document("/a: {$ref: 'http://127.0.0.1/x'}"), ['4:14 ref-remote', '3:1 no-operations']],
    [
      'a dangling reference',
      document("/a: {get: {operationId: a, responses: {'200': {$ref: '#/components/responses/X'}}}}"),
      ['4:56 ref-missing'],
    ],
    ['an anchor', document("/a: {get: {operationId: a, responses: {'200': {$ref: '#x'}}}}"), ['4:56 ref-unsupported']],
    [
      'two templates for the same paths',
      document(
        '/a/{x}: {get: {operationId: a, parameters: [{name: x, in: path}], responses: {}}}\n/a/{y}: {get: {operationId: b, parameters: [{name: y, in: path}], responses: {}}}\n/a/me: {get: {operationId: c, responses: {}}}',
      ),
      ['5:12 operation-collision'],
    ],
    [
      'an operationId used twice',
      document('/a: {get: {operationId: a, responses: {}}}\n/b: {get: {operationId: a, responses: {}}}'),
      ['5:27 operation-id-duplicate'],
    ],
    [
      'an undeclared path parameter',
      document('/a/{x}: {get: {operationId: a, responses: {}}}'),
      ['4:12 path-parameter-undeclared'],
    ],
    [
      'a path that is not canonical',
      document('/a/../b: {get: {operationId: a, responses: {}}}'),
      ['4:3 path-invalid', '3:1 no-operations'],
    ],
    [
      'unknown annotations',
      document(
        '/a: {get: {operationId: a, x-portcullis: {odo: {}}, parameters: [{name: q, in: query, x-portcullis: {role: filtre}}], responses: {}}}',
      ),
      ['4:45 annotation-unknown', '4:110 annotation-invalid'],
    ],
    [
      'an annotation where none belongs',
      document('/a: {x-portcullis: {class: public}, get: {operationId: a, responses: {}}}'),
      ['4:8 annotation-misplaced'],
    ],
    [
      'a parameter outside of the known places',
      document('/a: {get: {operationId: a, parameters: [{name: q, in: querystring}], responses: {}}}'),
      ['4:57 parameter-unsupported'],
    ],
    [
      'two fields of one name',
      document(
        "/a: {get: {operationId: a, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}",
        'A: {properties: {a.b: {type: string}, a: {properties: {b: {type: string}}}}}',
      ),
      ['4:8 field-ambiguous'],
    ],
    [
      'another version',
      document('/a: {get: {operationId: a, responses: {}}}').replace('3.1.0', '4.0.0'),
      ['1:10 spec-version-unsupported'],
    ],
    ['a part of a document', 'components: {schemas: {}}\n', ['1:1 document-not-openapi']],
    ['a list', '- 1\n', ['1:1 document-not-openapi']],
  ];
  for (const [name, text, expected] of cases) {
    it(`tells of ${name}`, () => assert.deepEqual(codes(parsed(text)), expected));
  }

  it('suggests the annotation that was meant', () => {
    const { faults } = parsed(
      document('/a: {get: {operationId: a, x-portcullis: {idempotencykey: required}, responses: {}}}'),
    );
    assert.match(faults[0]?.message ?? '', /did you mean "idempotencyKey"/);
  });
});

describe('hostile documents', () => {
  const read = (content: unknown) => {
    const { source } = parseSource('x.json', '{}');
    return parseContract(content, source);
  };
  const answering = (schemas: Record<string, unknown>, schema: unknown = { $ref: '#/components/schemas/A' }) => ({
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    paths: {
      '/a': {
        get: { operationId: 'a', responses: { 200: { description: '', content: { 'application/json': { schema } } } } },
      },
    },
    components: { schemas },
  });
  const tooComplex = (content: unknown) => {
    const { contract, faults } = read(content);
    assert.equal(contract, undefined);
    assert.deepEqual(
      faults.map((fault) => fault.code),
      ['document-too-complex'],
    );
  };

  it('gives up on deep nesting', () => {
    let schema: unknown = {};
    for (let depth = 0; depth < 5_000; depth += 1) schema = { items: schema };
    tooComplex(answering({ A: schema }));
  });

  it('gives up on objects with too many members and documents with too many values', () => {
    tooComplex(
      answering({ A: { properties: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`p${n}`, {}])) } }),
    );
    let shared: unknown = { type: 'string' };
    for (let level = 0; level < 30; level += 1) shared = { allOf: [shared, shared] };
    tooComplex(answering({ A: shared }));
  });

  it('follows circles of references without end or harm', () => {
    const { contract } = read(
      answering({ A: { $ref: '#/components/schemas/B' }, B: { allOf: [{ $ref: '#/components/schemas/A' }] } }),
    );
    assert.equal(contract?.fieldIds.size, 0);
    const shapes = read(answering({ A: { items: { $ref: '#/components/schemas/A' } } })).contract?.shapes;
    assert.equal(shapes?.get('A')?.items?.fields, shapes?.get('A')?.fields);
    const operation = read({ ...answering({}), paths: { '/a': { $ref: '#/paths/~1a' } } });
    assert.deepEqual(
      operation.faults.map((fault) => fault.code),
      ['ref-circular', 'no-operations'],
    );
  });

  it('reads a long chain of references and a wide union without deep recursion or explosion', () => {
    const chain: Record<string, unknown> = {};
    for (let n = 0; n < 5_000; n += 1)
      chain[`S${n}`] = { properties: { next: { $ref: `#/components/schemas/S${n + 1}` } } };
    chain.S5000 = { type: 'string' };
    assert.equal(read(answering(chain, { $ref: '#/components/schemas/S0' })).contract?.fieldIds.size, 5_000);
    const doubling: Record<string, unknown> = { A0: { properties: { x: { type: 'string' } } } };
    for (let n = 1; n < 60; n += 1) {
      const reference = { $ref: `#/components/schemas/A${n - 1}` };
      doubling[`A${n}`] = { allOf: [reference, reference], properties: { [`p${n}`]: {} } };
    }
    assert.equal(read(answering(doubling, { $ref: '#/components/schemas/A59' })).contract?.fieldIds.size, 60);
  });

  it('gives up on unions that multiply at every level', () => {
    const schemas: Record<string, unknown> = {};
    const width = 6;
    for (let n = 0; n < 40; n += 1) {
      for (let side = 0; side < 2; side += 1) {
        const oneOf = [0, 1].map((other) => ({ $ref: `#/components/schemas/S${n + 1}x${other}` }));
        const properties = Object.fromEntries(Array.from({ length: width }, (_, p) => [`p${p}`, { oneOf }]));
        schemas[`S${n}x${side}`] = { properties };
      }
    }
    schemas.S40x0 = { type: 'string' };
    schemas.S40x1 = { type: 'number' };
    tooComplex(answering(schemas, { $ref: '#/components/schemas/S0x0' }));
  });

  it('treats __proto__ and its like as names', () => {
    const text =
      '{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/a":{"get":{"operationId":"constructor","responses":{"200":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/__proto__"}}}}}}}},"components":{"schemas":{"__proto__":{"type":"object","properties":{"__proto__":{"type":"string"},"toString":{"type":"string"}},"required":["__proto__"]}}}}';
    const { content, source } = parseSource('x.json', text);
    for (const given of [content, JSON.parse(text)]) {
      const { contract, faults } = parseContract(given, source);
      assert.deepEqual(faults, []);
      assert.deepEqual([...(contract?.fieldIds ?? [])], ['__proto__.__proto__', '__proto__.toString']);
      assert.equal(operationOf(contract ?? assert.fail(), 'constructor').path, '/a');
    }
    assert.equal(Reflect.get({}, 'type'), undefined);
  });

  it('never throws, whatever the parts of a document are', () => {
    const junk = fc.jsonValue({ maxDepth: 3 });
    const key = fc.constantFrom(
      '$ref',
      'properties',
      'items',
      'allOf',
      'oneOf',
      'type',
      'required',
      'x-portcullis',
      'enum',
      'additionalProperties',
      'schema',
      'in',
      'name',
      'content',
      'parameters',
      'responses',
      'get',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        junk,
        fc.constantFrom('#/components/schemas/A', '#/paths', '#', true),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }));
    const property = fc.property(value, value, value, (one, other, third) => {
      const versions = [
        answering({ A: one }, other),
        { ...answering({ A: one }), paths: { '/a': third } },
        { ...answering({}), components: other, paths: one },
      ];
      for (const version of versions) {
        read(version);
        const { openapi: _openapi, components, ...rest } = version;
        read({ ...rest, swagger: '2.0', definitions: components, parameters: one, responses: third });
      }
    });
    fc.assert(property, { numRuns: 400, seed: 3 });
  });

  it('bounds what it says', () => {
    const bad = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`p${n}`, { $ref: 'x.json' }]));
    assert.equal(read(answering({ A: { properties: bad } })).faults.length, 201);
  });
});
