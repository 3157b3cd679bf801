import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  ESCAPABLE,
  HEX,
  LITERALS,
  LOWER_N,
  NINE,
  NUMBER_COMPLETE,
  NUMBER_END,
  NUMBER_START,
  NUMBER_STEP,
  PLAIN,
  POINT,
  QUOTE,
  ZERO,
} from './json-bytes.ts';
import { OutputRanges } from './output-ranges.ts';
import { SelectionError, type SelectionErrorCode } from './selection-error.ts';

// `true`, `null` and the end of `false` as little-endian words.
const TRUE = 0x65757274;
const NULL = 0x6c6c756e;
const ALSE = 0x65736c61;

// Places inside a string.
const TEXT = 0;
const ESCAPE = 1;
const UNIT = 2;
/** A high surrogate was escaped: `\u` and a low one must follow. */
const LOW_ESCAPE = 3;
const LOW_U = 4;

/** Strict scanning of one string, number or literal that may be cut anywhere (RFC 8259 §3, §6, §7). */
export class TokenScanner extends OutputRanges {
  /** Bytes of the answer before this chunk. */
  protected offset = 0;
  /** Whether the token that was scanned last ended within the chunk. */
  protected complete = false;
  /** Whether the string that was scanned last holds a backslash. */
  protected escaped = false;
  private inside = TEXT;
  private unit = 0;
  private digits = 0;
  private high = false;
  private number = NUMBER_START;
  private literal = 0;
  private matched = 0;

  protected fail(code: SelectionErrorCode, at: number): never {
    throw new SelectionError(code, this.offset + at);
  }

  protected resetTokens(): void {
    this.offset = 0;
    this.complete = false;
    this.escaped = false;
    this.inside = TEXT;
    this.high = false;
    this.number = NUMBER_START;
  }

  /**
   * The quick way through the commonest scalars: a literal, a string without escapes or a decimal number without
   * exponent and sign that ends within the chunk. The place after it, or 0 where it takes more (nothing is said about
   * validity then).
   */
  protected scanSimple(byte: number, at: number, end: number): number {
    const { chunk, view } = this;
    let i = at + 1;
    if (byte === QUOTE) {
      // Four bytes at a time, while none of them is a quote, a backslash or below 0x20.
      for (const last = end - 4; i <= last; i += 4) {
        const word = view.getInt32(i, true);
        const quote = word ^ 0x22222222;
        const slash = word ^ 0x5c5c5c5c;
        const found = ((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash) | ((word - 0x20202020) & ~word);
        if ((found & 0x80808080) !== 0) break;
      }
      while (i < end && PLAIN[chunk[i] as number] === 1) i++;
      return i < end && chunk[i] === QUOTE ? i + 1 : 0;
    }
    if (byte < ZERO || byte > NINE) {
      if (at + 5 > end) return 0;
      if (byte === 0x74) return view.getInt32(at, true) === TRUE ? at + 4 : 0;
      if (byte === LOWER_N) return view.getInt32(at, true) === NULL ? at + 4 : 0;
      return byte === 0x66 && view.getInt32(i, true) === ALSE ? at + 5 : 0;
    }
    if (byte !== ZERO) while (i < end && isDigit(chunk[i] as number)) i++;
    if (i < end && chunk[i] === POINT) {
      const point = i++;
      while (i < end && isDigit(chunk[i] as number)) i++;
      if (i === point + 1) return 0;
    }
    if (i === end) return 0;
    const next = chunk[i];
    return next === COMMA || next === CLOSE_OBJECT || next === CLOSE_ARRAY ? i : 0;
  }

  /**
   * An array of nothing but such scalars, without white space, that ends within the chunk: the place after it, or 0. Where
   * every scalar leaves, or none, it may be treated like one of them.
   */
  protected scanFlatArray(at: number, end: number): number {
    const { chunk } = this;
    let i = at + 1;
    if (i < end && chunk[i] === CLOSE_ARRAY) return i + 1;
    while (i < end) {
      i = this.scanSimple(chunk[i] as number, i, end);
      if (i === 0 || i >= end) return 0;
      const byte = chunk[i++];
      if (byte === CLOSE_ARRAY) return i;
      if (byte !== COMMA) return 0;
    }
    return 0;
  }

  /** From within a string: the place after its closing quote, or `end` where it is not yet complete. */
  protected scanString(from: number, end: number): number {
    const chunk = this.chunk;
    let i = from;
    while (i < end) {
      if (this.inside === TEXT) {
        while (i < end && PLAIN[chunk[i] as number] === 1) i++;
        if (i === end) break;
        const byte = chunk[i++] as number;
        if (byte === QUOTE) {
          this.complete = true;
          return i;
        }
        if (byte !== BACKSLASH) this.fail('json-control-character', i - 1);
        this.inside = ESCAPE;
        this.escaped = true;
      } else {
        this.stepEscape(chunk[i] as number, i);
        i++;
      }
    }
    this.complete = false;
    return end;
  }

  private stepEscape(byte: number, at: number): void {
    switch (this.inside) {
      case ESCAPE:
        if (byte === 0x75) {
          this.startUnit();
        } else {
          if (ESCAPABLE[byte] !== 1) this.fail('json-escape', at);
          this.inside = TEXT;
        }
        return;
      case LOW_ESCAPE:
        if (byte !== BACKSLASH) this.fail('json-lone-surrogate', at);
        this.inside = LOW_U;
        return;
      case LOW_U:
        if (byte !== 0x75) this.fail('json-lone-surrogate', at);
        this.startUnit();
        return;
      default:
        this.stepUnit(HEX[byte] as number, at);
    }
  }

  private startUnit(): void {
    this.inside = UNIT;
    this.unit = 0;
    this.digits = 0;
  }

  private stepUnit(digit: number, at: number): void {
    if (digit > 15) this.fail('json-escape', at);
    this.unit = (this.unit << 4) | digit;
    if (++this.digits < 4) return;
    const isLow = this.unit >= 0xdc00 && this.unit <= 0xdfff;
    if (isLow !== this.high) this.fail('json-lone-surrogate', at);
    this.high = this.unit >= 0xd800 && this.unit <= 0xdbff;
    this.inside = this.high ? LOW_ESCAPE : TEXT;
  }

  /** From within or before a number: the place after its last byte. Complete only when another byte was seen. */
  protected scanNumber(from: number, end: number): number {
    const chunk = this.chunk;
    let state = this.number;
    for (let i = from; i < end; i++) {
      const next = NUMBER_STEP[(state << 8) | (chunk[i] as number)] as number;
      if (next === NUMBER_END) {
        this.number = state;
        this.endNumber(i);
        this.complete = true;
        return i;
      }
      state = next;
    }
    this.number = state;
    this.complete = false;
    return end;
  }

  /** The number is over: refuses one that may not end here. */
  protected endNumber(at: number): void {
    if (NUMBER_COMPLETE[this.number] !== 1) this.fail('json-number', at);
    this.number = NUMBER_START;
  }

  protected startLiteral(literal: number): void {
    this.literal = literal;
    this.matched = 0;
  }

  protected scanLiteral(from: number, end: number): number {
    const bytes = LITERALS[this.literal] as Buffer;
    let i = from;
    while (i < end && this.matched < bytes.length) {
      if (this.chunk[i] !== bytes[this.matched]) this.fail('json-syntax', i);
      this.matched++;
      i++;
    }
    this.complete = this.matched === bytes.length;
    return i;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
