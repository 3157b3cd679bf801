import { fromDecimal } from './decimal.ts';
import type { FieldPlace } from './field-place.ts';
import { isDay, toOdooTime } from './time.ts';
import { isRecordId } from './typed-call.ts';

/** Marks a value that cannot be written or compared; what is wrong with it, for the problem's `errors`. */
export class UnwritableValue extends Error {
  /** Of a condition, the part that is wrong. */
  readonly part: 'field' | 'operator' | 'value';
  constructor(message: string, part: 'field' | 'operator' | 'value' = 'value') {
    super(message);
    this.part = part;
  }
}

/** A contract value as Odoo takes it in `create` and `write`. Throws UnwritableValue. */
export function writeValue(place: FieldPlace, value: unknown): unknown {
  if (value === null) return false;
  switch (place.kind) {
    case 'relation':
      return isRecordId(value) ? value : unwritable('must be the id of a record');
    case 'list':
      if (!Array.isArray(value) || !value.every(isRecordId)) return unwritable('must be a list of record ids');
      return [[6, 0, value]];
    case 'label':
      return unwritable('is the label of another record and cannot be written');
    default:
      return plainValue(place, value);
  }
}

/** A contract value as Odoo takes it in a domain. Throws UnwritableValue. */
export function comparedValue(place: FieldPlace, value: unknown): unknown {
  if (value === null) return false;
  // Compared with text, Odoo would search a relation by the hidden fields of the other model.
  if (place.kind === 'relation' || place.kind === 'list') {
    return isRecordId(value) ? value : unwritable('must be the id of a record');
  }
  if (place.kind === 'label') return unwritable('is a label and cannot be compared');
  return plainValue(place, value);
}

function plainValue(place: FieldPlace, value: unknown): unknown {
  switch (place.kind) {
    case 'time':
      return (typeof value === 'string' ? toOdooTime(value) : undefined) ?? unwritable('must be a time with an offset');
    case 'date':
      return typeof value === 'string' && isDay(value) ? value : unwritable('must be a date');
    case 'decimal': {
      if (typeof value === 'number') return value;
      const read = typeof value === 'string' ? fromDecimal(value, place.decimals) : undefined;
      return read ?? unwritable(`must be a decimal number of at most 15 digits, ${place.decimals} of them decimals`);
    }
    case 'integer':
      return Number.isSafeInteger(value) ? value : unwritable('must be a whole number');
    case 'number':
      return typeof value === 'number' ? value : unwritable('must be a number');
    case 'boolean':
      return typeof value === 'boolean' ? value : unwritable('must be true or false');
    default:
      return typeof value === 'string' || typeof value === 'boolean' ? value : unwritable('must be a text');
  }
}

function unwritable(what: string): never {
  throw new UnwritableValue(what);
}
