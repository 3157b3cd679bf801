import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  MINUS,
  NINE,
  NULL_LITERAL,
  OPEN_ARRAY,
  OPEN_OBJECT,
  PLAIN,
  QUOTE,
  SPACE,
  ZERO,
} from './json-bytes.ts';
import { IDENTIFIER, type KeyTable, LEAF, OBJECT, WHOLE } from './key-table.ts';
import { PlaceScanner } from './place-scanner.ts';

// What is expected next, or which token is open. The order matters: values first; from STRING on a token is open.
const VALUE = 0;
const FIRST_VALUE = 1;
const KEY = 2;
const FIRST_KEY = 3;
const AFTER_KEY = 4;
const AFTER = 5;
const DONE = 6;
const STRING = 7;
const NUMBER = 8;
const LITERAL = 9;
const KEY_STRING = 10;

// What becomes of the bytes of the open token.
const KEEP = 1;
const GATHER = 2;

/**
 * The single pass over an answer's bytes: a strict JSON parser that keeps no values, only its place. It says the same
 * whatever the chunk boundaries. White space never leaves; numbers and strings leave byte for byte.
 */
export class AnswerScanner extends PlaceScanner {
  #state = VALUE;
  #mode = 0;
  #ids: string[] = [];

  /** Makes ready for a new answer; `fields` is the number of fields of the selection. */
  start(table: KeyTable, fields: number): void {
    this.resetPlace(table, fields);
    this.#state = VALUE;
    this.#ids = [];
  }

  /** Takes the next chunk, already known to be UTF-8, and gives what may leave of it. */
  feed(chunk: Buffer): Buffer {
    this.openOutput(chunk);
    this.#scan(chunk, chunk.length);
    this.leaveChunk();
    this.offset += chunk.length;
    return this.takeOutput();
  }

  /** The answer is over: refuses one that is not complete. Nothing is held back but the end of a bare number. */
  finish(): Buffer {
    this.openOutput(Buffer.alloc(0));
    if (this.#state === NUMBER && this.depth === 0) {
      this.endNumber(0);
      this.#endToken(0, 0);
    }
    if (this.#state !== DONE) this.fail(this.#state === VALUE && this.depth === 0 ? 'json-empty' : 'json-truncated', 0);
    return this.takeOutput();
  }

  /** What was learnt, to be read once after `finish`. */
  facts(): { returned: Uint8Array; recordCount: number; recordIds: string[]; unexpected: number } {
    const { returned, recordCount, unexpected } = this;
    return { returned, recordCount, recordIds: this.#ids, unexpected };
  }

  #scan(chunk: Buffer, end: number): void {
    let i = 0;
    if (this.#state >= STRING) {
      i = this.#continueToken(0, 0, end);
      if (this.#state >= STRING) return;
    }
    let state = this.#state;
    while (i < end) {
      const byte = chunk[i] as number;
      if (SPACE[byte] === 1) {
        i++;
      } else if (state === KEY || state === FIRST_KEY) {
        if (byte !== QUOTE) {
          if (byte !== CLOSE_OBJECT || state === KEY) this.fail('json-syntax', i);
          state = this.#close(byte, i++);
          continue;
        }
        const after = this.guessKey(i, end);
        if (after >= 0) {
          i = after;
          state = VALUE;
        } else {
          this.#state = KEY_STRING;
          this.escaped = false;
          i = this.#continueToken(i, i + 1, end);
          state = this.#state;
        }
      } else if (state <= FIRST_VALUE) {
        const flags = this.table.flags[this.node] as number;
        // Here only what is quick and common: plain strings and whole numbers that end within the chunk.
        let after = i + 1;
        if (byte === QUOTE) {
          while (after < end && PLAIN[chunk[after] as number] === 1) after++;
          after = after < end && chunk[after] === QUOTE ? after + 1 : 0;
        } else if (byte > ZERO && byte <= NINE) {
          while (after < end && (chunk[after] as number) >= ZERO && (chunk[after] as number) <= NINE) after++;
          const next = after < end ? chunk[after] : 0;
          if (next !== COMMA && next !== CLOSE_OBJECT && next !== CLOSE_ARRAY) after = 0;
        } else {
          after = 0;
        }
        if (after > 0 && this.depth > 0 && (flags & WHOLE) === 0) {
          if (flags !== 0) this.#passScalar(flags, i, after);
          i = after;
          state = AFTER;
        } else {
          this.#state = state;
          i = this.#startValue(byte, flags, i, end);
          state = this.#state;
        }
      } else if (state === AFTER) {
        if (byte === COMMA) {
          this.commaAt = i++;
          state = KEY;
          if (this.inArray) {
            this.enterElement();
            state = VALUE;
          }
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          state = this.#close(byte, i++);
        } else {
          this.fail('json-syntax', i);
        }
      } else if (state === AFTER_KEY) {
        if (byte !== COLON) this.fail('json-syntax', i);
        this.colonAt = i++;
        state = VALUE;
      } else {
        // DONE; an open token always reaches the end of the chunk.
        this.fail('json-trailing', i);
      }
    }
    this.#state = state;
  }

  #close(bracket: number, at: number): number {
    this.closeContainer(bracket, at);
    return this.depth === 0 ? DONE : AFTER;
  }

  /** A whole scalar that need not be read: leaves, or not. */
  #passScalar(flags: number, start: number, end: number): void {
    if ((flags & LEAF) !== 0) {
      this.emitPrefix();
      this.emitRange(start, end);
      this.returned[this.table.fields[this.node] as number] = 1;
    } else if ((flags & OBJECT) !== 0) {
      this.unexpected++;
    }
  }

