import { MAX_HEAD_BYTES, parseHead, ResponseFault, type ResponseHead, TOKEN } from './response-head.ts';

/** Receives one response as it is read. The buffer is only lent: bytes that are kept must be copied. */
export interface ResponseSink {
  onHead(head: ResponseHead): void;
  onBody(buffer: Buffer, start: number, end: number): void;
}

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

const HEAD = 0;
const LENGTH = 1;
const UNTIL_CLOSE = 2;
const CHUNK_SIZE = 3;
const CHUNK_EXTENSION = 4;
const CHUNK_SIZE_LF = 5;
const CHUNK_DATA = 6;
const CHUNK_DATA_CR = 7;
const CHUNK_DATA_LF = 8;
const TRAILER = 9;
const DONE = 10;

const MAX_SIZE_DIGITS = 8;
/** Chunk extensions mean nothing here; more than this in one response is an attack on patience. */
const MAX_EXTENSION_BYTES = 1024;
const MAX_TRAILER_BYTES = 4096;
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
  #digits = 0;
  #extensionBytes = 0;
  /** 0 name begins, 1 in name, 2 value begins, 3 in value. */
  #extensionPhase = 0;
  #interim = 0;
  /** Bytes of a head or trailer that is not whole yet. */
  #carry: Buffer = NOTHING;
  #carried = 0;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** Makes ready for the answer to the next request. */
  begin(isHeadRequest: boolean): void {
    this.#state = HEAD;
    this.#isHeadRequest = isHeadRequest;
    this.#interim = 0;
    this.#extensionBytes = 0;
    this.#carried = 0;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  /** Reads `buffer[start..end)`; returns where the response ended, or `end`. Throws ResponseFault. */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== DONE) {
      switch (this.#state) {
        case HEAD:
          at = this.#readHead(buffer, at, end);
          break;
        case LENGTH:
        case CHUNK_DATA:
          at = this.#readBody(buffer, at, end);
          break;
        case UNTIL_CLOSE:
          this.#sink.onBody(buffer, at, end);
          at = end;
          break;
        case TRAILER:
          at = this.#readTrailer(buffer, at, end);
          break;
        default:
          this.#readChunkFrame(buffer[at++] as number);
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
      const head = parseHead(buffer, start, end);
      if (head === undefined) {
        this.#keep(buffer, start, end);
        return end;
      }
      this.#enter(head);
      return head.end;
    }
    const before = this.#carried;
    this.#keep(buffer, start, Math.min(end, start + MAX_HEAD_BYTES + 4 - before));
    const found = this.#carry.subarray(0, this.#carried).indexOf(HEAD_END, Math.max(0, before - 3));
    if (found < 0) {
      if (this.#carried > MAX_HEAD_BYTES) throw new ResponseFault('head-too-large');
      return end;
    }
    const head = parseHead(this.#carry, 0, found + 4);
    // The parser stops at the first empty line, which is what was searched for.
    if (head === undefined || head.end !== found + 4) throw new ResponseFault('head');
    this.#carried = 0;
    this.#enter(head);
    return start + (head.end - before);
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
      if (status === 101) throw new ResponseFault('protocol-switched');
      if (head.chunked || head.contentLength >= 0 || head.close) {
        throw new ResponseFault('interim-with-framing');
      }
      if (++this.#interim > MAX_INTERIM) throw new ResponseFault('too-many-interim');
      return;
    }
    const isBodiless = status === 204 || status === 304;
    // RFC 9112 §6.1: these never carry a transfer coding; who sends one frames differently from whoever reads it.
    if (isBodiless && head.chunked) throw new ResponseFault('bodiless-with-body');
    if (status === 204 && head.contentLength > 0) throw new ResponseFault('bodiless-with-body');
    if (isBodiless || this.#isHeadRequest || head.contentLength === 0) this.#state = DONE;
    else if (head.chunked) this.#beginChunk();
    else if (head.contentLength > 0) {
      this.#state = LENGTH;
      this.#remaining = head.contentLength;
    } else {
      head.close = true;
      this.#state = UNTIL_CLOSE;
    }
    this.#sink.onHead(head);
  }

  #beginChunk(): void {
    this.#state = CHUNK_SIZE;
    this.#digits = 0;
    this.#remaining = 0;
  }

  #readBody(buffer: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    if (this.#remaining === 0) this.#state = this.#state === LENGTH ? DONE : CHUNK_DATA_CR;
    this.#sink.onBody(buffer, start, stop);
    return stop;
  }

  /** RFC 9112 §7.1, one byte of what stands around chunk data. */
  #readChunkFrame(code: number): void {
    switch (this.#state) {
      case CHUNK_SIZE: {
        const digit = hexDigit(code);
        if (digit >= 0) {
          if (++this.#digits > MAX_SIZE_DIGITS) throw new ResponseFault('chunk-size');
          this.#remaining = this.#remaining * 16 + digit;
        } else if (this.#digits === 0) throw new ResponseFault('chunk-size');
        else if (code === CR) this.#state = CHUNK_SIZE_LF;
        else if (code === SEMICOLON) {
          this.#state = CHUNK_EXTENSION;
          this.#extensionPhase = 0;
        } else throw new ResponseFault('chunk-size');
        return;
      }
      case CHUNK_EXTENSION:
        this.#readExtension(code);
        return;
      case CHUNK_SIZE_LF:
        if (code !== LF) throw new ResponseFault('bare-cr');
        this.#state = this.#remaining === 0 ? TRAILER : CHUNK_DATA;
        this.#carried = 0;
        return;
      case CHUNK_DATA_CR:
        if (code !== CR) throw new ResponseFault('chunk-end');
        this.#state = CHUNK_DATA_LF;
        return;
      default:
        if (code !== LF) throw new ResponseFault('chunk-end');
        this.#beginChunk();
    }
  }

  #readExtension(code: number): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) throw new ResponseFault('chunk-extension');
    const isInside = this.#extensionPhase === 1 || this.#extensionPhase === 3;
    if (TOKEN[code] === 1) {
      if (!isInside) this.#extensionPhase++;
    } else if (!isInside) throw new ResponseFault('chunk-extension');
    else if (code === CR) this.#state = CHUNK_SIZE_LF;
    else if (code === SEMICOLON) this.#extensionPhase = 0;
    else if (code === EQUALS && this.#extensionPhase === 1) this.#extensionPhase = 2;
    else throw new ResponseFault('chunk-extension');
  }

  #readTrailer(buffer: Buffer, start: number, end: number): number {
    const before = this.#carried;
    this.#keep(buffer, start, Math.min(end, start + MAX_TRAILER_BYTES + 4 - before));
    const lines = this.#carry.subarray(0, this.#carried);
    if (lines[0] === CR) {
      if (lines.length === 1) return end;
      if (lines[1] !== LF) throw new ResponseFault('bare-cr');
      return this.#finishTrailer(start + 2 - before);
    }
    const found = lines.indexOf(HEAD_END, Math.max(0, before - 3));
    if (found < 0) {
      if (this.#carried > MAX_TRAILER_BYTES) throw new ResponseFault('trailer-too-large');
      return end;
    }
    checkTrailer(lines.subarray(0, found + 4));
    return this.#finishTrailer(start + found + 4 - before);
  }

  #finishTrailer(at: number): number {
    this.#carried = 0;
    this.#state = DONE;
    return at;
  }
}

const TRAILER_STATUS = Buffer.from('HTTP/1.1 200 OK\r\n');

/** Trailers obey the rules of headers and may not speak of framing (RFC 9110 §6.5.1). */
function checkTrailer(lines: Buffer): void {
  const head = parseHead(Buffer.concat([TRAILER_STATUS, lines]), 0, TRAILER_STATUS.length + lines.length);
  if (head === undefined || head.chunked || head.contentLength >= 0) throw new ResponseFault('trailer');
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  return -1;
}
