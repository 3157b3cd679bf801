import { METHODS } from 'node:http';
import { readFraming } from '../http1/framing.ts';
import { fieldList, MessageFault, readFieldLines } from '../http1/header-fields.ts';

/** What the header lines of a request say. The same lines give the same object; it is never changed. */
export interface RequestHeaders {
  /** Flat name, value list as received. */
  readonly raw: readonly string[];
  /** Bytes of the body; -1 when not stated. */
  readonly contentLength: number;
  readonly chunked: boolean;
  readonly close: boolean;
  /** `Expect: 100-continue`: the client waits before it sends its body (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
}

/** Request line of one request: its parts as they were sent. */
export interface RequestLine {
  readonly method: string;
  /** Origin-form target, visible ASCII, beginning with `/`. */
  readonly target: string;
  readonly isVersion10: boolean;
}

/** CONNECT opens a tunnel: no raw bytes ever pass. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS.filter((method) => method !== 'CONNECT'));
const TARGET = /^\/[!"$-~]*$/;

/**
 * Reads `METHOD target HTTP/1.x`. Only what Node's own parser knows as a method, only the origin form (RFC 9112 §3.2.1),
 * single spaces, no fragment. Throws MessageFault.
 */
export function parseRequestLine(text: string): RequestLine {
  const methodEnd = text.indexOf(' ');
  const targetEnd = text.length - 9;
  if (methodEnd < 0 || methodEnd >= targetEnd) throw new MessageFault('request-line');
  const isVersion10 = text.endsWith(' HTTP/1.0');
  if (!isVersion10 && !text.endsWith(' HTTP/1.1')) throw new MessageFault('http-version');
  const method = text.slice(0, methodEnd);
  if (!KNOWN_METHODS.has(method)) throw new MessageFault('method');
  const target = text.slice(methodEnd + 1, targetEnd);
  if (!TARGET.test(target)) throw new MessageFault('target');
  return { method, target, isVersion10 };
}

/**
 * Reads the header lines at `buffer[start..end)`, which end with the empty line. Besides what `readFieldLines` and
 * `readFraming` refuse: other than exactly one Host that is not empty (RFC 9112 §3.2), and an expectation that cannot be
 * met. A wish to upgrade is passed over (RFC 9110 §7.8): the answer is HTTP/1.1. Throws MessageFault.
 */
export function parseRequestHeaders(
  buffer: Buffer,
  start: number,
  end: number,
  isVersion10: boolean,
  maxLines: number,
): RequestHeaders {
  const marks: number[] = [];
  if (readFieldLines(buffer, start, end, start, maxLines, marks) !== end) throw new MessageFault('header-lines');
  const text = buffer.toString('latin1', start, end);
  const framing = readFraming(text, marks, isVersion10);
  const raw = Object.freeze(fieldList(text, marks));
  let hosts = 0;
  let expectsContinue = false;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] as string;
    const value = raw[at + 1] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (value === '') throw new MessageFault('host');
      hosts++;
    } else if (name.length === 6 && name.toLowerCase() === 'expect') {
      if (value.toLowerCase() !== '100-continue') throw new MessageFault('expectation');
      // RFC 9110 §10.1.1: of HTTP/1.0 it is passed over.
      expectsContinue = !isVersion10;
    }
  }
  if (hosts !== 1) throw new MessageFault('host');
  return {
    raw,
    contentLength: framing.contentLength,
    chunked: framing.chunked,
    // A client of HTTP/1.0 is not kept: the wish to be is worth no second rule.
    close: isVersion10 || framing.connection === 'close',
    expectsContinue,
  };
}
