import { isUtf8 } from 'node:buffer';
import { OdooFloat, type OdooValue } from './value.ts';
import {
  LONGEST_FLOAT,
  MOST_DIGITS,
  REQUEST_LIMITS,
  WireError,
  type WireErrorCode,
  type WireLimits,
} from './wire-error.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

/**
 * Reads a JSON text (RFC 8259) exactly, and only one that can be read in one way: UTF-8 without byte order mark, no
 * duplicate names, no lone surrogates, no NaN, no float beyond a double. Whole numbers keep every digit, floats their
 * text. Throws a WireError.
 */
export function readJson(body: Buffer, limits: WireLimits = REQUEST_LIMITS): OdooValue {
  if (!isUtf8(body)) throw new WireError('encoding', 0);
  return new JsonReader(body.toString('utf8'), limits).read();
}

class JsonReader {
  private readonly text: string;
  private readonly limits: WireLimits;
  private at = 0;
  private depth = 0;
  private left: number;

  constructor(text: string, limits: WireLimits) {
    this.text = text;
    this.limits = limits;
    this.left = limits.values;
  }

  read(): OdooValue {
    if (this.text.charCodeAt(0) === 0xfeff) this.fail('encoding', 0);
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) this.fail('syntax', this.at);
    return value;
  }

  private fail(code: WireErrorCode, at: number): never {
    throw new WireError(code, at);
  }

  private skipSpace(): number {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
      this.at++;
    }
  }

  private value(): OdooValue {
    if (--this.left < 0) this.fail('too-large', this.at);
    switch (this.skipSpace()) {
      case QUOTE:
        return this.string();
      case 0x7b:
        return this.object();
      case 0x5b:
        return this.list();
      case 0x74:
        return this.literal('true', true);
      case 0x66:
        return this.literal('false', false);
      case 0x6e:
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private enter(): void {
    if (++this.depth > this.limits.depth) this.fail('too-deep', this.at);
    this.at++;
  }

  private object(): OdooValue {
    this.enter();
    const object: Record<string, OdooValue> = Object.create(null);
    if (this.skipSpace() === 0x7d) return this.leave(object);
    for (;;) {
      if (this.skipSpace() !== QUOTE) this.fail('syntax', this.at);
      const start = this.at;
      const name = this.string();
      if (this.skipSpace() !== COLON) this.fail('syntax', this.at);
      this.at++;
      // Values are never undefined, and nothing is inherited.
      if (object[name] !== undefined) this.fail('duplicate', start);
      object[name] = this.value();
      if (this.skipSpace() !== COMMA) break;
      this.at++;
    }
    if (this.text.charCodeAt(this.at) !== 0x7d) this.fail('syntax', this.at);
    return this.leave(object);
  }

  private list(): OdooValue {
    this.enter();
    const list: OdooValue[] = [];
    if (this.skipSpace() === 0x5d) return this.leave(list);
    for (;;) {
      list.push(this.value());
      if (this.skipSpace() !== COMMA) break;
      this.at++;
    }
    if (this.text.charCodeAt(this.at) !== 0x5d) this.fail('syntax', this.at);
    return this.leave(list);
  }

  private leave<T>(container: T): T {
    this.depth--;
    this.at++;
    return container;
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let i = start; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === QUOTE) {
        this.at = i + 1;
        return text.slice(start, i);
      }
      if (unit === BACKSLASH) return this.escapedString(start, i);
      if (unit < 0x20) this.fail('text', i);
    }
    return this.fail('syntax', text.length);
  }

  private escapedString(start: number, from: number): string {
    const { text } = this;
    let end = from;
    while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    if (end >= text.length) this.fail('syntax', text.length);
    this.at = end + 1;
    let decoded: string;
    try {
      decoded = JSON.parse(text.slice(start - 1, end + 1));
    } catch {
      return this.fail('text', start - 1);
    }
    if (!decoded.isWellFormed()) this.fail('text', start - 1);
    return decoded;
  }

  private number(): OdooValue {
    const { text } = this;
    let end = this.at;
    let whole = 0;
    for (let unit = text.charCodeAt(end); unit >= 0x30 && unit <= 0x39; unit = text.charCodeAt(++end)) {
      whole = whole * 10 + unit - 0x30;
    }
    const next = text.charCodeAt(end);
    // The commonest by far: a short whole number that is followed by what may follow one.
    const isShort = end > this.at && end - this.at < 16 && (text.charCodeAt(this.at) !== 0x30 || end === this.at + 1);
    if (isShort && (next === COMMA || next === 0x7d || next === 0x5d)) {
      this.at = end;
      return whole;
    }
    return this.anyNumber();
  }

  private anyNumber(): OdooValue {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) return this.fail('syntax', this.at);
    const [written, fraction, exponent] = match;
    const isWhole = fraction === undefined && exponent === undefined;
    if (written.length - (written.startsWith('-') ? 1 : 0) > (isWhole ? MOST_DIGITS : LONGEST_FLOAT)) {
      this.fail('number', this.at);
    }
    const value = Number(written);
    if (!Number.isFinite(value)) this.fail('number', this.at);
    this.at += written.length;
    if (!isWhole) return new OdooFloat(written);
    if (!Number.isSafeInteger(value)) return BigInt(written);
    // Python's whole numbers have no negative zero.
    return value === 0 ? 0 : value;
  }

  private literal<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('syntax', this.at);
    this.at += word.length;
    return value;
  }
}
