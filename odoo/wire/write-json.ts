import { OdooFloat } from './value.ts';

/**
 * Writes an OdooValue, or plain values as `JSON.stringify` takes them, as compact JSON: floats as they were written,
 * whole numbers with every digit; members that are undefined are left out. Throws a TypeError for what is no value.
 */
export function writeJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return value.toString();
    case 'object':
      return writeObject(value);
    default:
      throw new TypeError(`a ${typeof value} is no value`);
  }
}

function writeObject(value: object | null): string {
  if (value === null) return 'null';
  if (value instanceof OdooFloat) return value.text;
  if (Array.isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i++) {
      const member: unknown = value[i];
      text += (i === 0 ? '' : ',') + (member === undefined ? 'null' : writeJson(member));
    }
    return `${text}]`;
  }
  if (!hasMembers(value)) throw new TypeError('it has no members');
  let text = '{';
  // By name and not by pairs: a list for each of thousands of members costs more than all the rest.
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${writeJson(member)}`;
  }
  return `${text}}`;
}

function hasMembers(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}
