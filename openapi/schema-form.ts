import { emptyObject, isList, isObject, type PlainObject } from './plain-data.ts';

/** Keywords beside a `$ref` that OpenAPI 3.0 tells readers to ignore, but that only describe and so may stay. */
const DESCRIBES = new Set(['$ref', 'description', 'summary', 'title', 'deprecated', 'readOnly', 'writeOnly']);

/**
 * Brings one schema object of OpenAPI 2.0 or 3.0 to its 2020-12 form, without its subschemas (OpenAPI 3.1 §4.8.24 and
 * the 3.0 → 3.1 migration notes): nullable, boolean exclusive bounds, `type: file`, list-form `items`, siblings of `$ref`.
 */
export function modernSchema(schema: PlainObject): PlainObject {
  const out = emptyObject();
  if (typeof schema.$ref === 'string') {
    for (const [name, value] of Object.entries(schema)) {
      if (DESCRIBES.has(name) || name.startsWith('x-')) out[name] = value;
    }
    return out;
  }
  Object.assign(out, schema);
  delete out.nullable;
  delete out['x-nullable'];
  if (schema.type === 'file') {
    out.type = 'string';
    out.format = 'binary';
  }
  exclusiveBound(out, 'exclusiveMinimum', 'minimum');
  exclusiveBound(out, 'exclusiveMaximum', 'maximum');
  if (schema.nullable === true || schema['x-nullable'] === true) allowNull(out);
  return out;
}

/**
 * What 3.1 still spells in two ways: `example` becomes `examples`, a list of `items` becomes `prefixItems`, and
 * `discriminator` goes: `oneOf` alone decides, and a mapping would name schemas that a consumer may not know of.
 */
export function plainSchema(schema: PlainObject): PlainObject {
  if (!('discriminator' in schema || 'example' in schema || isList(schema.items))) return schema;
  const { discriminator: _discriminator, example, ...rest } = schema;
  const out: Record<string, unknown> = Object.assign(emptyObject(), rest);
  if (example !== undefined && out.examples === undefined) out.examples = [example];
  if (isList(out.items)) {
    out.prefixItems = out.items;
    delete out.items;
  }
  return out;
}

function exclusiveBound(schema: Record<string, unknown>, exclusive: string, bound: string): void {
  if (typeof schema[exclusive] !== 'boolean') return;
  if (schema[exclusive] && typeof schema[bound] === 'number') {
    schema[exclusive] = schema[bound];
    delete schema[bound];
  } else {
    delete schema[exclusive];
  }
}

function allowNull(schema: Record<string, unknown>): void {
  const type = schema.type;
  if (typeof type === 'string') schema.type = [type, 'null'];
  else if (isList(type) && !type.includes('null')) schema.type = [...type, 'null'];
  if (isList(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  // Without a type of its own (allOf around a $ref) null would still fail the branches.
  if (type === undefined && (isList(schema.allOf) || isList(schema.oneOf) || isList(schema.anyOf))) {
    const { allOf, oneOf, anyOf } = schema;
    const branch: Record<string, unknown> = emptyObject();
    if (allOf !== undefined) branch.allOf = allOf;
    if (oneOf !== undefined) branch.oneOf = oneOf;
    if (anyOf !== undefined) branch.anyOf = anyOf;
    delete schema.allOf;
    delete schema.oneOf;
    schema.anyOf = [isObject(branch) ? branch : true, { type: 'null' }];
  }
}
