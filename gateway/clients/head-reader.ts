import { CR, LF, MessageFault } from '../http1/header-fields.ts';
import { parseRequestHeaders, parseRequestLine, type RequestHeaders, type RequestLine } from './request-head.ts';

/** Bounds of a request's head, in bytes and lines. */
export interface HeadLimits {
  readonly targetBytes: number;
  readonly headerBytes: number;
  readonly headerCount: number;
}

/** A request's head, and where it ended in the bytes that were read. */
export interface RequestHead {
  readonly line: RequestLine;
  readonly headers: RequestHeaders;
  readonly end: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** Longest method, two spaces and the version. */
const LINE_EXTRA = 32;
const NOTHING = Buffer.alloc(0);

/**
 * Reads the heads of one connection's requests. A client that keeps its connection says most of its header lines again
 * with every request: where all of them are the same bytes as the last time, what they say is known.
 */
export class HeadReader {
  readonly #limits: HeadLimits;
  /** Bytes of the unfinished head that were looked at before. */
  #seen = 0;
  #lastLines: Buffer = NOTHING;
  #lastHeaders: RequestHeaders | undefined;
  #lastWas10 = false;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /**
   * The head at the start of `bytes`, or undefined when its end has not come yet: then the same bytes and more are to be
   * given again. Throws MessageFault, also for what can no longer become a head: `target-too-long`, `head-too-large`.
   */
  read(bytes: Buffer): RequestHead | undefined {
    const found = bytes.indexOf(HEAD_END, Math.max(0, this.#seen - 3));
    if (found < 0) {
      this.#checkBeginning(bytes);
      this.#seen = bytes.length;
      return undefined;
    }
    this.#seen = 0;
    const lineEnd = bytes.indexOf(CR);
    const end = found + 4;
    if (bytes[lineEnd + 1] !== LF) throw new MessageFault('bare-cr');
    if (lineEnd > this.#limits.targetBytes + LINE_EXTRA) throw new MessageFault('target-too-long');
    if (end - lineEnd > this.#limits.headerBytes) throw new MessageFault('head-too-large');
    const line = parseRequestLine(bytes.toString('latin1', 0, lineEnd));
    if (line.target.length > this.#limits.targetBytes) throw new MessageFault('target-too-long');
    return { line, headers: this.#headers(bytes, lineEnd + 2, end, line.isVersion10), end };
  }

  #headers(bytes: Buffer, start: number, end: number, isVersion10: boolean): RequestHeaders {
    const known = this.#lastHeaders;
    const lines = this.#lastLines;
    if (
      known !== undefined &&
      lines.length === end - start &&
      this.#lastWas10 === isVersion10 &&
      bytes.compare(lines, 0, lines.length, start, end) === 0
    ) {
      return known;
    }
    const headers = parseRequestHeaders(bytes, start, end, isVersion10, this.#limits.headerCount);
    this.#lastLines = Buffer.from(bytes.subarray(start, end));
    this.#lastHeaders = headers;
    this.#lastWas10 = isVersion10;
    return headers;
  }

  /** Refuses early what no further byte can mend: other protocols, bare line feeds, heads that are too long already. */
  #checkBeginning(bytes: Buffer): void {
    for (let at = this.#seen; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      const isLineEnd = byte === CR || (byte === LF && at > 0 && bytes[at - 1] === CR);
      if (!isLineEnd && ((byte < 0x20 && byte !== 0x09) || byte === 0x7f)) throw new MessageFault('control-character');
    }
    const { targetBytes, headerBytes } = this.#limits;
    const lineEnd = bytes.indexOf(CR);
    if (lineEnd < 0 && bytes.length > targetBytes + LINE_EXTRA) throw new MessageFault('target-too-long');
    if (lineEnd >= 0 && bytes.length - lineEnd > headerBytes) throw new MessageFault('head-too-large');
  }
}
