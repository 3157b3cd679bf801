import { CLOSE_ARRAY, COLON, COMMA } from './json-bytes.ts';
import { hashKey } from './key-hash.ts';
import { KeySet } from './key-set.ts';
import {
  CHILD,
  DROPPED,
  ENTRIES,
  FIELD,
  FIRST,
  FLAGS,
  type KeyTable,
  LEAF,
  LENGTH,
  MAP,
  NEXT,
  NODE,
  OBJECT,
  ORDINAL,
  RECORD,
  SLOT,
  TEXT,
  WORDS,
} from './key-table.ts';
import { TokenScanner } from './token-scanner.ts';

/** Bounds of one answer. */
export interface SelectionLimits {
  /** Open objects and arrays at once. */
  readonly depth: number;
  /** Keys of open objects that the key table does not hold and that must be remembered to find duplicates. */
  readonly keys: number;
  /** Bytes of one key, as written. */
  readonly keyBytes: number;
  /** Bytes of one masked or identifying value, as written. */
  readonly valueBytes: number;
  /** Identifying values that are collected; of the rest only the records are counted. */
  readonly identifiers: number;
}

/** Numbers per open container, and their order. */
export const FRAME = 8;
export const FRAME_FLAGS = 0;
export const FRAME_NODE = 1;
/** Known key that the object showed last, -1 for none. */
export const FRAME_LAST = 2;
/** Start of the object's words in `seen`: bit n stands for the node's key of ordinal n. */
export const FRAME_SEEN = 3;
const FRAME_MARK = 4;

const ARRAY_FRAME = 1;
const KEPT_FRAME = 2;
/** A member or element of the frame went out: the next one needs a comma. */
export const FILLED_FRAME = 4;

/** Where the key of the coming value stands: in the chunk as `"key":` or as `"key"`, in the table, or in `keyText`. */
export const KEY_WITH_COLON = 0;
const KEY_IN_CHUNK = 1;
const KEY_IN_TABLE = 2;
const KEY_IN_TEXT = 3;

/** Knows the place in the answer: the open objects and arrays, the keys each has shown, what may leave there. */
export class PlaceScanner extends TokenScanner {
  protected readonly limits: SelectionLimits;
  protected table: KeyTable;
  protected depth = 0;
  /** Place of the value that comes next or is open. */
  protected node = 1;
  protected commaAt = -1;
  protected colonAt = -1;
  /** Bytes of a key, a masked or an identifying value that is cut by the end of a chunk or must be read as a whole. */
  protected gathered = Buffer.alloc(256);
  protected gatheredLength = 0;
  /** One byte per field of the selection, from index 1. */
  protected returned: Uint8Array<ArrayBuffer>;
  protected recordCount = 0;
  /** Values at granted places that were not of a kind that may leave there. */
  protected unexpected = 0;

  /** Known key that led to the coming value, -1 for none. */
  protected slot = -1;
  protected keyForm = KEY_IN_TABLE;
  protected keyAt = -1;
  protected keyEnd = -1;
  private keyText: Uint8Array = new Uint8Array(0);
  protected readonly frames: Int32Array;
  protected seen = new Int32Array(256);
  private seenUsed = 0;
  private readonly keys: KeySet;

  constructor(table: KeyTable, fields: number, limits: SelectionLimits) {
    super();
    this.limits = limits;
    this.table = table;
    this.returned = new Uint8Array(fields + 1);
    this.keys = new KeySet(limits.keys);
    this.frames = new Int32Array((limits.depth + 1) * FRAME);
    this.frames[FRAME_FLAGS] = ARRAY_FRAME | KEPT_FRAME;
  }

  protected resetPlace(table: KeyTable, fields: number): void {
    this.resetTokens();
    this.table = table;
    this.depth = 0;
    this.node = 1;
    this.gatheredLength = 0;
    if (this.gathered.length > 65_536) this.gathered = Buffer.alloc(256);
    this.returned = new Uint8Array(fields + 1);
    this.recordCount = 0;
    this.unexpected = 0;
    this.slot = -1;
    this.frames[FRAME_FLAGS] = ARRAY_FRAME | KEPT_FRAME;
    this.seenUsed = 0;
    this.keys.clear();
  }

  protected frame(member: number): number {
    return this.frames[this.depth * FRAME + member] as number;
  }

