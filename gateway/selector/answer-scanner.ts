import {
  BLANK,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LOWER_N,
  MINUS,
  NINE,
  NULL_LITERAL,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  SPACE,
  ZERO,
} from './json-bytes.ts';
import {
  CHILD,
  FIELD,
  FIRST,
  FLAGS,
  IDENTIFIER,
  type KeyTable,
  LEAF,
  LENGTH,
  NEXT,
  NODE,
  OBJECT,
  ORDINAL,
  SLOT,
  TEXT,
  WHOLE,
} from './key-table.ts';
import {
  FILLED_FRAME,
  FRAME,
  FRAME_FLAGS,
  FRAME_LAST,
  FRAME_NODE,
  FRAME_SEEN,
  KEY_WITH_COLON,
  PlaceScanner,
} from './place-scanner.ts';

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

const NOTHING = Buffer.alloc(0);

// What becomes of the bytes of the open token.
const KEEP = 1;
const GATHER = 2;

/**
 * The single pass over an answer's bytes: a strict JSON parser that keeps no values, only its place. It says the same
 * whatever the chunk boundaries. White space never leaves; numbers and strings leave byte for byte.
 */
export class AnswerScanner extends PlaceScanner {
  private state = VALUE;
  private mode = 0;
  private ids: string[] = [];

  /** Makes ready for a new answer; `fields` is the number of fields of the selection. */
  start(table: KeyTable, fields: number): void {
    this.resetPlace(table, fields);
    this.state = VALUE;
    this.ids = [];
  }

  /** Takes the next chunk, already known to be UTF-8, and gives what may leave of it. */
  feed(chunk: Buffer): Buffer {
    this.openOutput(chunk);
    this.scan(chunk, chunk.length);
    this.leaveChunk();
    this.offset += chunk.length;
    return this.takeOutput();
  }

  /** The answer is over: refuses one that is not complete. Nothing is held back but the end of a bare number. */
  finish(): Buffer {
    if (this.state === DONE) return NOTHING;
    this.openOutput(NOTHING);
    if (this.state === NUMBER && this.depth === 0) {
      this.endNumber(0);
      this.endToken(0, 0);
    }
    if (this.state !== DONE) this.fail(this.state === VALUE && this.depth === 0 ? 'json-empty' : 'json-truncated', 0);
    return this.takeOutput();
  }

  /** What was learnt, to be read once after `finish`. */
  facts(): { returned: Uint8Array; recordCount: number; recordIds: string[]; unexpected: number } {
    const { returned, recordCount, unexpected } = this;
    return { returned, recordCount, recordIds: this.ids, unexpected };
  }

