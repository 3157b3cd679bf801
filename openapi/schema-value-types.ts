import type { Shape } from './contract.ts';
import { isList, isObject, type PlainObject } from './plain-data.ts';

type JsonType = Shape['types'] extends ReadonlySet<infer T> ? T : never;

const TYPES = new Set<string>(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

function isType(name: unknown): name is JsonType {
  return typeof name === 'string' && TYPES.has(name);
}

/** JSON types that a value may have which fits any of the schemas; `any` where none of them says. */
export function typesOf(parts: readonly PlainObject[]): Set<JsonType> {
  const types = new Set<JsonType>();
  for (const part of parts) {
    const stated = part.type;
    const listed = isList(stated) ? stated : [stated];
    for (const type of listed) if (isType(type)) types.add(type);
    if (stated !== undefined) continue;
    if (part.properties !== undefined || isObject(part.additionalProperties)) types.add('object');
    if (part.items !== undefined) types.add('array');
    for (const value of [...(isList(part.enum) ? part.enum : []), ...('const' in part ? [part.const] : [])]) {
      types.add(typeOfValue(value));
    }
  }
  return types.size === 0 ? new Set(['any']) : types;
}

function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'string';
}
