import { isOdooList, type OdooValue } from '../wire/value.ts';
import type { DatabaseAccess } from './access.ts';
import { tooMuch, unfitArgument } from './refusals.ts';
import { isNothing, wholeNumber } from './whole-number.ts';

/** Which part of all that is found a client wants. */
export interface Page {
  readonly offset: number;
  /** How many to ask Odoo for: one more than may be answered, where the client set no lower limit. */
  readonly limit: number;
}

const FURTHEST = 2_147_483_647;

/**
 * Offset and limit of a call. No limit, 0 and a limit beyond the most records of one answer all mean: everything, provided
 * that it is no more than that. Throws OdooRefusal for what is no count.
 */
export function pageOf(access: DatabaseAccess, offset: OdooValue | undefined, limit: OdooValue | undefined): Page {
  const most = access.mostRecords;
  const wanted = countOf(limit, 'limit');
  return { offset: countOf(offset, 'offset'), limit: wanted === 0 ? most + 1 : Math.min(wanted, most + 1) };
}

/** An answer cut silently would be a wrong one: more than may be answered at once is refused. */
export function checkSize(access: DatabaseAccess, found: number): void {
  if (found > access.mostRecords) {
    throw tooMuch(`More than ${access.mostRecords} records; ask for them in pages, with limit and offset.`);
  }
}

/** A count; 0 where there is none. Clients also send it as digits. Throws OdooRefusal. */
export function countOf(value: OdooValue | undefined, name: string): number {
  if (isNothing(value)) return 0;
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : wholeNumber(value);
  if (typeof number !== 'number' || number < 0 || number > FURTHEST || isOdooList(value)) {
    throw unfitArgument(`${name} must be a count`);
  }
  return number;
}
