import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contractOf, document, operationOf } from './contract.fixture.ts';
import type { Contract, JsonSchema } from './contract.ts';
import { compileValidator, type Validate } from './validators.ts';

const TEXT = document(
  `
/orders:
  post:
    operationId: order
    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
    responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}
/rules:
  post:
    operationId: rule
    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Rule'}}}}
    responses: {'200': {description: ok}}`,
  `
Order:
  type: object
  required: [id, lines]
  additionalProperties: false
  properties:
    id: {type: string, format: uuid}
    code: {type: string, pattern: '^[A-Z]{3}$', example: abc}
    due: {type: [string, 'null'], format: date}
    state: {type: string, enum: [open, closed]}
    lines: {type: array, maxItems: 2, uniqueItems: true, items: {$ref: '#/components/schemas/Line'}}
Line:
  type: object
  properties: {sku: {type: string, maxLength: 5}, unit: {$ref: '#/components/schemas/Order/properties/code'}}
  unevaluatedProperties: false
Rule:
  oneOf:
    - {type: object, required: [op], properties: {args: {type: array, items: {$ref: '#/components/schemas/Rule'}}, op: {const: and}}}
    - {type: object, required: [op], properties: {args: {type: array, items: {$ref: '#/components/schemas/Rule'}}, op: {const: or}}}
Maze:
  anyOf:
    - {properties: {next: {$ref: '#/components/schemas/Maze'}, size: {type: string}}}
    - {properties: {next: {$ref: '#/components/schemas/Maze'}, size: {type: boolean}}}`,
);

/** References are compiled when first reached, but for documents that speak of what was not evaluated. */
const CONTRACTS = {
  'references when reached': contractOf(TEXT.replace('unevaluatedProperties', 'additionalProperties')),
  'references at once': contractOf(TEXT),
};
const ID = '11111111-2222-4333-8444-555555555555';

function validator(contract: Contract, id: string, mode: 'request' | 'response'): Validate {
  const operation = operationOf(contract, id);
  const schema =
    mode === 'request' ? operation.requestBody?.content.schema : operation.responses.get('200')?.content?.schema;
  return compileValidator(contract, schema ?? false, mode);
}

for (const [name, CONTRACT] of Object.entries(CONTRACTS))
  describe(`compileValidator, ${name}`, () => {
    const request = validator(CONTRACT, 'order', 'request');
    const response = validator(CONTRACT, 'order', 'response');

    it('accepts what fits', () => {
      assert.deepEqual(request({ id: ID, lines: [{ sku: 'a', unit: 'KGM' }], due: null, code: 'ABC' }), []);
      assert.deepEqual(response([{ id: ID, lines: [] }]), []);
    });

    it('names every place that does not fit, and no value', () => {
      const errors = request({
        id: 'geheim',
        code: 'geheim',
        due: 'geheim',
        state: 'geheim',
        lines: [{ sku: 'geheim' }, { sku: 7 }],
      });
      assert.deepEqual(errors.map((error) => error.pointer).sort(), [
        '/code',
        '/due',
        '/id',
        '/lines/0/sku',
        '/lines/1/sku',
        '/state',
      ]);
      assert.doesNotMatch(errors.map((error) => error.message).join(), /geheim/);
      assert.deepEqual(request({ id: ID }), [{ pointer: '/lines', message: 'is required' }]);
      assert.deepEqual(request({ id: ID, lines: [{ sku: 'a' }, { sku: 'a' }] }), [
        { pointer: '/lines', message: 'must not have equal items' },
      ]);
    });

    it('leaves unknown properties of requests to the policy that refuses them', () => {
      const extra = { id: ID, lines: [{ other: 1 }], geheim: 1 };
      assert.deepEqual(request(extra), []);
      assert.deepEqual(response([extra]), [
        { pointer: '/0', message: 'must not have other properties' },
        { pointer: '/0/lines/0', message: 'must not have other properties' },
      ]);
    });

    it('compiles once per schema and mode, on first use', () => {
      const schema: JsonSchema = { $ref: '#/components/schemas/Line' };
      assert.equal(compileValidator(CONTRACT, schema, 'request'), compileValidator(CONTRACT, schema, 'request'));
      assert.notEqual(compileValidator(CONTRACT, schema, 'request'), compileValidator(CONTRACT, schema, 'response'));
      // A schema that cannot be compiled hurts nobody who does not use it.
      const broken = compileValidator(CONTRACT, { pattern: '(' }, 'request');
      assert.throws(() => broken('x'));
    });

    it('gives at most 20 errors, whatever the size', () => {
      const many = compileValidator(CONTRACT, { type: 'array', items: { type: 'string' } }, 'request');
      assert.equal(many(Array.from({ length: 50 }, () => 1)).length, 20);
      assert.equal(many(Array.from({ length: 100_000 }, () => 1)).length, 1);
    });

    it('checks large lists for equal items without comparing every pair', () => {
      const unique = compileValidator(CONTRACT, { type: 'array', uniqueItems: true }, 'request');
      assert.deepEqual(unique(Array.from({ length: 50_000 }, (_, n) => ({ n, deep: [n] }))), []);
      assert.equal(
        unique([
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ]).length,
        1,
      );
    });

    it('ends on values that would double the work at every level, or exhaust the stack', () => {
      const maze = compileValidator(CONTRACT, { $ref: '#/components/schemas/Maze' }, 'request');
      let nested: unknown = { size: 1 };
      for (let depth = 0; depth < 60; depth += 1) nested = { next: nested, size: 1 };
      const tooComplex = [{ pointer: '', message: 'is too deeply nested or too complex to check' }];
      assert.deepEqual(maze(nested), tooComplex);
      let deep: unknown = 1;
      for (let depth = 0; depth < 200_000; depth += 1) deep = [deep];
      const list = contractOf(
        document(
          '/a: {get: {operationId: a, responses: {}}}',
          "L: {type: array, items: {$ref: '#/components/schemas/L'}}",
        ),
      );
      assert.deepEqual(compileValidator(list, { $ref: '#/components/schemas/L' }, 'request')(deep), tooComplex);
    });

    it('tells the branches of a recursive choice apart by their tags, not by trying all below', () => {
      const rule = validator(CONTRACT, 'rule', 'request');
      let honest: unknown = { op: 'and' };
      for (let depth = 0; depth < 60; depth += 1) honest = { args: [honest], op: depth % 2 === 0 ? 'and' : 'or' };
      assert.deepEqual(rule(honest), []);
    });

    it('reads own members only', () => {
      const required = compileValidator(CONTRACT, { type: 'object', required: ['toString', '__proto__'] }, 'request');
      assert.deepEqual(
        required({}).map((error) => error.pointer),
        ['/toString', '/__proto__'],
      );
      assert.deepEqual(required(JSON.parse('{"toString":1,"__proto__":2}')), []);
      assert.deepEqual(compileValidator(CONTRACT, false, 'request')(1), [{ pointer: '', message: 'is not allowed' }]);
      assert.deepEqual(compileValidator(CONTRACT, true, 'request')(1), []);
    });
  });
