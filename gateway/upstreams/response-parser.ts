import { ChunkedBody } from '../http1/chunked-body.ts';
import { MessageFault } from '../http1/header-fields.ts';
import { MAX_HEAD_BYTES, parseHead, type ResponseHead } from './response-head.ts';

/** Receives one response as it is read. The buffer is only lent: bytes that are kept must be copied. */
export interface ResponseSink {
  onHead(head: ResponseHead): void;
  onBody(buffer: Buffer, start: number, end: number): void;
}

const HEAD = 0;
const LENGTH = 1;
const UNTIL_CLOSE = 2;
const CHUNKED = 3;
const DONE = 4;

const MAX_INTERIM = 8;
const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * Reads one HTTP/1.x response at a time (RFC 9112), as strict as llhttp's strict mode or stricter: what this accepts,
 * Node's own parser accepts with the same meaning. Bounded: head 32 kB, 8 interim responses, 1 kB of chunk extensions,
 * 4 kB of trailers, which are checked and dropped.
 */
export class ResponseParser {
  readonly #sink: ResponseSink;
  #state = DONE;
  #isHeadRequest = false;
  #remaining = 0;
  #interim = 0;
  #chunks: ChunkedBody | undefined;
  /** Bytes of a head that is not whole yet. */
  #carry: Buffer = NOTHING;
  #carried = 0;
  #lastBytes: Buffer = NOTHING;
  #lastHead: ResponseHead | undefined;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** Makes ready for the answer to the next request. */
  begin(isHeadRequest: boolean): void {
    this.#state = HEAD;
    this.#isHeadRequest = isHeadRequest;
    this.#interim = 0;
    this.#carried = 0;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  /** Reads `buffer[start..end)`; returns where the response ended, or `end`. Throws MessageFault. */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== DONE) {
      switch (this.#state) {
        case HEAD:
          at = this.#readHead(buffer, at, end);
          break;
        case LENGTH:
          at = this.#readBody(buffer, at, end);
          break;
        case CHUNKED:
          at = this.#readChunks(buffer, at, end);
          break;
        default:
          this.#sink.onBody(buffer, at, end);
          at = end;
      }
    }
    return at;
  }

  /** The connection has ended. True when that makes the response whole. */
  finish(): boolean {
    if (this.#state === UNTIL_CLOSE) this.#state = DONE;
    return this.#state === DONE;
  }

  #readHead(buffer: Buffer, start: number, end: number): number {
    if (this.#carried === 0) {
      const head = this.#sameHead(buffer, start, end) ?? parseHead(buffer, start, end);
      if (head === undefined) {
        this.#keep(buffer, start, end);
        return end;
      }
      if (head !== this.#lastHead) this.#remember(head, buffer, start);
      this.#enter(head);
      return start + head.length;
    }
    const before = this.#carried;
    this.#keep(buffer, start, Math.min(end, start + MAX_HEAD_BYTES + 4 - before));
    const found = this.#carry.subarray(0, this.#carried).indexOf(HEAD_END, Math.max(0, before - 3));
    if (found < 0) {
      if (this.#carried > MAX_HEAD_BYTES) throw new MessageFault('head-too-large');
      return end;
    }
    const head = parseHead(this.#carry, 0, found + 4);
    // The parser stops at the first empty line, which is what was searched for.
    if (head === undefined || head.length !== found + 4) throw new MessageFault('head');
    this.#carried = 0;
    this.#enter(head);
    return start + head.length - before;
  }

  /** An upstream that is busy says the same head many times a second: the same bytes have been read before. */
  #sameHead(buffer: Buffer, start: number, end: number): ResponseHead | undefined {
    const { length } = this.#lastBytes;
    if (length === 0 || end - start < length) return undefined;
    return buffer.compare(this.#lastBytes, 0, length, start, start + length) === 0 ? this.#lastHead : undefined;
  }

  #remember(head: ResponseHead, buffer: Buffer, start: number): void {
    this.#lastHead = head;
    if (this.#lastBytes.length !== head.length) this.#lastBytes = Buffer.allocUnsafeSlow(head.length);
    buffer.copy(this.#lastBytes, 0, start, start + head.length);
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    const needed = this.#carried + end - start;
    if (needed > this.#carry.length) {
      const grown = Buffer.allocUnsafe(Math.max(1024, needed * 2));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    buffer.copy(this.#carry, this.#carried, start, end);
    this.#carried = needed;
  }

  #enter(head: ResponseHead): void {
    const { status } = head;
    if (status < 200) {
      if (status === 101) throw new MessageFault('protocol-switched');
      if (head.chunked || head.contentLength >= 0 || head.close) {
        throw new MessageFault('interim-with-framing');
      }
      if (++this.#interim > MAX_INTERIM) throw new MessageFault('too-many-interim');
      return;
    }
    const isBodiless = status === 204 || status === 304;
    // RFC 9112 §6.1: these never carry a transfer coding; who sends one frames differently from whoever reads it.
    if (isBodiless && head.chunked) throw new MessageFault('bodiless-with-body');
    if (status === 204 && head.contentLength > 0) throw new MessageFault('bodiless-with-body');
    if (isBodiless || this.#isHeadRequest || head.contentLength === 0) this.#state = DONE;
    else if (head.chunked) {
      this.#state = CHUNKED;
      this.#chunks = new ChunkedBody((buffer, start, end) => this.#sink.onBody(buffer, start, end));
    } else if (head.contentLength > 0) {
      this.#state = LENGTH;
      this.#remaining = head.contentLength;
    } else {
      head.close = true;
      this.#state = UNTIL_CLOSE;
    }
    this.#sink.onHead(head);
  }

  #readBody(buffer: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    if (this.#remaining === 0) this.#state = DONE;
    this.#sink.onBody(buffer, start, stop);
    return stop;
  }

  #readChunks(buffer: Buffer, start: number, end: number): number {
    const chunks = this.#chunks as ChunkedBody;
    const at = chunks.read(buffer, start, end);
    if (chunks.done) {
      this.#state = DONE;
      this.#chunks = undefined;
    }
    return at;
  }
}