  private scan(chunk: Buffer, end: number): void {
    let i = 0;
    if (this.state >= STRING) {
      i = this.continueToken(0, 0, end);
      if (this.state >= STRING) return;
    }
    let state = this.state;
    while (i < end) {
      const byte = chunk[i] as number;
      if (SPACE[byte] === 1) {
        i++;
      } else if (state === KEY || state === FIRST_KEY) {
        if (byte === QUOTE) {
          const after = this.passMembers(i, end);
          // The same place again: the key is not the one that was expected.
          if (after === i) {
            this.state = KEY_STRING;
            this.escaped = false;
            i = this.continueToken(i, i + 1, end);
          } else {
            i = after;
          }
          state = this.state;
        } else {
          if (byte !== CLOSE_OBJECT || state === KEY) this.fail('json-syntax', i);
          state = this.close(byte, i++);
        }
      } else if (state <= FIRST_VALUE) {
        if (this.inArray && this.depth > 0) {
          const after = this.passElements(i, end);
          if (after > i) {
            i = after;
            state = this.state;
            continue;
          }
        }
        const flags = this.table.nodes[this.node * NODE + FLAGS] as number;
        const after = this.depth > 0 && (flags & WHOLE) === 0 ? this.scanSimple(byte, i, end) : 0;
        if (after > 0) {
          this.passScalar(byte, flags, i, after);
          i = after;
          state = AFTER;
        } else {
          this.state = state;
          i = this.startValue(byte, flags, i, end);
          state = this.state;
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
          state = this.close(byte, i++);
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
    this.state = state;
  }

  /**
   * The quick way through an object: members whose keys come in the expected order, with values that end within the
   * chunk and need not be read. Stops before a key (state KEY), before a value (VALUE) or after one (AFTER).
   */
  private passMembers(from: number, end: number): number {
    const { chunk, frames, seen, table } = this;
    const { nodes, slots } = table;
    const frame = this.depth * FRAME;
    const seenAt = frames[frame + FRAME_SEEN] as number;
    const isFlatPossible = this.depth < this.limits.depth;
    let last = frames[frame + FRAME_LAST] as number;
    let i = from;
    for (;;) {
      this.state = KEY;
      let slot = (
        last < 0 ? nodes[(frames[frame + FRAME_NODE] as number) * NODE + FIRST] : slots[last * SLOT + NEXT]
      ) as number;
      // The second guess passes over one key that this object does not have.
      let after = this.guess(slot, i, end);
      if (after < 0 && slot >= 0) {
        slot = slots[slot * SLOT + NEXT] as number;
        after = this.guess(slot, i, end);
      }
      if (after < 0) break;
      const ordinal = slots[slot * SLOT + ORDINAL] as number;
      const word = seenAt + (ordinal >>> 5);
      const before = seen[word] as number;
      const bit = 1 << (ordinal & 31);
      if ((before & bit) !== 0) this.fail('json-duplicate-key', i);
      seen[word] = before | bit;
      last = slot;
      const node = slots[slot * SLOT + CHILD] as number;
      const flags = nodes[node * NODE + FLAGS] as number;
      let valueAt = after;
      if (valueAt < end && chunk[valueAt] === BLANK) valueAt++;
      const byte = valueAt < end ? (chunk[valueAt] as number) : 0;
      const valueEnd =
        (flags & WHOLE) !== 0
          ? 0
          : byte !== OPEN_ARRAY
            ? this.scanSimple(byte, valueAt, end)
            : isFlatPossible && (flags === 0 || (flags & LEAF) !== 0)
              ? this.scanFlatArray(valueAt, end)
              : 0;
      if (valueEnd === 0) {
        this.slot = slot;
        this.node = node;
        this.keyForm = KEY_WITH_COLON;
        this.keyAt = i;
        this.keyEnd = after;
        this.state = VALUE;
        i = after;
        break;
      }
      if ((flags & LEAF) !== 0 || (byte === LOWER_N && (flags & OBJECT) !== 0)) {
        let start = i;
        const frameFlags = frames[frame + FRAME_FLAGS] as number;
        if ((frameFlags & FILLED_FRAME) === 0) frames[frame + FRAME_FLAGS] = frameFlags | FILLED_FRAME;
        else if (this.commaAt === i - 1 && i > 0) start--;
        else this.emitMark(this.commaAt, COMMA);
        if (valueAt === after) {
          this.emitRange(start, valueEnd);
        } else {
          this.emitRange(start, after);
          this.emitRange(valueAt, valueEnd);
        }
        this.returned[nodes[node * NODE + FIELD] as number] = 1;
      } else if ((flags & OBJECT) !== 0) {
        this.unexpected++;
      }
      i = valueEnd;
      this.state = AFTER;
      if (i + 2 >= end || chunk[i] !== COMMA) break;
      this.commaAt = i++;
      this.state = KEY;
      if (chunk[i] === BLANK) i++;
      if (chunk[i] !== QUOTE) break;
    }
    frames[frame + FRAME_LAST] = last;
    return i;
  }

  /** The quick way through an array: elements that end within the chunk and need not be read. Stops as passMembers does. */
  private passElements(from: number, end: number): number {
    const chunk = this.chunk;
    const flags = this.table.nodes[this.node * NODE + FLAGS] as number;
    if ((flags & WHOLE) !== 0) return from;
    let i = from;
    for (;;) {
      const byte = chunk[i] as number;
      const after = this.scanSimple(byte, i, end);
      this.state = VALUE;
      if (after === 0) return i;
      if (flags !== 0) this.passScalar(byte, flags, i, after);
      i = after;
      this.state = AFTER;
      if (i + 2 >= end || chunk[i] !== COMMA) return i;
      this.commaAt = i++;
      this.state = VALUE;
      if (chunk[i] === BLANK) i++;
    }
  }

  /** Where the text of a slot stands at `at`: the place after it. Else -1. */
  private guess(slot: number, at: number, end: number): number {
    if (slot < 0) return -1;
    const { slots, text } = this.table;
    const view = this.view;
    const length = slots[slot * SLOT + LENGTH] as number;
    if (length > end - at) return -1;
    const start = slots[slot * SLOT + TEXT] as number;
    const last = length - 4;
    for (let n = 0; n < last; n += 4) if (view.getInt32(at + n, true) !== text.getInt32(start + n, true)) return -1;
    return view.getInt32(at + last, true) === text.getInt32(start + last, true) ? at + length : -1;
  }

  private close(bracket: number, at: number): number {
    this.closeContainer(bracket, at);
    return this.depth === 0 ? DONE : AFTER;
  }

  /** A whole scalar that need not be read: leaves, or not. */
  private passScalar(byte: number, flags: number, start: number, end: number): void {
    if ((flags & LEAF) !== 0 || (byte === LOWER_N && (flags & OBJECT) !== 0)) {
      this.emitPrefix();
      this.emitRange(start, end);
      this.returned[this.table.nodes[this.node * NODE + FIELD] as number] = 1;
    } else if ((flags & OBJECT) !== 0) {
      this.unexpected++;
    }
  }

  /** Any other value: a container, a closing bracket of an empty array, or a scalar that may be cut. */
  private startValue(byte: number, flags: number, at: number, end: number): number {
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.openContainer(byte === OPEN_ARRAY, at);
      this.state = byte === OPEN_ARRAY ? FIRST_VALUE : FIRST_KEY;
      return at + 1;
    }
    if (byte === CLOSE_ARRAY && this.state === FIRST_VALUE) {
      this.state = this.close(byte, at);
      return at + 1;
    }
    let literal = -1;
    if (byte === QUOTE) this.state = STRING;
    else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) this.state = NUMBER;
    else {
      literal = literalStartingWith(byte);
      if (literal < 0) this.fail(byte === 0xef && this.offset + at === 0 ? 'json-bom' : 'json-syntax', at);
      this.state = LITERAL;
      this.startLiteral(literal);
    }
    this.startScalar(flags, literal === NULL_LITERAL);
    return this.continueToken(at, this.state === STRING ? at + 1 : at, end);
  }

  private startScalar(flags: number, isNull: boolean): void {
    const leaves = (flags & (isNull ? LEAF | OBJECT : LEAF)) !== 0 || (isNull && this.depth === 0);
    this.mode = 0;
    if (!isNull && (flags & WHOLE) !== 0) this.mode = GATHER;
    if (leaves) {
      this.emitPrefix();
      this.returned[this.table.nodes[this.node * NODE + FIELD] as number] = 1;
      if (isNull || this.table.masks[this.node] === undefined) this.mode |= KEEP;
    } else {
      if ((flags & OBJECT) !== 0) this.unexpected++;
      // An answer that is a bare scalar where none may leave: something must stand there for it to be JSON.
      if (this.depth === 0) this.emitText('null');
    }
  }

  /** Scans the open token from `from`; its bytes in this chunk begin at `start`. */
  private continueToken(start: number, from: number, end: number): number {
    let after: number;
    if (this.state === KEY_STRING) {
      after = this.scanKey(from, end);
      if (this.complete) this.state = AFTER_KEY;
      return after;
    }
    if (this.state === STRING) after = this.scanString(from, end);
    else if (this.state === NUMBER) after = this.scanNumber(from, end);
    else after = this.scanLiteral(from, end);
    if (this.complete) {
      this.endToken(start, after);
    } else {
      this.passBytes(start, after);
    }
    return after;
  }

  private passBytes(start: number, end: number): void {
    if ((this.mode & KEEP) !== 0 && end > start) this.emitRange(start, end);
    if ((this.mode & GATHER) === 0) return;
    if (this.gatheredLength + end - start > this.limits.valueBytes) this.fail('json-value-too-long', start);
    this.gather(start, end);
  }

  private endToken(start: number, end: number): void {
    this.passBytes(start, end);
    if ((this.mode & GATHER) !== 0) this.endWhole();
    this.state = this.depth === 0 ? DONE : AFTER;
  }

  /** A masked or identifying value is there as a whole. */
  private endWhole(): void {
    const raw = this.gathered.toString('utf8', 0, this.gatheredLength);
    this.gatheredLength = 0;
    const type = this.state === STRING ? 'string' : this.state === NUMBER ? 'number' : 'boolean';
    const flags = this.table.nodes[this.node * NODE + FLAGS] as number;
    const mask = this.table.masks[this.node];
    let text: string = type === 'string' ? JSON.parse(raw) : raw;
    if (mask !== undefined) {
      const masked = mask(text, type);
      if ((flags & LEAF) !== 0) this.emitText(masked);
      if (masked === 'null') return;
      text = masked.startsWith('"') ? JSON.parse(masked) : masked;
    }
    if ((flags & IDENTIFIER) !== 0 && this.ids.length < this.limits.identifiers) this.ids.push(text);
  }
}

function literalStartingWith(byte: number): number {
  return byte === LOWER_N ? NULL_LITERAL : byte === 0x74 ? 1 : byte === 0x66 ? 2 : -1;
}
