import { readFraming } from '../http1/framing.ts';
import { CR, fieldList, LF, MAX_HEADERS, MessageFault, readFieldLines, SPACE, VALUE } from '../http1/header-fields.ts';

/** Largest head, bytes, from the status line to the empty line. */
export const MAX_HEAD_BYTES = 32 * 1024;

/**
 * The head of an upstream's answer. Header values are read on demand from the one string, because most answers are
 * asked for one or two of them.
 */
export class ResponseHead {
  readonly status: number;
  /** Bytes of the head, with the empty line. */
  readonly length: number;
  /** -1 when absent. */
  contentLength = -1;
  chunked = false;
  /** The upstream will close: HTTP/1.0 without keep-alive, or `Connection: close`. */
  close: boolean;
  readonly #text: string;
  /** Four offsets into the text per header: name start and end, value start and end. */
  readonly #marks: readonly number[];

  constructor(status: number, text: string, marks: readonly number[], length: number, close: boolean) {
    this.status = status;
    this.#text = text;
    this.#marks = marks;
    this.length = length;
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

  /** Flat list: name, value, as they were written. */
  rawHeaders(): string[] {
    return fieldList(this.#text, this.#marks);
  }
}

/**
 * Reads one response head from `buffer[start..end)`; undefined when its end has not come yet. As strict as
 * `readFieldLines` and `readFraming`, and without repeated Content-Type or Content-Encoding. Throws MessageFault.
 */
export function parseHead(buffer: Buffer, start: number, end: number): ResponseHead | undefined {
  const statusEnd = statusLineEnd(buffer, start, end);
  if (statusEnd < 0) return incomplete(start, end);
  const marks: number[] = [];
  const at = readFieldLines(buffer, statusEnd, end, start, MAX_HEADERS, marks);
  if (at < 0) return incomplete(start, end);
  if (at - start > MAX_HEAD_BYTES) throw new MessageFault('head-too-large');
  const text = buffer.toString('latin1', start, at);
  const status =
    ((buffer[start + 9] as number) - 48) * 100 +
    ((buffer[start + 10] as number) - 48) * 10 +
    (buffer[start + 11] as number) -
    48;
  const isVersion10 = buffer[start + 7] === 0x30;
  const framing = readFraming(text, marks, isVersion10);
  if (framing.contentTypes > 1) throw new MessageFault('content-type-repeated');
  if (framing.contentEncodings > 1) throw new MessageFault('content-encoding-repeated');
  const { connection } = framing;
  const head = new ResponseHead(
    status,
    text,
    marks,
    at - start,
    isVersion10 ? connection !== 'keep-alive' : connection === 'close',
  );
  head.contentLength = framing.contentLength;
  head.chunked = framing.chunked;
  return head;
}

function incomplete(start: number, end: number): undefined {
  if (end - start > MAX_HEAD_BYTES) throw new MessageFault('head-too-large');
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
    if (!isRight) throw new MessageFault('status-line');
  }
  if (end - start < 13) return -1;
  let at = start + 12;
  if (buffer[at] === SPACE) {
    at++;
    while (at < end && VALUE[buffer[at] as number] === 1) at++;
  }
  if (at >= end) return -1;
  if (buffer[at] !== CR) throw new MessageFault('status-line');
  if (at + 1 >= end) return -1;
  if (buffer[at + 1] !== LF) throw new MessageFault('bare-cr');
  return at + 2;
}