  protected get inArray(): boolean {
    return (this.frame(FRAME_FLAGS) & ARRAY_FRAME) !== 0;
  }

  /** The coming value is an element: it stands at the array's own place. */
  protected enterElement(): void {
    this.node = this.frame(FRAME_NODE);
    this.slot = -1;
  }

  /** Opens an object or array at the current place. */
  protected openContainer(isArray: boolean, at: number): void {
    const table = this.table;
    let node = this.node;
    const flags = table.nodes[node * NODE + FLAGS] as number;
    let kept = (flags & (isArray ? LEAF | OBJECT : OBJECT)) !== 0;
    if (!kept) {
      if ((flags & LEAF) !== 0) this.unexpected++;
      if (flags !== 0) node = DROPPED;
      // Only the outermost brackets of an answer of another kind stay, so that what leaves is JSON.
      if (this.depth === 0) kept = true;
      if (this.slot >= 0 && table.slots[this.slot * SLOT + CHILD] === DROPPED) node = table.droppedChild(this.slot);
    }
    if (this.depth === this.limits.depth) this.fail('json-too-deep', at);
    if (kept) {
      this.emitPrefix();
      this.emitRange(at, at + 1);
      this.returned[table.nodes[node * NODE + FIELD] as number] = 1;
      if (!isArray && (flags & (RECORD | OBJECT)) === (RECORD | OBJECT)) this.recordCount++;
    }
    const frame = ++this.depth * FRAME;
    this.frames[frame + FRAME_FLAGS] = (isArray ? ARRAY_FRAME : 0) | (kept ? KEPT_FRAME : 0);
    this.frames[frame + FRAME_NODE] = node;
    if (isArray) {
      this.node = node;
      this.slot = -1;
    } else {
      this.frames[frame + FRAME_LAST] = -1;
      this.frames[frame + FRAME_MARK] = this.keys.size;
      this.frames[frame + FRAME_SEEN] = this.seenUsed;
      this.clearSeen(table.nodes[node * NODE + WORDS] as number);
    }
  }

  private clearSeen(words: number): void {
    const used = this.seenUsed + words;
    if (used > this.seen.length) {
      const larger = new Int32Array(Math.max(used, this.seen.length * 2));
      larger.set(this.seen);
      this.seen = larger;
    }
    for (let word = this.seenUsed; word < used; word++) this.seen[word] = 0;
    this.seenUsed = used;
  }

  /** Closes the innermost container, which must be of the bracket's kind. */
  protected closeContainer(bracket: number, at: number): void {
    const frame = this.frame(FRAME_FLAGS);
    const isArray = (frame & ARRAY_FRAME) !== 0;
    if (isArray !== (bracket === CLOSE_ARRAY)) this.fail('json-syntax', at);
    if ((frame & KEPT_FRAME) !== 0) this.emitRange(at, at + 1);
    if (!isArray) {
      this.seenUsed = this.frame(FRAME_SEEN);
      if (this.keys.size !== this.frame(FRAME_MARK)) this.keys.release(this.frame(FRAME_MARK));
    }
    this.depth--;
  }

  /** Scans a key from after its opening quote (or from the chunk's start). `complete` says whether its end was seen. */
  protected scanKey(from: number, end: number): number {
    const cut = this.gatheredLength > 0 || from === 0;
    const after = this.scanString(from, end);
    const stop = this.complete ? after - 1 : after;
    if (stop - from + this.gatheredLength > this.limits.keyBytes) this.fail('json-key-too-long', from);
    if (this.complete && !cut && !this.escaped) {
      this.resolveKey(this.chunk, from, stop, true, from);
      this.keyForm = KEY_IN_CHUNK;
      this.keyAt = from - 1;
      this.keyEnd = after;
      return after;
    }
    this.gather(from, stop);
    if (this.complete) this.resolveGathered(from);
    return after;
  }

  private resolveGathered(at: number): void {
    const key: string = JSON.parse(`"${this.gathered.toString('utf8', 0, this.gatheredLength)}"`);
    this.gatheredLength = 0;
    const text = JSON.stringify(key);
    const decoded = Buffer.from(key, 'utf8');
    this.resolveKey(decoded, 0, decoded.length, text.length === key.length + 2, at);
    this.keyForm = this.slot >= 0 ? KEY_IN_TABLE : KEY_IN_TEXT;
    if (this.slot < 0) this.keyText = Buffer.from(`${text}:`, 'utf8');
  }

