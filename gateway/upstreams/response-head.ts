/** Bytes that an upstream sent are not HTTP/1.1 as this gateway accepts it; the message is a stable code. */
export class ResponseFault extends Error {}

/** Largest head, bytes, from the status line to the empty line. */
export const MAX_HEAD_BYTES = 32 * 1024;
const MAX_HEADERS = 100;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/** tchar of RFC 9110 §5.6.2. */
export const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[character.charCodeAt(0)] = 1;
}
/** field-vchar, SP and HTAB of RFC 9110 §5.5: no control characters. */
const VALUE = new Uint8Array(256).fill(1, 0x20).fill(0, 0x7f, 0x80);
VALUE[TAB] = 1;

/**
 * The head of an upstream's answer. Header values are read on demand from the one string, because most answers are
 * asked for one or two of them.
 */
export class ResponseHead {
  readonly status: number;
  /** Index just past the head in the buffer that it was read from. */
  readonly end: number;
  /** -1 when absent. */
  contentLength = -1;
  chunked = false;
  /** The upstream will close: HTTP/1.0 without keep-alive, or `Connection: close`. */
  close: boolean;
  readonly #text: string;
  /** Four offsets into the text per header: name start and end, value start and end. */
  readonly #marks: readonly number[];

  constructor(status: number, text: string, marks: readonly number[], end: number, close: boolean) {
    this.status = status;
    this.#text = text;
    this.#marks = marks;
    this.end = end;
    this.close = close;
  }

