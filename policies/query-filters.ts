import type { BoundCondition } from '../gateway/exchange.ts';
import { QUERY_OPERATORS } from '../openapi/filter-parameters.ts';
import { coerceText } from './coerce-text.ts';
import type { RecordPlaces } from './record-places.ts';

const MOST_ITEMS = 100;

/** Field and operator of `name[field][operator]` or `name[field]`; undefined where the brackets say something else. */
export function bracketParts(name: string): { readonly field: string; readonly operator: string } | undefined {
  const match = /^[^[\]]+\[([^[\]]{1,200})\](?:\[([a-z]{2,5})\])?$/.exec(name);
  if (match === null) return undefined;
  const operator = QUERY_OPERATORS.get(match[2] ?? 'eq');
  return match[1] === undefined || operator === undefined ? undefined : { field: match[1], operator };
}

/**
 * One condition of a client, its value read by the field's own JSON types; undefined where the text is no such value.
 * A field that may not be compared keeps its text unread: what is wrong with a value must not tell that a hidden field
 * exists. guard-query-fields refuses it.
 */
export function queryCondition(
  places: RecordPlaces,
  field: string,
  operator: string,
  text: string,
): BoundCondition | undefined {
  const found = places.comparable(field);
  if (found === undefined || operator === 'like' || operator === 'ilike') return [field, operator, text];
  const read = (part: string): unknown => coerceText(part, found.types)[0];
  if (operator !== 'in') {
    const value = read(text);
    return value === undefined ? undefined : [field, operator, value];
  }
  const parts = text.split(',', MOST_ITEMS + 1);
  const values = parts.map(read);
  return parts.length > MOST_ITEMS || values.includes(undefined) ? undefined : [field, operator, values];
}
