import { toDecimal } from './decimal.ts';
import type { FieldPlace } from './field-place.ts';
import { fromOdooTime } from './time.ts';

/** Thrown where Odoo answers with something that the contract has no way to carry. */
export class UnreadableValue extends Error {}

/** A value of Odoo's JSON as the contract carries it. `false` is null for everything but booleans. */
export function readValue(place: FieldPlace, value: unknown): unknown {
  if (place.kind === 'boolean') return typeof value === 'boolean' ? value : unreadable(place);
  if (place.kind === 'list') return readList(place, value);
  if (value === false || value === null || value === undefined) return null;
  switch (place.kind) {
    case 'relation':
      return readId(place, Array.isArray(value) ? value[0] : value);
    case 'label':
      return Array.isArray(value) && typeof value[1] === 'string' ? value[1] : unreadable(place);
    case 'time':
      return (typeof value === 'string' ? fromOdooTime(value) : undefined) ?? unreadable(place);
    case 'date':
      return typeof value === 'string' ? value.slice(0, 10) : unreadable(place);
    case 'decimal':
      return typeof value === 'number' ? toDecimal(value, place.decimals) : unreadable(place);
    case 'integer':
      // Beyond 2^53 the parser has already rounded: the value is another than Odoo's.
      return Array.isArray(value) ? readId(place, value[0]) : Number.isSafeInteger(value) ? value : unreadable(place);
    case 'number':
      return typeof value === 'number' ? value : unreadable(place);
    default:
      return typeof value === 'string' ? value : readOther(place, value);
  }
}

/** A text field over something that is no text in Odoo: numbers and booleans pass where the contract has their type. */
function readOther(place: FieldPlace, value: unknown): unknown {
  const { types } = place.field.shape;
  if (typeof value === 'boolean' && (types.has('boolean') || types.has('any'))) return value;
  if (typeof value === 'number' && types.has('any')) return value;
  // A many2one over a text property, without a word about which half: its id is no text, its label was not granted.
  return unreadable(place);
}

function readId(place: FieldPlace, value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : unreadable(place);
}

function readList(place: FieldPlace, value: unknown): unknown {
  if (value === false || value === null || value === undefined) return [];
  if (!Array.isArray(value)) return unreadable(place);
  return value.map((id) => readId(place, id));
}

function unreadable({ field }: FieldPlace): never {
  throw new UnreadableValue(field.id);
}
