import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSource } from '../../catalog/parse-source.ts';
import { compileSelector } from '../../gateway/selector/compile-selector.ts';
import { parseContract } from '../../openapi/parse-contract.ts';
import { resolveSelection } from '../../openapi/resolve-grant.ts';
import type { RecordKind } from '../../openapi/selection.ts';

/**
 * The promise of field-level least privilege, from the document to the bytes: for random API descriptions, random grants
 * and random answers in random pieces, what leaves depends on granted fields only.
 */

const NAMES = ['id', 'name', 'email', 'vat', 'city', 'lines', 'owner', 'notes'] as const;
const SCHEMAS = ['Order', 'Line', 'Party'] as const;
type SchemaName = (typeof SCHEMAS)[number];

/** A property of a random schema: a scalar, an inline object, a list or a reference (cycles happen). */
type Property =
  | { readonly kind: 'scalar'; readonly type: 'string' | 'number' | 'boolean' }
  | { readonly kind: 'object'; readonly properties: Readonly<Record<string, Property>> }
  | { readonly kind: 'list'; readonly items: Property }
  | { readonly kind: 'ref'; readonly to: SchemaName };

const { property } = fc.letrec<{ property: Property }>((tie) => ({
  property: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('scalar' as const),
      type: fc.constantFrom('string' as const, 'number' as const, 'boolean' as const),
    }),
    fc.record({ kind: fc.constant('ref' as const), to: fc.constantFrom(...SCHEMAS) }),
    fc.record({ kind: fc.constant('list' as const), items: tie('property') }),
    fc.record({
      kind: fc.constant('object' as const),
      properties: fc.dictionary(fc.constantFrom(...NAMES), tie('property'), { maxKeys: 3 }),
    }),
  ),
}));

const schemas = fc.record(
  Object.fromEntries(
    SCHEMAS.map((name) => [name, fc.dictionary(fc.constantFrom(...NAMES), property, { minKeys: 1, maxKeys: 5 })]),
  ) as Record<SchemaName, fc.Arbitrary<Record<string, Property>>>,
);
type Schemas = Readonly<Record<SchemaName, Readonly<Record<string, Property>>>>;

function schemaOf(of: Property): Record<string, unknown> {
  switch (of.kind) {
    case 'scalar':
      return { type: of.type };
    case 'ref':
      return { $ref: `#/components/schemas/${of.to}` };
    case 'list':
      return { type: 'array', items: schemaOf(of.items) };
    case 'object':
      return objectSchema(of.properties);
  }
}

function objectSchema(properties: Readonly<Record<string, Property>>): Record<string, unknown> {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, schemaOf(of)])),
  };
}

function documentOf(all: Schemas): string {
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'random', version: '1' },
    paths: {
      '/orders': {
        get: {
          operationId: 'list',
          responses: {
            200: {
              description: 'ok',
              content: {
                'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Order' } } },
              },
            },
          },
        },
      },
    },
    components: { schemas: Object.fromEntries(SCHEMAS.map((name) => [name, objectSchema(all[name])])) },
  });
}

/** Paths that a grant may name below a schema, as far as inline objects go. */
function pathsOf(properties: Readonly<Record<string, Property>>): string[] {
  return Object.entries(properties).flatMap(([name, of]) => {
    let inner = of;
    while (inner.kind === 'list') inner = inner.items;
    return inner.kind === 'object' ? [name, ...pathsOf(inner.properties).map((path) => `${name}.${path}`)] : [name];
  });
}

/** A value of a property; `secret` fills what is not granted, `depth` ends recursion. */
function answerFor(of: Property, all: Schemas, grant: Grant, prefix: string, secret: number, depth: number): unknown {
  switch (of.kind) {
    case 'scalar':
      return scalar(of.type, grant.has(prefix) ? 1 : secret);
    case 'list':
      return [
        answerFor(of.items, all, grant, prefix, secret, depth),
        answerFor(of.items, all, grant, prefix, secret, depth),
      ];
    case 'ref':
      return objectValue(all[of.to], all, grant, of.to, secret, depth - 1, grant.has(prefix));
    case 'object':
      return objectValue(of.properties, all, grant, prefix, secret, depth - 1, true);
  }
}

