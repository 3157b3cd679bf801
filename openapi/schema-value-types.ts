import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import type { Shape } from './contract.ts';
import { isList, isObject, type PlainObject } from './plain-data.ts';

type JsonType = Shape['types'] extends ReadonlySet<infer T> ? T : never;

/** JSON Schema 2020-12 (validation) §6.1.1. */
const TYPES = new Set<string>(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

/** Type names of other languages, and what to write here. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ...['int', 'int32', 'int64', 'long'].map((name) => [name, 'write integer'] as const),
  ...['float', 'double', 'decimal', 'numeric'].map(
    (name) => [name, 'write number, or string for exact decimals'] as const,
  ),
  ...['bool'].map((name) => [name, 'write boolean'] as const),
  ...['str', 'text', 'char', 'varchar'].map((name) => [name, 'write string'] as const),
  ...['date', 'time', 'uuid', 'email', 'uri', 'binary', 'byte', 'password'].map(
    (name) => [name, `write type: string with format: ${name}`] as const,
  ),
  ...['datetime', 'date-time', 'timestamp'].map((name) => [name, 'write type: string with format: date-time'] as const),
  ['file', 'write type: string with format: binary'],
  ...['list', 'set'].map((name) => [name, 'write array'] as const),
  ...['map', 'dict', 'hash', 'struct'].map((name) => [name, 'write object'] as const),
  ...['any', 'mixed'].map((name) => [name, 'leave type out'] as const),
  ...['none', 'nil'].map((name) => [name, 'write "null"'] as const),
]);

/** Whether a value is the name of a type. */
export function isType(name: unknown): name is JsonType {
  return typeof name === 'string' && TYPES.has(name);
}

/** What is wrong with a value that is no name of a type, as the end of a sentence about `type`. */
export function unknownType(name: unknown): string {
  if (name === null) return 'is null; write the type in quotes: "null"';
  if (typeof name !== 'string') return `must be a name, one of ${[...TYPES].join(', ')}, or a list of them`;
  const mend = MEANT.get(name.toLowerCase());
  const hint = mend === undefined ? suggestion(name, TYPES) : `; ${mend}`;
  return `is ${quoted(name)}, which is no type${hint || `; use one of ${[...TYPES].join(', ')}`}`;
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

/** The JSON type of a value; of a whole number, too, `number`. */
export function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'string';
}
