import {
  BACKSLASH,
  ESCAPABLE,
  HEX,
  LITERALS,
  NUMBER_COMPLETE,
  NUMBER_END,
  NUMBER_START,
  NUMBER_STEP,
  PLAIN,
  QUOTE,
} from './json-bytes.ts';
import { OutputRanges } from './output-ranges.ts';
import { SelectionError, type SelectionErrorCode } from './selection-error.ts';

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
  #inside = TEXT;
  #unit = 0;
  #digits = 0;
  #high = false;
  #number = NUMBER_START;
  #literal = 0;
  #matched = 0;

  protected fail(code: SelectionErrorCode, at: number): never {
    throw new SelectionError(code, this.offset + at);
  }

  protected resetTokens(): void {
    this.offset = 0;
    this.complete = false;
    this.escaped = false;
    this.#inside = TEXT;
    this.#high = false;
    this.#number = NUMBER_START;
  }

  /** From within a string: the place after its closing quote, or `end` where it is not yet complete. */
  protected scanString(from: number, end: number): number {
    const chunk = this.chunk;
    let i = from;
    while (i < end) {
      if (this.#inside === TEXT) {
        while (i < end && PLAIN[chunk[i] as number] === 1) i++;
        if (i === end) break;
        const byte = chunk[i++] as number;
        if (byte === QUOTE) {
          this.complete = true;
          return i;
        }
        if (byte !== BACKSLASH) this.fail('json-control-character', i - 1);
        this.#inside = ESCAPE;
        this.escaped = true;
      } else {
        this.#stepEscape(chunk[i] as number, i);
        i++;
      }
    }
    this.complete = false;
    return end;
  }

  #stepEscape(byte: number, at: number): void {
    switch (this.#inside) {
      case ESCAPE:
        if (byte === 0x75) {
          this.#startUnit();
        } else {
          if (ESCAPABLE[byte] !== 1) this.fail('json-escape', at);
          this.#inside = TEXT;
        }
        return;
      case LOW_ESCAPE:
        if (byte !== BACKSLASH) this.fail('json-lone-surrogate', at);
        this.#inside = LOW_U;
        return;
      case LOW_U:
        if (byte !== 0x75) this.fail('json-lone-surrogate', at);
        this.#startUnit();
        return;
      default:
        this.#stepUnit(HEX[byte] as number, at);
    }
  }

  #startUnit(): void {
    this.#inside = UNIT;
    this.#unit = 0;
    this.#digits = 0;
  }

  #stepUnit(digit: number, at: number): void {
    if (digit > 15) this.fail('json-escape', at);
    this.#unit = (this.#unit << 4) | digit;
    if (++this.#digits < 4) return;
    const isLow = this.#unit >= 0xdc00 && this.#unit <= 0xdfff;
    if (isLow !== this.#high) this.fail('json-lone-surrogate', at);
    this.#high = this.#unit >= 0xd800 && this.#unit <= 0xdbff;
    this.#inside = this.#high ? LOW_ESCAPE : TEXT;
  }

  /** From within or before a number: the place after its last byte. Complete only when another byte was seen. */
  protected scanNumber(from: number, end: number): number {
    const chunk = this.chunk;
    let state = this.#number;
    for (let i = from; i < end; i++) {
      const next = NUMBER_STEP[(state << 8) | (chunk[i] as number)] as number;
      if (next === NUMBER_END) {
        this.#number = state;
        this.endNumber(i);
        this.complete = true;
        return i;
      }
      state = next;
    }
    this.#number = state;
    this.complete = false;
    return end;
  }

  /** The number is over: refuses one that may not end here. */
  protected endNumber(at: number): void {
    if (NUMBER_COMPLETE[this.#number] !== 1) this.fail('json-number', at);
    this.#number = NUMBER_START;
  }

  protected startLiteral(literal: number): void {
    this.#literal = literal;
    this.#matched = 0;
  }

  protected scanLiteral(from: number, end: number): number {
    const bytes = LITERALS[this.#literal] as Buffer;
    let i = from;
    while (i < end && this.#matched < bytes.length) {
      if (this.chunk[i] !== bytes[this.#matched]) this.fail('json-syntax', i);
      this.#matched++;
      i++;
    }
    this.complete = this.#matched === bytes.length;
    return i;
  }
}