function objectValue(
  properties: Readonly<Record<string, Property>>,
  all: Schemas,
  grant: Grant,
  prefix: string,
  secret: number,
  depth: number,
  isReached: boolean,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  // Below a container that is not granted nothing is, whatever the schema's own rule says.
  const effective = isReached ? grant : NOTHING;
  if (depth > 0) {
    for (const [name, of] of Object.entries(properties)) {
      value[name] = answerFor(of, all, effective, `${prefix}.${name}`, secret, depth);
    }
  }
  // What upstream adds tomorrow is not granted to anybody.
  value[`added-${secret}`] = { name: `secret ${secret}`, id: secret };
  return value;
}

function scalar(type: 'string' | 'number' | 'boolean', seed: number): unknown {
  if (type === 'number') return seed * 7;
  if (type === 'boolean') return seed % 2 === 1;
  return seed === 1 ? 'granted é "quoted"' : `secret ${'x'.repeat(seed % 13)}`;
}

/** Field ids whose own value may leave, with the containers on the way to them. */
type Grant = ReadonlySet<string>;
const NOTHING: Grant = new Set();

function grantOf(read: Readonly<Record<string, readonly string[]>>): Grant {
  const granted = new Set<string>();
  for (const [schema, paths] of Object.entries(read)) {
    for (const path of paths) {
      const parts = path.split('.');
      for (let length = 1; length <= parts.length; length++)
        granted.add(`${schema}.${parts.slice(0, length).join('.')}`);
    }
  }
  return granted;
}

function inPieces(body: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => body.subarray(from, places[index] ?? body.length));
}

test('for random documents, grants, answers and pieces: the bytes that leave depend on granted fields only', () => {
  const masks = { hashKey: Buffer.alloc(32, 7), kindName: ({ schema }: RecordKind) => `erp/${schema}` };
  let withOutput = 0;
  fc.assert(
    fc.property(
      schemas,
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.integer({ min: 2, max: 50 }),
      fc.integer({ min: 51, max: 99 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (all: Schemas, picks, one, other, cuts) => {
        const source = parseSource('random.json', documentOf(all));
        const { contract, faults } = parseContract(source.content, source.source);
        const operation = contract?.operations.get('list');
        assert.ok(contract !== undefined && operation !== undefined, JSON.stringify(faults));
        const read: Record<string, string[]> = {};
        for (const schema of SCHEMAS) {
          const paths = pathsOf(all[schema]);
          const chosen = picks.map((pick) => paths[pick % (paths.length * 2)]).filter((path) => path !== undefined);
          if (chosen.length > 0) read[schema] = [...new Set(chosen)];
        }
        const selection = resolveSelection(contract, operation, read, {});
        assert.ok(selection !== undefined);
        const selector = compileSelector(selection, masks);
        const grant = grantOf(read);
        const leaving = [one, other].map((secret) => {
          const answer = [0, 1].map(() => objectValue(all.Order, all, grant, 'Order', secret, 4, true));
          const body = Buffer.from(JSON.stringify(answer));
          const whole = selector.run(body).output;
          const run = selector.open();
          const pieces = [
            ...inPieces(body, cuts).map((piece) => Buffer.from(run.write(piece))),
            Buffer.from(run.end()),
          ];
          assert.deepEqual(Buffer.concat(pieces), whole);
          return whole.toString();
        });
        assert.equal(leaving[0], leaving[1]);
        assert.doesNotMatch(leaving[0] ?? '', /secret|added/);
        JSON.parse(leaving[0] ?? '');
        if ((leaving[0] ?? '').includes('granted') || (leaving[0] ?? '').includes('7')) withOutput += 1;
      },
    ),
    { numRuns: 1500 },
  );
  // A selector that lets nothing out would pass all of the above.
  assert.ok(withOutput > 200, `only ${withOutput} answers let anything out`);
});
