import { MessageFault } from './header-fields.ts';

/** How a message is delimited and what becomes of its connection (RFC 9112 §6, §9). */
export interface Framing {
  /** Bytes of the body; -1 when not stated. */
  contentLength: number;
  chunked: boolean;
  /** Said in Connection: `close`, `keep-alive` (alone), or neither. */
  connection: 'close' | 'keep-alive' | 'unsaid';
  contentTypes: number;
  contentEncodings: number;
}

/**
 * Reads the framing out of header lines. One Content-Length at most, in digits alone, and never beside
 * Transfer-Encoding; `chunked` as the only transfer coding, never in HTTP/1.0; no tab where one parser trims it and
 * another does not. Throws MessageFault.
 */
export function readFraming(text: string, marks: readonly number[], isVersion10: boolean): Framing {
  const framing: Framing = {
    contentLength: -1,
    chunked: false,
    connection: 'unsaid',
    contentTypes: 0,
    contentEncodings: 0,
  };
  for (let at = 0; at < marks.length; at += 4) {
    const length = (marks[at + 1] as number) - (marks[at] as number);
    // The lengths of the five names below: most headers need no further look.
    if (length !== 14 && length !== 17 && length !== 10 && length !== 12 && length !== 16) continue;
    const name = text.slice(marks[at], marks[at + 1]).toLowerCase();
    if (name === 'content-type') framing.contentTypes++;
    else if (name === 'content-encoding') framing.contentEncodings++;
    else if (name === 'content-length') {
      if (framing.contentLength >= 0) throw new MessageFault('content-length-repeated');
      framing.contentLength = wholeNumber(framingValue(text, marks, at));
    } else if (name === 'transfer-encoding') {
      if (framing.chunked || isVersion10) throw new MessageFault('transfer-encoding');
      if (framingValue(text, marks, at).toLowerCase() !== 'chunked') throw new MessageFault('transfer-encoding');
      framing.chunked = true;
    } else if (name === 'connection') {
      const options = text.slice(marks[at + 2], marks[at + 3]).toLowerCase();
      if (options.split(',').some((option) => option.trim() === 'close')) framing.connection = 'close';
      else if (options === 'keep-alive' && framing.connection === 'unsaid') framing.connection = 'keep-alive';
    }
  }
  if (framing.chunked && framing.contentLength >= 0) throw new MessageFault('length-and-coding');
  return framing;
}

/** A tab beside one of these is read differently by different parsers: refused. */
function framingValue(text: string, marks: readonly number[], at: number): string {
  const lineEnd = marks[at + 4] ?? text.length;
  if (text.slice(marks[at + 1], lineEnd).includes('\t')) throw new MessageFault('tab-in-framing');
  return text.slice(marks[at + 2], marks[at + 3]);
}

function wholeNumber(text: string): number {
  if (text.length === 0 || text.length > 15) throw new MessageFault('content-length');
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) throw new MessageFault('content-length');
    value = value * 10 + digit;
  }
  return value;
}
