/** What is looked at in the entry of an exchange; other members are only seen to be canonical. */
const WANTED: readonly string[] = [
  'type',
  'time',
  'place',
  'verdicts',
  'returned',
  'masked',
  'refused',
  'written',
  'ignored',
  'notes',
];
/** By length and third character, which tell them apart. */
const BY_SHAPE: readonly (string | undefined)[] = shapes();
const MOST_LENGTH = 16;
const TYPES = ['access', 'access-begin'] as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
/** Characters that stand for themselves in a canonical string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
PLAIN[QUOTE] = 0;
PLAIN[0x5c] = 0;
/** More digits might not be written back as they are. */
const MOST_DIGITS = 15;
const MOST_DECIMALS = 6;

/**
 * Reads the entry of an exchange in one pass, where it is as plain as they are: one object of plain strings, lists of them
 * and short numbers, in canonical form. Undefined for anything else, canonical or not. For all others see parseCanonical,
 * which this agrees with.
 */
export function quickEntry(bytes: Buffer): Readonly<Record<string, string>> | undefined {
  const entry: Record<string, string> = {};
  let nameStart = 0;
  let nameEnd = 0;
  let at = 0;
  if (bytes[at] !== 0x7b) return undefined;
  do {
    if (bytes[at + 1] !== QUOTE) return undefined;
    const start = at + 2;
    at = plainEnd(bytes, start);
    if (bytes[at] !== QUOTE || bytes[at + 1] !== COLON) return undefined;
    if (!isAscending(bytes, nameStart, nameEnd, start, at)) return undefined;
    nameStart = start;
    nameEnd = at;
    const value = at + 2;
    at = valueEnd(bytes, value);
    if (at === 0) return undefined;
    const name = bytes[value] === QUOTE ? wantedName(bytes, nameStart, nameEnd) : undefined;
    if (name !== undefined) entry[name] = textOf(name, bytes, value + 1, at - 1);
  } while (bytes[at] === COMMA);
  if (bytes[at] !== 0x7d || at + 1 !== bytes.length) return undefined;
  return entry.type === TYPES[0] || entry.type === TYPES[1] ? entry : undefined;
}

function shapes(): (string | undefined)[] {
  const table: (string | undefined)[] = [];
  for (const name of WANTED) table[name.length * 256 + name.charCodeAt(2)] = name;
  return table;
}

function wantedName(bytes: Buffer, start: number, end: number): string | undefined {
  const length = end - start;
  const name = length < MOST_LENGTH ? BY_SHAPE[length * 256 + (bytes[start + 2] ?? 0)] : undefined;
  return name !== undefined && isText(name, bytes, start, end) ? name : undefined;
}

/** Most entries have the same as the one before: its text is used again. */
const last: Record<string, string> = {};

function textOf(name: string, bytes: Buffer, start: number, end: number): string {
  const known = last[name];
  if (known !== undefined && isText(known, bytes, start, end)) return known;
  const text = bytes.toString('latin1', start, end);
  last[name] = text;
  return text;
}

function isText(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  // Of times, ids and names the ends differ first.
  for (let at = text.length - 1; at >= 0; at--) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

function plainEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (PLAIN[bytes[at] ?? 0] === 1) at++;
  return at;
}

/** Index behind the value that begins at `start`; 0 where it is none that is read here. */
function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start] ?? 0;
  if (first === QUOTE) return stringEnd(bytes, start);
  if (first >= ZERO && first <= NINE) return numberEnd(bytes, start);
  return first === 0x5b ? listEnd(bytes, start) : 0;
}

function stringEnd(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) return 0;
  const end = plainEnd(bytes, start + 1);
  return bytes[end] === QUOTE ? end + 1 : 0;
}

function listEnd(bytes: Buffer, start: number): number {
  if (bytes[start + 1] === 0x5d) return start + 2;
  let at = start;
  do {
    at = stringEnd(bytes, at + 1);
    if (at === 0) return 0;
  } while (bytes[at] === COMMA);
  return bytes[at] === 0x5d ? at + 1 : 0;
}

function numberEnd(bytes: Buffer, start: number): number {
  let at = digitsEnd(bytes, start);
  if (at - start > 1 && bytes[start] === ZERO) return 0;
  if (bytes[at] === POINT) {
    const decimals = at + 1;
    at = digitsEnd(bytes, decimals);
    if (at === decimals || at - decimals > MOST_DECIMALS || bytes[at - 1] === ZERO) return 0;
  }
  return at - start > MOST_DIGITS ? 0 : at;
}

function digitsEnd(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0) >= ZERO && (bytes[at] ?? 0) <= NINE) at++;
  return at;
}

/** True where the second name stands behind the first in canonical order. */
function isAscending(bytes: Buffer, a: number, aEnd: number, b: number, bEnd: number): boolean {
  for (let i = a, j = b; i < aEnd && j < bEnd; i++, j++) {
    const difference = (bytes[j] ?? 0) - (bytes[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return bEnd - b > aEnd - a || aEnd === 0;
}
