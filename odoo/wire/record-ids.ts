import { isRecordId } from '../typed-call.ts';
import { OdooRefusal } from './fault.ts';
import { isOdooList, isOdooObject, OdooFloat, type OdooValue } from './value.ts';

/** Most records of one call. */
export const MOST_IDS = 10_000;

/**
 * Ids as a client wrote them: one or a list, order and duplicates kept; nothing (None, false, 0, "", []) is none. Throws
 * an OdooRefusal for numbers that no record can have, and for what Odoo would read as an id although it is none: text,
 * true, objects and floats, which it answers differently by version and method.
 */
export function recordIds(value: OdooValue | undefined): number[] {
  if (isOdooList(value)) {
    if (value.length > MOST_IDS) {
      throw new OdooRefusal('builtins.ValueError', `more than ${MOST_IDS} ids`, 'parameter-invalid');
    }
    return value.map(recordId);
  }
  if (value === undefined || value === null || value === false || value === 0 || value === '') return [];
  if (isOdooObject(value) && Object.keys(value).length === 0) return [];
  return [recordId(value)];
}

function recordId(value: OdooValue): number {
  if (isRecordId(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint') {
    const message = 'Record does not exist or has been deleted.';
    throw new OdooRefusal('odoo.exceptions.MissingError', message, 'record-not-found');
  }
  throw new OdooRefusal('builtins.TypeError', whyNot(value), 'parameter-invalid');
}

function whyNot(value: OdooValue): string {
  if (isOdooList(value)) return "unhashable type: 'list'";
  if (value instanceof OdooFloat) return "'float' object is not iterable";
  return 'ids are whole numbers';
}
