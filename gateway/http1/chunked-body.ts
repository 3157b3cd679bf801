import { readFraming } from './framing.ts';
import { CR, LF, MAX_HEADERS, MessageFault, readFieldLines, TOKEN } from './header-fields.ts';

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const TRAILER = 6;
const DONE = 7;

const MAX_SIZE_DIGITS = 8;
/** Chunk extensions mean nothing here; more than this in one message is an attack on patience. */
const MAX_EXTENSION_BYTES = 1024;
const MAX_TRAILER_BYTES = 4096;
const TRAILER_END = Buffer.from('\r\n\r\n');

/** Takes a piece of a body as it is read. The buffer is only lent: bytes that are kept must be copied. */
export type TakeBody = (buffer: Buffer, start: number, end: number) => void;

/**
 * Takes the chunked coding apart (RFC 9112 §7.1), as strictly as llhttp or stricter: CRLF only, at most eight digits of
 * size, extensions made of tokens, 1 kB of them in all. Trailers (4 kB at most) obey the rules of headers, may not speak
 * of framing, and are dropped.
 */
export class ChunkedBody {
  readonly #take: TakeBody;
  #state = SIZE;
  #remaining = 0;
  #digits = 0;
  #extensionBytes = 0;
  /** 0 name begins, 1 in name, 2 value begins, 3 in value. */
  #extensionPhase = 0;
  #trailer: Buffer | undefined;
  #trailerBytes = 0;

  constructor(take: TakeBody) {
    this.#take = take;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  /** Reads `buffer[start..end)`; returns where the body ended, or `end`. Throws MessageFault. */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== DONE) {
      if (this.#state === DATA) at = this.#readData(buffer, at, end);
      else if (this.#state === TRAILER) at = this.#readTrailer(buffer, at, end);
      else this.#readFrame(buffer[at++] as number);
    }
    return at;
  }

  #readData(buffer: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    if (this.#remaining === 0) this.#state = DATA_CR;
    this.#take(buffer, start, stop);
    return stop;
  }

  /** One byte of what stands around chunk data. */
  #readFrame(code: number): void {
    switch (this.#state) {
      case SIZE:
        this.#readSize(code);
        return;
      case EXTENSION:
        this.#readExtension(code);
        return;
      case SIZE_LF:
        if (code !== LF) throw new MessageFault('bare-cr');
        this.#state = this.#remaining === 0 ? TRAILER : DATA;
        return;
      case DATA_CR:
        if (code !== CR) throw new MessageFault('chunk-end');
        this.#state = DATA_LF;
        return;
      default:
        if (code !== LF) throw new MessageFault('chunk-end');
        this.#state = SIZE;
        this.#digits = 0;
    }
  }

  #readSize(code: number): void {
    const digit = hexDigit(code);
    if (digit >= 0) {
      if (++this.#digits > MAX_SIZE_DIGITS) throw new MessageFault('chunk-size');
      this.#remaining = this.#remaining * 16 + digit;
    } else if (this.#digits === 0) throw new MessageFault('chunk-size');
    else if (code === CR) this.#state = SIZE_LF;
    else if (code === SEMICOLON) {
      this.#state = EXTENSION;
      this.#extensionPhase = 0;
    } else throw new MessageFault('chunk-size');
  }

  #readExtension(code: number): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) throw new MessageFault('chunk-extension');
    const isInside = this.#extensionPhase === 1 || this.#extensionPhase === 3;
    if (TOKEN[code] === 1) {
      if (!isInside) this.#extensionPhase++;
    } else if (!isInside) throw new MessageFault('chunk-extension');
    else if (code === CR) this.#state = SIZE_LF;
    else if (code === SEMICOLON) this.#extensionPhase = 0;
    else if (code === EQUALS && this.#extensionPhase === 1) this.#extensionPhase = 2;
    else throw new MessageFault('chunk-extension');
  }

  #readTrailer(buffer: Buffer, start: number, end: number): number {
    const before = this.#trailerBytes;
    this.#trailer ??= Buffer.allocUnsafe(MAX_TRAILER_BYTES + 4);
    this.#trailerBytes += buffer.copy(this.#trailer, before, start, end);
    const lines = this.#trailer.subarray(0, this.#trailerBytes);
    if (lines[0] === CR) {
      if (lines.length === 1) return end;
      if (lines[1] !== LF) throw new MessageFault('bare-cr');
      this.#state = DONE;
      return start + 2 - before;
    }
    const found = lines.indexOf(TRAILER_END, Math.max(0, before - 3));
    if (found < 0) {
      if (this.#trailerBytes > MAX_TRAILER_BYTES) throw new MessageFault('trailer-too-large');
      return end;
    }
    checkTrailer(lines.subarray(0, found + 4));
    this.#state = DONE;
    return start + found + 4 - before;
  }
}

/** Trailers obey the rules of headers and may not speak of framing (RFC 9110 §6.5.1). */
function checkTrailer(lines: Buffer): void {
  const marks: number[] = [];
  const end = readFieldLines(lines, 0, lines.length, 0, MAX_HEADERS, marks);
  if (end !== lines.length) throw new MessageFault('trailer');
  const framing = readFraming(lines.toString('latin1'), marks, false);
  if (framing.chunked || framing.contentLength >= 0 || framing.connection !== 'unsaid')
    throw new MessageFault('trailer');
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  return -1;
}
