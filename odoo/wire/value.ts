/**
 * A value as it travels between Odoo and its clients, exact in every protocol. Objects have no prototype. Whole numbers
 * are `number` up to 2^53-1 and `bigint` beyond; what a protocol marks as a float is an OdooFloat, so that neither
 * 1.0 turns into 1 nor a digit is lost on the way from one protocol to another.
 */
export type OdooValue = null | boolean | number | bigint | string | OdooFloat | readonly OdooValue[] | OdooObject;

export interface OdooObject {
  readonly [name: string]: OdooValue;
}

/** A number that Python would hold as a float, as it was written: `12.0`, `1e-7`. */
export class OdooFloat {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  valueOf(): number {
    return Number(this.text);
  }
}

export function isOdooObject(value: OdooValue | undefined): value is OdooObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof OdooFloat);
}

export function isOdooList(value: OdooValue | undefined): value is readonly OdooValue[] {
  return Array.isArray(value);
}

/** An object without prototype: `__proto__` is a name like any other. */
export function odooObject(members: Iterable<readonly [string, OdooValue]>): OdooObject {
  const object: Record<string, OdooValue> = Object.create(null);
  for (const [name, value] of members) object[name] = value;
  return object;
}

/** Whether Python would hold it for true. */
export function isTruthy(value: OdooValue | undefined): boolean {
  if (value instanceof OdooFloat) return value.valueOf() !== 0;
  if (isOdooList(value)) return value.length > 0;
  if (isOdooObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}
