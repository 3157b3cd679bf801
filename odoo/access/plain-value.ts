import { OdooFloat, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';

const DEEPEST = 16;

/** Plain JSON data of a document as Odoo's clients and servers exchange it. Throws a TypeError for what is none. */
export function plainObject(data: Readonly<Record<string, unknown>>, depth = 0): OdooObject {
  return Object.freeze(odooObject(Object.entries(data).map(([name, value]) => [name, plainValue(value, depth + 1)])));
}

function plainValue(value: unknown, depth: number): OdooValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) {
    return Number.isSafeInteger(value) ? value : new OdooFloat(String(value));
  }
  if (typeof value !== 'object' || depth > DEEPEST) throw new TypeError('no plain data');
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => plainValue(item, depth + 1)));
  return plainObject({ ...value }, depth);
}
