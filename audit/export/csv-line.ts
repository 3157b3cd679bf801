import type { PlaceDefinition } from '../entry.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { type EntryLists, isAccess, type ResolvedEntry } from '../record/entry-reader.ts';
import { COLUMNS, LIST_COLUMNS, OWN_NUMBERS, OWN_TEXTS, PLACE_COLUMNS } from './export-row.ts';

const END = '\r\n';
/** A spreadsheet takes a text that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const SPECIAL = /^[=+\-@\t\r]|[",\r\n]/;
const QUOTED = /[",\r\n]/;
/** Of an entry that is no exchange, between its type and its details. */
const EMPTY = ','.repeat(COLUMNS.length - 4);

export const CSV_HEADER = `${COLUMNS.join(',')}${END}`;

/** One line of CSV (RFC 4180) with its line end: lists are joined by `;`, a text that could be a formula begins with `'`. */
export function csvLine({ index, entry, place, lists }: ResolvedEntry): string {
  const start = `${index},${csvText(entry.time)},${csvText(entry.type)}`;
  if (!isAccess(entry) || lists === undefined) return `${start}${EMPTY},${csvText(canonicalJson(entry))}${END}`;
  let line = start + placeText(place);
  for (const name of OWN_TEXTS) line += `,${csvText(entry[name] ?? (name === 'client' ? (place?.client ?? '') : ''))}`;
  for (const name of LIST_COLUMNS) line += listText(lists[name]);
  for (const name of OWN_NUMBERS) line += `,${entry[name] ?? ''}`;
  return `${line},${csvText((entry.handles ?? []).join(';'))},${END}`;
}

/** Columns of a place or of a list, each with its comma: the same object stands in many rows. */
const known = new WeakMap<object, string>();

function placeText(place: PlaceDefinition | undefined): string {
  if (place === undefined) return ','.repeat(PLACE_COLUMNS.length);
  const text = known.get(place);
  if (text !== undefined) return text;
  const columns = PLACE_COLUMNS.map((name) => place[name] ?? '');
  const made = columns.map((value) => `,${csvText(typeof value === 'string' ? value : value.join(';'))}`).join('');
  known.set(place, made);
  return made;
}

function listText(list: EntryLists[keyof EntryLists]): string {
  if (list.length === 0) return ',';
  const text = known.get(list);
  if (text !== undefined) return text;
  const made = `,${csvText(list.join(';'))}`;
  known.set(list, made);
  return made;
}

function csvText(value: string): string {
  // What a forged entry holds in the place of a text is written as what it is.
  const text = typeof value === 'string' ? value : String(value);
  if (!SPECIAL.test(text)) return text;
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
