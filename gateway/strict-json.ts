import { isUtf8 } from 'node:buffer';

export interface StrictJsonLimits {
  /** Open objects and arrays at once. */
  readonly depth: number;
  /** Values, those inside others included. */
  readonly values: number;
}

const LIMITS: StrictJsonLimits = { depth: 64, values: 100_000 };

export type StrictJsonCode =
  | 'json-empty'
  | 'json-utf8'
  | 'json-bom'
  | 'json-syntax'
  | 'json-string'
  | 'json-lone-surrogate'
  | 'json-number-range'
  | 'json-duplicate-key'
  | 'json-too-deep'
  | 'json-too-large';

/** Says why and where (byte offset), never what stands there. */
export class StrictJsonError extends Error {
  readonly code: StrictJsonCode;
  readonly offset: number;
  constructor(code: StrictJsonCode, offset: number) {
    super(`${code} at byte ${offset}`);
    this.name = 'StrictJsonError';
    this.code = code;
    this.offset = offset;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Parses a JSON text (RFC 8259) that can be read in one way only: UTF-8 without byte order mark, no duplicate keys, no
 * lone surrogates, no number that a double would change (an integer beyond 2^53-1, 1e400, 1e-400). Objects have no
 * prototype: `__proto__` is a key like any other. Throws a StrictJsonError.
 */
export function parseStrict(body: Buffer, limits: StrictJsonLimits = LIMITS): unknown {
  if (!isUtf8(body)) throw new StrictJsonError('json-utf8', 0);
  return new StrictParser(body.toString('utf8'), limits).parse();
}

class StrictParser {
  private readonly text: string;
  private readonly limits: StrictJsonLimits;
  private at = 0;
  private depth = 0;
  private left: number;

  constructor(text: string, limits: StrictJsonLimits) {
    this.text = text;
    this.limits = limits;
    this.left = limits.values;
  }

  parse(): unknown {
    if (this.text.charCodeAt(0) === 0xfeff) this.fail('json-bom', 0);
    this.skipSpace();
    if (this.at === this.text.length) this.fail('json-empty', 0);
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) this.fail('json-syntax', this.at);
    return value;
  }

  private fail(code: StrictJsonCode, at: number): never {
    throw new StrictJsonError(code, Buffer.byteLength(this.text.slice(0, at), 'utf8'));
  }

  private skipSpace(): number {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
      this.at++;
    }
  }

  private value(): unknown {
    if (--this.left < 0) this.fail('json-too-large', this.at);
    switch (this.skipSpace()) {
      case QUOTE:
        return this.string();
      case 0x7b:
        return this.object();
      case 0x5b:
        return this.array();
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
    if (++this.depth > this.limits.depth) this.fail('json-too-deep', this.at);
    this.at++;
  }

  private object(): Record<string, unknown> {
    this.enter();
    const object: Record<string, unknown> = Object.create(null);
    if (this.skipSpace() === 0x7d) return this.leave(object);
    for (;;) {
      const start = this.at;
      if (this.skipSpace() !== QUOTE) this.fail('json-syntax', this.at);
      const key = this.string();
      if (this.skipSpace() !== COLON) this.fail('json-syntax', this.at);
      this.at++;
      // Values are never undefined, and nothing is inherited.
      if (object[key] !== undefined) this.fail('json-duplicate-key', start);
      object[key] = this.value();
      if (this.skipSpace() !== COMMA) break;
      this.at++;
      this.skipSpace();
    }
    if (this.text.charCodeAt(this.at) !== 0x7d) this.fail('json-syntax', this.at);
    return this.leave(object);
  }

  private array(): unknown[] {
    this.enter();
    const array: unknown[] = [];
    if (this.skipSpace() === 0x5d) return this.leave(array);
    for (;;) {
      array.push(this.value());
      if (this.skipSpace() !== COMMA) break;
      this.at++;
    }
    if (this.text.charCodeAt(this.at) !== 0x5d) this.fail('json-syntax', this.at);
    return this.leave(array);
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
      if (unit < 0x20) this.fail('json-string', i);
    }
    return this.fail('json-syntax', text.length);
  }

  private escapedString(start: number, from: number): string {
    const { text } = this;
    let end = from;
    while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    if (end >= text.length) this.fail('json-syntax', text.length);
    this.at = end + 1;
    let decoded: string;
    try {
      decoded = JSON.parse(text.slice(start - 1, end + 1));
    } catch {
      return this.fail('json-string', start - 1);
    }
    if (!decoded.isWellFormed()) this.fail('json-lone-surrogate', start - 1);
    return decoded;
  }

  private number(): number {
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

  private anyNumber(): number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) return this.fail('json-syntax', this.at);
    const [written] = match;
    const value = Number(written);
    const isLost = Math.abs(value) > Number.MAX_SAFE_INTEGER || (value === 0 && /^[^eE]*[1-9]/.test(written));
    if (isLost) this.fail('json-number-range', this.at);
    this.at += written.length;
    return value;
  }

  private literal<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('json-syntax', this.at);
    this.at += word.length;
    return value;
  }
}