  /** Value of a header by lower-case name, several joined with `, ` (RFC 9110 §5.3); undefined when absent. */
  header(name: string): string | undefined {
    const marks = this.#marks;
    let found: string | undefined;
    for (let at = 0; at < marks.length; at += 4) {
      const nameStart = marks[at] as number;
      const nameEnd = marks[at + 1] as number;
      if (nameEnd - nameStart !== name.length) continue;
      if (this.#text.slice(nameStart, nameEnd).toLowerCase() !== name) continue;
      const value = this.#text.slice(marks[at + 2], marks[at + 3]);
      found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }

  /** Flat list: lower-case name, value, in the order received. */
  rawHeaders(): string[] {
    const marks = this.#marks;
    const list: string[] = [];
    for (let at = 0; at < marks.length; at += 4) {
      list.push(
        this.#text.slice(marks[at], marks[at + 1]).toLowerCase(),
        this.#text.slice(marks[at + 2], marks[at + 3]),
      );
    }
    return list;
  }
}

/**
 * Reads one response head from `buffer[start..end)`; undefined when its end has not come yet. Stricter than RFC 9112
 * allows a recipient to be: CRLF only, no folding, no space before a colon, no control characters, one Content-Length
 * at most and never beside Transfer-Encoding, `chunked` as the only transfer coding, no repeated Content-Type or
 * Content-Encoding. Throws ResponseFault.
 */
export function parseHead(buffer: Buffer, start: number, end: number): ResponseHead | undefined {
  const statusEnd = statusLineEnd(buffer, start, end);
  if (statusEnd < 0) return undefined;
  const marks: number[] = [];
  let at = statusEnd;
  for (;;) {
    if (at + 1 >= end) {
      if (at < end && buffer[at] !== CR && TOKEN[buffer[at] as number] === 0) throw new ResponseFault('header-name');
      return incomplete(start, end);
    }
    if (buffer[at] === CR) {
      if (buffer[at + 1] !== LF) throw new ResponseFault('bare-cr');
      at += 2;
      break;
    }
    if (marks.length === MAX_HEADERS * 4) throw new ResponseFault('too-many-headers');
    at = headerEnd(buffer, at, end, start, marks);
    if (at < 0) return incomplete(start, end);
  }
  if (at - start > MAX_HEAD_BYTES) throw new ResponseFault('head-too-large');
  const text = buffer.toString('latin1', start, at);
  const status =
    ((buffer[start + 9] as number) - 48) * 100 +
    ((buffer[start + 10] as number) - 48) * 10 +
    (buffer[start + 11] as number) -
    48;
  const isVersion10 = buffer[start + 7] === 0x30;
  const head = new ResponseHead(status, text, marks, at, isVersion10);
  frame(head, text, marks, isVersion10);
  return head;
}

function incomplete(start: number, end: number): undefined {
  if (end - start > MAX_HEAD_BYTES) throw new ResponseFault('head-too-large');
  return undefined;
}

const STATUS_PREFIX = Buffer.from('HTTP/1.');

/** Checks `HTTP/1.x SSS[ reason]CRLF`; returns the index past it, or -1 when it is not whole yet. */
function statusLineEnd(buffer: Buffer, start: number, end: number): number {
  const known = Math.min(end - start, 12);
  for (let at = 0; at < known; at++) {
    const code = buffer[start + at] as number;
    const isRight =
      at < 7
        ? code === STATUS_PREFIX[at]
        : at === 7
          ? code === 0x30 || code === 0x31
          : at === 8
            ? code === SPACE
            : at === 9
              ? code >= 0x31 && code <= 0x35
              : code >= 0x30 && code <= 0x39;
    if (!isRight) throw new ResponseFault('status-line');
  }
  if (end - start < 13) return -1;
  let at = start + 12;
  if (buffer[at] === SPACE) {
    at++;
    while (at < end && VALUE[buffer[at] as number] === 1) at++;
  }
  if (at >= end) return -1;
  if (buffer[at] !== CR) throw new ResponseFault('status-line');
  if (at + 1 >= end) return -1;
  if (buffer[at + 1] !== LF) throw new ResponseFault('bare-cr');
  return at + 2;
}

/** Checks one header line and notes its offsets relative to the head; returns the index past it, -1 when not whole. */
function headerEnd(buffer: Buffer, start: number, end: number, origin: number, marks: number[]): number {
  let at = start;
  while (at < end && TOKEN[buffer[at] as number] === 1) at++;
  if (at === end) return -1;
  if (at === start || buffer[at] !== COLON) throw new ResponseFault('header-name');
  const nameEnd = at;
  at++;
  while (at < end && (buffer[at] === SPACE || buffer[at] === TAB)) at++;
  const valueStart = at;
  while (at < end && VALUE[buffer[at] as number] === 1) at++;
  if (at === end) return -1;
  if (buffer[at] !== CR) throw new ResponseFault('header-value');
  if (at + 1 === end) return -1;
  if (buffer[at + 1] !== LF) throw new ResponseFault('bare-cr');
  let valueEnd = at;
  while (valueEnd > valueStart && (buffer[valueEnd - 1] === SPACE || buffer[valueEnd - 1] === TAB)) valueEnd--;
  marks.push(start - origin, nameEnd - origin, valueStart - origin, valueEnd - origin);
  return at + 2;
}

/** RFC 9112 §6: how the body is delimited. */
function frame(head: ResponseHead, text: string, marks: readonly number[], isVersion10: boolean): void {
  let types = 0;
  let codings = 0;
  for (let at = 0; at < marks.length; at += 4) {
    const length = (marks[at + 1] as number) - (marks[at] as number);
    if (length !== 14 && length !== 17 && length !== 10 && length !== 12 && length !== 16) continue;
    const name = text.slice(marks[at], marks[at + 1]).toLowerCase();
    if (name === 'content-type') {
      if (++types > 1) throw new ResponseFault('content-type-repeated');
    } else if (name === 'content-length') {
      if (head.contentLength >= 0) throw new ResponseFault('content-length-repeated');
      head.contentLength = wholeNumber(framingValue(text, marks, at));
    } else if (name === 'transfer-encoding') {
      if (head.chunked || isVersion10) throw new ResponseFault('transfer-encoding');
      if (framingValue(text, marks, at).toLowerCase() !== 'chunked') throw new ResponseFault('transfer-encoding');
      head.chunked = true;
    } else if (name === 'content-encoding') {
      if (++codings > 1) throw new ResponseFault('content-encoding-repeated');
    } else if (name === 'connection') {
      const options = text.slice(marks[at + 2], marks[at + 3]).toLowerCase();
      if (options === 'keep-alive') head.close = false;
      else if (options.split(',').some((option) => option.trim() === 'close')) head.close = true;
    }
  }
  if (head.chunked && head.contentLength >= 0) throw new ResponseFault('length-and-coding');
}

/** A tab beside one of these is read differently by different parsers: refused. */
function framingValue(text: string, marks: readonly number[], at: number): string {
  const lineEnd = marks[at + 4] ?? text.length;
  if (text.slice(marks[at + 1], lineEnd).includes('\t')) throw new ResponseFault('tab-in-framing');
  return text.slice(marks[at + 2], marks[at + 3]);
}

function wholeNumber(text: string): number {
  if (text.length === 0 || text.length > 15) throw new ResponseFault('content-length');
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) throw new ResponseFault('content-length');
    value = value * 10 + digit;
  }
  return value;
}
