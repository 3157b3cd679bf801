import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Kind } from './documents.ts';
import { PATTERN_WORDS } from './schema-messages.ts';

const KINDS: readonly Kind[] = ['System', 'Team', 'Interface', 'Consumer', 'Grant', 'Plan', 'OdooModels'];

const fileOf = (kind: Kind) => kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

interface Schema {
  readonly [keyword: string]: unknown;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function schemaOf(kind: Kind): Promise<Schema> {
  const parsed: unknown = JSON.parse(
    await readFile(new URL(`schemas/${fileOf(kind)}.schema.json`, import.meta.url), 'utf8'),
  );
  assert.ok(isSchema(parsed));
  return parsed;
}

/** The values a schema allows, in a notation that the types can be brought to as well; alternatives in order. */
function shapeOfSchema(schema: unknown, root: Schema): string {
  return [...new Set(alternativesOfSchema(schema, root))].sort().join(' | ');
}

function alternativesOfSchema(schema: unknown, root: Schema): string[] {
  assert.ok(isSchema(schema));
  if (typeof schema.$ref === 'string') {
    assert.ok(isSchema(root.$defs));
    return alternativesOfSchema(root.$defs[schema.$ref.slice('#/$defs/'.length)], root);
  }
  if ('const' in schema) return [JSON.stringify(schema.const)];
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value));
  const branches: unknown[] = Array.isArray(schema.oneOf)
    ? schema.oneOf
    : isSchema(schema.if)
      ? [schema.then, schema.else]
      : [];
  if (branches.length > 0) return branches.flatMap((branch) => alternativesOfSchema(branch, root));
  return [schema.type].flat().flatMap((type) => alternativesOfType(type, schema, root));
}

function alternativesOfType(type: unknown, schema: Schema, root: Schema): string[] {
  if (type === 'integer') return ['number'];
  if (type === 'array' && Array.isArray(schema.prefixItems)) {
    return [`[${schema.prefixItems.map((item: unknown) => shapeOfSchema(item, root)).join(', ')}]`];
  }
  if (type === 'array') return [`list of (${shapeOfSchema(schema.items, root)})`];
  if (type !== 'object') return [String(type)];
  if (isSchema(schema.additionalProperties)) return [`map of (${shapeOfSchema(schema.additionalProperties, root)})`];
  if (!isSchema(schema.properties)) return ['map of (anything)'];
  const members = Object.entries(schema.properties);
  assert.equal(schema.additionalProperties, false, 'an object allows only its members');
  if (schema.maxProperties === 1) return members.map(([name, value]) => `{${name}: ${shapeOfSchema(value, root)}}`);
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const mark = (name: string) => (required.includes(name) ? '' : '?');
  const parts = members.map(([name, value]) => `${name}${mark(name)}: ${shapeOfSchema(value, root)}`);
  return [`{${parts.sort().join(', ')}}`];
}

function shapeOfTsType(type: ts.Type, checker: ts.TypeChecker): string {
  const parts = type.isUnion() ? type.types : [type];
  const shapes = parts
    .filter((part) => !(part.flags & ts.TypeFlags.Undefined))
    .map((part) => shapeOfPart(part, checker));
  return [...new Set(shapes)].sort().join(' | ');
}

function shapeOfPart(type: ts.Type, checker: ts.TypeChecker): string {
  if (type.flags & ts.TypeFlags.Unknown) return 'anything';
  if (type.flags & ts.TypeFlags.Null) return 'null';
  if (type.flags & ts.TypeFlags.String) return 'string';
  if (type.flags & ts.TypeFlags.Number) return 'number';
  if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
  if (type.isStringLiteral()) return JSON.stringify(type.value);
  const items = isReference(type) ? checker.getTypeArguments(type).map((item) => shapeOfTsType(item, checker)) : [];
  if (checker.isTupleType(type)) return `[${items.join(', ')}]`;
  if (checker.isArrayType(type)) return `list of (${items.join()})`;
  const entry = type.getStringIndexType();
  if (entry !== undefined) return `map of (${shapeOfTsType(entry, checker)})`;
  const parts = checker.getPropertiesOfType(type).map((property) => {
    const mark = property.flags & ts.SymbolFlags.Optional ? '?' : '';
    return `${property.name}${mark}: ${shapeOfTsType(checker.getTypeOfSymbol(property), checker)}`;
  });
  return `{${parts.sort().join(', ')}}`;
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return 'target' in type;
}

test('the published schemas describe exactly the shapes that the code is compiled against', async () => {
  const file = fileURLToPath(new URL('documents.ts', import.meta.url));
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ESNext,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const symbol = source && checker.getSymbolAtLocation(source);
  assert.ok(symbol);
  const exported = new Map(checker.getExportsOfModule(symbol).map((one) => [one.name, one]));
  for (const kind of KINDS) {
    const declared = exported.get(`${kind}Document`);
    assert.ok(declared, `${kind}Document is exported`);
    const schema = await schemaOf(kind);
    assert.equal(
      shapeOfSchema(schema, schema),
      shapeOfTsType(checker.getDeclaredTypeOfSymbol(declared), checker),
      kind,
    );
  }
});

test('every member of every schema is described, and all kinds share one metadata', async () => {
  const first = await schemaOf('System');
  assert.ok(isSchema(first.$defs));
  for (const kind of KINDS) {
    const schema = await schemaOf(kind);
    assert.equal(schema.$id, `https://portcullis.dev/schemas/v1/${fileOf(kind)}.json`);
    assert.ok(isSchema(schema.$defs));
    assert.deepEqual(schema.$defs.metadata, first.$defs.metadata, kind);
    assertDescribed(schema, kind, schema);
  }
});

function assertDescribed(schema: unknown, path: string, root: Schema): void {
  if (Array.isArray(schema)) for (const item of schema) assertDescribed(item, path, root);
  if (!isSchema(schema)) return;
  if (isSchema(schema.properties)) {
    for (const [name, member] of Object.entries(schema.properties)) {
      assert.ok(isSchema(member));
      const isTag = 'const' in member;
      assert.ok(isTag || '$ref' in member || typeof member.description === 'string', `${path}.${name} is described`);
    }
  }
  for (const [keyword, value] of Object.entries(schema)) assertDescribed(value, `${path}/${keyword}`, root);
}

test('every pattern of the schemas can be told in words', async () => {
  const patterns = (value: unknown): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, held]) => [
          ...(name === 'pattern' && typeof held === 'string' ? [held] : []),
          ...patterns(held),
        ]);
  for (const kind of KINDS) {
    for (const pattern of patterns(await schemaOf(kind))) assert.ok(PATTERN_WORDS.has(pattern), `${kind}: ${pattern}`);
  }
});
