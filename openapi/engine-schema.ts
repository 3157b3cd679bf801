import type { AnySchemaObject } from 'ajv/dist/2020.js';
import type { JsonSchema } from './contract.ts';
import { localReference } from './json-pointer.ts';
import { emptyObject, isList, isObject, member, members } from './plain-data.ts';

/** How schemas are made ready for the engine. */
export interface EngineForm {
  /** Properties that the schema does not name are allowed: closing keywords are left out. */
  readonly open: boolean;
  /**
   * References are compiled when a value first reaches them. Not possible with `unevaluatedProperties` and the like,
   * which need to see what lies behind a reference.
   */
  readonly lazy: boolean;
}

/** Keywords that hold subschemas by name; the names themselves are data. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Keywords whose values are data and never hold schemas, and annotations that no check needs. */
const DATA = new Set(['enum', 'const', 'required', 'dependentRequired', 'type']);
const DROPPED = new Set([
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  // Words of older OpenAPI versions that mean nothing in 3.1, though the engine would act on them.
  ...['nullable', 'discriminator', 'xml', 'externalDocs', 'id'],
  // The engine's own words, see schema-engine.ts.
  ...['lazyRef', 'countSteps'],
]);

/** A copy of a schema for the engine; adds the pointers it refers to, as far as they must be known at once, to `wanted`. */
export function engineSchema(schema: JsonSchema, form: EngineForm, wanted: string[]): AnySchemaObject | boolean {
  if (typeof schema === 'boolean') return schema;
  const out = emptyObject();
  for (const [name, value] of members(schema)) {
    if (DROPPED.has(name) || name.startsWith('x-')) continue;
    if (form.open && CLOSING.has(name) && isClosed(value)) continue;
    if (name === '$ref' && typeof value === 'string') {
      const pointer = localReference(value);
      if (pointer === undefined) return false;
      if (!form.lazy) wanted.push(pointer);
      out[form.lazy ? 'lazyRef' : '$ref'] = form.lazy ? pointer : idOf(pointer);
    } else if (DATA.has(name)) {
      out[name] = value;
    } else if (MAPS.has(name)) {
      const map = emptyObject();
      for (const [key, held] of tellingFirst(members(value))) map[key] = engineSchema(asSchema(held), form, wanted);
      out[name] = map;
    } else if (isList(value)) {
      out[name] = value.map((held) => engineSchema(asSchema(held), form, wanted));
    } else {
      out[name] = isObject(value) ? engineSchema(value, form, wanted) : value;
    }
  }
  return out;
}

/** Properties of fixed value first: the wrong branch of a choice ends at its tag instead of at the bottom of the tree. */
function tellingFirst(properties: readonly [string, unknown][]): readonly [string, unknown][] {
  const isTelling = ([, schema]: [string, unknown]) =>
    member(schema, 'const') !== undefined || isList(member(schema, 'enum'));
  return [...properties.filter(isTelling), ...properties.filter((entry) => !isTelling(entry))];
}

const CLOSING = new Set(['additionalProperties', 'unevaluatedProperties']);

function isClosed(value: unknown): boolean {
  return value === false || (isObject(value) && isObject(value.not) && Object.keys(value.not).length === 0);
}

function asSchema(value: unknown): JsonSchema {
  return isObject(value) || typeof value === 'boolean' ? value : true;
}

/** An address by which the engine knows a part of the document; hex, because engines normalise percent signs. */
export function idOf(pointer: string): string {
  return `portcullis:${Buffer.from(pointer, 'utf8').toString('hex')}`;
}