  /** Finds the place that a decoded key leads to; refuses a key that the object has shown before. */
  private resolveKey(key: Uint8Array, start: number, end: number, plain: boolean, at: number): void {
    const table = this.table;
    const owner = this.frame(FRAME_NODE);
    const hash = hashKey(key, start, end);
    const isMap = ((table.nodes[owner * NODE + FLAGS] as number) & MAP) !== 0;
    let slot = table.find(owner, hash, key, start, end);
    if (slot < 0 && plain && !isMap) slot = table.learn(owner, hash, key, start, end);
    this.slot = slot;
    if (slot < 0) {
      const added = this.keys.add(this.frame(FRAME_MARK), hash, key, start, end);
      if (added === 'duplicate') this.fail('json-duplicate-key', at);
      if (added === 'full') this.fail('json-too-many-keys', at);
      this.node = table.nodes[owner * NODE + ENTRIES] as number;
      return;
    }
    this.see(slot, at);
    this.node = table.slots[slot * SLOT + CHILD] as number;
    if (!table.isPlain(slot)) return;
    const last = this.frame(FRAME_LAST);
    if (last < 0) table.nodes[owner * NODE + FIRST] = slot;
    else table.slots[last * SLOT + NEXT] = slot;
    this.frames[this.depth * FRAME + FRAME_LAST] = slot;
  }

  private see(slot: number, at: number): void {
    const ordinal = this.table.slots[slot * SLOT + ORDINAL] as number;
    const word = this.frame(FRAME_SEEN) + (ordinal >>> 5);
    const before = this.seen[word] as number;
    const bit = 1 << (ordinal & 31);
    if ((before & bit) !== 0) this.fail('json-duplicate-key', at);
    this.seen[word] = before | bit;
  }

  /** Forgets the chunk under the hand; a key whose value is still to come is kept where it can be written from. */
  protected leaveChunk(): void {
    if (this.keyForm === KEY_IN_CHUNK && this.slot < 0 && !this.inArray) {
      const text = new Uint8Array(this.keyEnd - this.keyAt + 1);
      text.set(this.chunk.subarray(this.keyAt, this.keyEnd));
      text[text.length - 1] = COLON;
      this.keyText = text;
      this.keyForm = KEY_IN_TEXT;
    } else if (this.keyForm <= KEY_IN_CHUNK) {
      this.keyForm = KEY_IN_TABLE;
    }
    this.commaAt = this.colonAt = -1;
  }

  /** Writes what comes before a value that leaves: a comma where one is needed, and the key of a member. */
  protected emitPrefix(): void {
    const frame = this.frame(FRAME_FLAGS);
    if ((frame & FILLED_FRAME) !== 0) this.emitMark(this.commaAt, COMMA);
    else this.frames[this.depth * FRAME + FRAME_FLAGS] = frame | FILLED_FRAME;
    if ((frame & ARRAY_FRAME) !== 0) return;
    switch (this.keyForm) {
      case KEY_WITH_COLON:
        this.emitRange(this.keyAt, this.keyEnd);
        return;
      case KEY_IN_CHUNK:
        this.emitRange(this.keyAt, this.keyEnd);
        this.emitMark(this.colonAt, COLON);
        return;
      case KEY_IN_TABLE: {
        const start = this.table.slots[this.slot * SLOT + TEXT] as number;
        this.emitBytes(this.table.bytes, start, start + (this.table.slots[this.slot * SLOT + LENGTH] as number));
        return;
      }
      default:
        this.emitBytes(this.keyText, 0, this.keyText.length);
    }
  }

  protected emitMark(at: number, mark: number): void {
    if (at >= 0) this.emitRange(at, at + 1);
    else this.emitByte(mark);
  }

  protected gather(start: number, end: number): void {
    const length = this.gatheredLength + end - start;
    if (length > this.gathered.length) {
      const larger = Buffer.alloc(Math.max(length, this.gathered.length * 2));
      this.gathered.copy(larger, 0, 0, this.gatheredLength);
      this.gathered = larger;
    }
    this.chunk.copy(this.gathered, this.gatheredLength, start, end);
    this.gatheredLength = length;
  }
}