  /** Any other value: a container, a closing bracket of an empty array, or a scalar that may be cut. */
  #startValue(byte: number, flags: number, at: number, end: number): number {
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.openContainer(byte === OPEN_ARRAY, at);
      this.#state = byte === OPEN_ARRAY ? FIRST_VALUE : FIRST_KEY;
      return at + 1;
    }
    if (byte === CLOSE_ARRAY && this.#state === FIRST_VALUE) {
      this.#state = this.#close(byte, at);
      return at + 1;
    }
    let literal = -1;
    if (byte === QUOTE) this.#state = STRING;
    else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) this.#state = NUMBER;
    else {
      literal = literalStartingWith(byte);
      if (literal < 0) this.fail(byte === 0xef && this.offset + at === 0 ? 'json-bom' : 'json-syntax', at);
      this.#state = LITERAL;
      this.startLiteral(literal);
    }
    this.#startScalar(flags, literal === NULL_LITERAL);
    return this.#continueToken(at, this.#state === STRING ? at + 1 : at, end);
  }

  #startScalar(flags: number, isNull: boolean): void {
    const leaves = (flags & (isNull ? LEAF | OBJECT : LEAF)) !== 0 || (isNull && this.depth === 0);
    this.#mode = 0;
    if (!isNull && (flags & WHOLE) !== 0) this.#mode = GATHER;
    if (leaves) {
      this.emitPrefix();
      this.returned[this.table.fields[this.node] as number] = 1;
      if (isNull || this.table.masks[this.node] === undefined) this.#mode |= KEEP;
    } else {
      if ((flags & OBJECT) !== 0) this.unexpected++;
      // An answer that is a bare scalar where none may leave: something must stand there for it to be JSON.
      if (this.depth === 0) this.emitText('null');
    }
  }

  /** Scans the open token from `from`; its bytes in this chunk begin at `start`. */
  #continueToken(start: number, from: number, end: number): number {
    let after: number;
    if (this.#state === KEY_STRING) {
      after = this.scanKey(from, end);
      if (this.complete) this.#state = AFTER_KEY;
      return after;
    }
    if (this.#state === STRING) after = this.scanString(from, end);
    else if (this.#state === NUMBER) after = this.scanNumber(from, end);
    else after = this.scanLiteral(from, end);
    if (this.complete) {
      this.#endToken(start, after);
    } else {
      this.#passBytes(start, after);
    }
    return after;
  }

  #passBytes(start: number, end: number): void {
    if ((this.#mode & KEEP) !== 0 && end > start) this.emitRange(start, end);
    if ((this.#mode & GATHER) === 0) return;
    if (this.gatheredLength + end - start > this.limits.valueBytes) this.fail('json-value-too-long', start);
    this.gather(start, end);
  }

  #endToken(start: number, end: number): void {
    this.#passBytes(start, end);
    if ((this.#mode & GATHER) !== 0) this.#endWhole();
    this.#state = this.depth === 0 ? DONE : AFTER;
  }

  /** A masked or identifying value is there as a whole. */
  #endWhole(): void {
    const raw = this.gathered.toString('utf8', 0, this.gatheredLength);
    this.gatheredLength = 0;
    const type = this.#state === STRING ? 'string' : this.#state === NUMBER ? 'number' : 'boolean';
    const flags = this.table.flags[this.node] as number;
    const mask = this.table.masks[this.node];
    let text: string = type === 'string' ? JSON.parse(raw) : raw;
    if (mask !== undefined) {
      const masked = mask(text, type);
      if ((flags & LEAF) !== 0) this.emitText(masked);
      if (masked === 'null') return;
      text = masked.startsWith('"') ? JSON.parse(masked) : masked;
    }
    if ((flags & IDENTIFIER) !== 0 && this.#ids.length < this.limits.identifiers) this.#ids.push(text);
  }
}

function literalStartingWith(byte: number): number {
  return byte === 0x6e ? NULL_LITERAL : byte === 0x74 ? 1 : byte === 0x66 ? 2 : -1;
}
