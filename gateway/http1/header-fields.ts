/** Bytes that are not HTTP/1.1 as this gateway accepts it; the message is a stable code, never content. */
export class MessageFault extends Error {}

export const MAX_HEADERS = 100;

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
const COLON = 0x3a;

/** tchar of RFC 9110 §5.6.2. */
export const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[character.charCodeAt(0)] = 1;
}
/** field-vchar, SP and HTAB of RFC 9110 §5.5: no control characters. */
export const VALUE = new Uint8Array(256).fill(1, 0x20).fill(0, 0x7f, 0x80);
VALUE[TAB] = 1;

/** Where the lines of a header section stand: four offsets per line, name start and end, value start and end. */
export type FieldMarks = number[];

/**
 * Checks the header lines at `buffer[start..end)` up to and with the empty line, and notes their offsets relative to
 * `origin`. Returns the index past the empty line, or -1 when it has not come yet. Stricter than RFC 9112 allows a
 * recipient to be: CRLF only, no folding, no space before a colon, no control characters. Throws MessageFault.
 */
export function readFieldLines(
  buffer: Buffer,
  start: number,
  end: number,
  origin: number,
  maxLines: number,
  marks: FieldMarks,
): number {
  let at = start;
  for (;;) {
    if (at + 1 >= end) {
      if (at < end && buffer[at] !== CR && TOKEN[buffer[at] as number] === 0) throw new MessageFault('header-name');
      return -1;
    }
    if (buffer[at] === CR) {
      if (buffer[at + 1] !== LF) throw new MessageFault('bare-cr');
      return at + 2;
    }
    if (marks.length === maxLines * 4) throw new MessageFault('too-many-headers');
    at = fieldLineEnd(buffer, at, end, origin, marks);
    if (at < 0) return -1;
  }
}

function fieldLineEnd(buffer: Buffer, start: number, end: number, origin: number, marks: FieldMarks): number {
  let at = start;
  while (at < end && TOKEN[buffer[at] as number] === 1) at++;
  if (at === end) return -1;
  if (at === start || buffer[at] !== COLON) throw new MessageFault('header-name');
  const nameEnd = at;
  at++;
  while (at < end && (buffer[at] === SPACE || buffer[at] === TAB)) at++;
  const valueStart = at;
  while (at < end && VALUE[buffer[at] as number] === 1) at++;
  if (at === end) return -1;
  if (buffer[at] !== CR) throw new MessageFault('header-value');
  if (at + 1 === end) return -1;
  if (buffer[at + 1] !== LF) throw new MessageFault('bare-cr');
  let valueEnd = at;
  while (valueEnd > valueStart && (buffer[valueEnd - 1] === SPACE || buffer[valueEnd - 1] === TAB)) valueEnd--;
  marks.push(start - origin, nameEnd - origin, valueStart - origin, valueEnd - origin);
  return at + 2;
}

/** The header lines as a flat name, value list, in the order received and as they were written. */
export function fieldList(text: string, marks: readonly number[]): string[] {
  const list: string[] = [];
  for (let at = 0; at < marks.length; at += 4) {
    list.push(text.slice(marks[at], marks[at + 1]), text.slice(marks[at + 2], marks[at + 3]));
  }
  return list;
}
