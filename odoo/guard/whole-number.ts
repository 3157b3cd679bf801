import { OdooFloat, type OdooValue } from '../wire/value.ts';

/** A whole number, also where a protocol has sent `12.0`; undefined for anything else, booleans and texts among it. */
export function wholeNumber(value: OdooValue | undefined): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  const number = value instanceof OdooFloat ? value.valueOf() : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** What Python holds for nothing: clients send it in the place of an argument that they leave out. */
export function isNothing(value: OdooValue | undefined): value is undefined | null | false | '' {
  return value === undefined || value === null || value === false || value === '';
}
