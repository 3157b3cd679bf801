import { localReference, valueAt } from '../openapi/json-pointer.ts';
import { isList, member, strings } from '../openapi/plain-data.ts';

/** Follows `$ref` inside the document, at most 16 times; undefined where it leads nowhere. */
export function resolveSchema(document: unknown, schema: unknown): unknown {
  let current = schema;
  for (let hops = 0; hops < 16; hops++) {
    const reference = member(current, '$ref');
    if (typeof reference !== 'string') return current;
    const pointer = localReference(reference);
    if (pointer === undefined) return undefined;
    current = valueAt(document, pointer);
  }
  return undefined;
}

/** JSON types a schema allows, as far as its keywords say; empty when they do not. */
export function schemaTypes(document: unknown, schema: unknown): ReadonlySet<string> {
  const types = new Set<string>();
  collect(document, schema, types, 0);
  return types;
}

function collect(document: unknown, schema: unknown, types: Set<string>, depth: number): void {
  if (depth > 8) return;
  const resolved = resolveSchema(document, schema);
  const type = member(resolved, 'type');
  if (typeof type === 'string') types.add(type);
  for (const one of strings(type)) types.add(one);
  if (type !== undefined) return;
  const listed = member(resolved, 'enum');
  const values = isList(listed) ? listed : [member(resolved, 'const')].filter((value) => value !== undefined);
  for (const value of values) types.add(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const branches = member(resolved, keyword);
    if (isList(branches)) for (const branch of branches) collect(document, branch, types, depth + 1);
  }
}
