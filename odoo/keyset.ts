import type { Position } from './cursor.ts';
import { and, type Domain, leaf, NONE, or } from './domain.ts';
import type { ValueKind } from './field-place.ts';
import { nextSecond } from './time.ts';

/** One field that a list is sorted by. */
export interface SortKey {
  /** Stored field of the record itself. */
  readonly path: string;
  readonly kind: ValueKind;
  readonly descending: boolean;
}

type Scalar = string | number | boolean;
type Row = Readonly<Record<string, unknown>>;

/** `name desc, id`: the order for Odoo. The id is always the last key, so that no two records are equal. */
export function orderText(keys: readonly SortKey[]): string {
  return keys.map(({ path, descending }) => (descending ? `${path} desc` : path)).join(', ');
}

/** Sort keys with the id as the last; keys behind an id say nothing more. */
export function completeKeys(keys: readonly SortKey[]): readonly SortKey[] {
  const end = keys.findIndex(({ path }) => path === 'id');
  return end >= 0 ? keys.slice(0, end + 1) : [...keys, { path: 'id', kind: 'integer', descending: false }];
}

/** Where a row stands: its sort values (times to the second, as they are read) and its id. */
export function positionOf(keys: readonly SortKey[], row: Row): Position {
  const values = keys.slice(0, -1).map(({ path, kind }) => {
    const value = row[path] ?? false;
    return kind === 'time' && typeof value === 'string' ? value.slice(0, 19) : (value as Scalar);
  });
  return { values, id: Number(row.id) };
}

/**
 * Records behind a position. PostgreSQL puts NULL last, and first where the order is descending; Odoo's `<` counts an
 * empty text as '' from 18 on and leaves it out before, so that NULL is always spoken of by itself.
 */
export function behind(keys: readonly SortKey[], { values, id }: Position): Domain {
  const alternatives: Domain[] = [];
  let equal: Domain = [];
  for (const [index, key] of keys.entries()) {
    const value = index === keys.length - 1 ? id : (values[index] ?? false);
    const further = beyond(key, value);
    if (further !== NONE) alternatives.push(and(equal, further));
    equal = and(equal, same(key, value));
  }
  return or(...alternatives);
}

function beyond({ path, kind, descending }: SortKey, value: Scalar): Domain {
  if (kind === 'boolean') return value === descending ? leaf(path, '=', !descending) : NONE;
  // Numbers are never NULL to Odoo: it reads and compares them as 0.
  const isNumber = kind === 'integer' || kind === 'number' || kind === 'decimal';
  if (value === false) return descending ? leaf(path, '!=', false) : NONE;
  if (descending) return isNumber ? leaf(path, '<', value) : and(leaf(path, '<', value), leaf(path, '!=', false));
  const greater = kind === 'time' ? leaf(path, '>=', nextSecond(String(value))) : leaf(path, '>', value);
  return isNumber ? greater : or(greater, leaf(path, '=', false));
}

/** The records that a key cannot tell apart. Times are stored to the microsecond and read to the second. */
export function same({ path, kind }: SortKey, value: Scalar): Domain {
  if (kind !== 'time' || value === false) return leaf(path, '=', value);
  return and(leaf(path, '>=', value), leaf(path, '<', nextSecond(String(value))));
}

/** All records that share the sort values of a position, whatever their id. */
export function sameValues(keys: readonly SortKey[], { values }: Position): Domain {
  return and(...keys.slice(0, -1).map((key, index) => same(key, values[index] ?? false)));
}

/** Rows whose sort values are equal put in the order of their ids: Odoo has ordered them by microseconds that nobody sees. */
export function settle(keys: readonly SortKey[], rows: readonly Row[]): Row[] {
  const last = keys.at(-1);
  const sign = last?.descending === true ? -1 : 1;
  const groups: Row[][] = [];
  let before: string | undefined;
  for (const row of rows) {
    const values = JSON.stringify(positionOf(keys, row).values);
    if (values === before) groups.at(-1)?.push(row);
    else groups.push([row]);
    before = values;
  }
  return groups.flatMap((group) => group.sort((left, right) => sign * (Number(left.id) - Number(right.id))));
}
