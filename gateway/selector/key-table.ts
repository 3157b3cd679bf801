import type { Selection, SelectionNode } from '../../openapi/selection.ts';
import { hashKey, sameBytes } from './key-hash.ts';
import type { MaskFunction } from './masks.ts';

/** A scalar may leave here. */
export const LEAF = 1;
/** An object may leave here, with what is named below it. */
export const OBJECT = 2;
/** The scalar is masked, identifies the record, or both: it is read as a whole before it leaves. */
export const WHOLE = 4;
export const IDENTIFIER = 8;
export const RECORD = 16;
/** Keys that are not named lead to one node of their own (a map): they are data and are never learnt. */
export const MAP = 32;

/** The node of everything that may not leave and is not known more precisely. */
export const DROPPED = 0;

const QUOTE = 0x22;
const COLON = 0x3a;
/** Keys that one object place may learn beyond the granted ones, learnt places, and longest learnt key. */
const LEARN_KEYS = 32;
const LEARN_KEYS_DROPPED = 64;
const LEARN_NODES = 128;
const LEARN_SLOTS = 2048;
const LEARN_KEY_BYTES = 64;

/**
 * The compiled form of a selection graph: places (nodes) and the keys known at each place (slots), in flat arrays.
 * A slot's text is `"key":`, ready to be compared with the answer and to be written. Keys that are dropped are learnt
 * as they come, within bounds, with the order in which keys follow each other: what follows is guessed first.
 * What was learnt makes selecting faster and changes nothing else.
 */
export class KeyTable {
  nodes = 0;
  flags = new Uint8Array(8);
  /** Index in Selection.fields plus one; 0 for none. */
  fields = new Int32Array(8);
  /** Guess for the first key of an object, -1 for none. */
  first = new Int32Array(8).fill(-1);
  /** 32-bit words of the set of known keys that an open object has shown. */
  words = new Int32Array(8);
  /** Keys known at a node; never more than 32 × words. */
  known = new Int32Array(8);
  /** Node of unnamed keys. */
  entries = new Int32Array(8);
  readonly masks: (MaskFunction | undefined)[] = [];

  slots = 0;
  owner = new Int32Array(16);
  ordinal = new Int32Array(16);
  child = new Int32Array(16);
  /** Guess for the key after this one, -1 for none. */
  next = new Int32Array(16).fill(-1);
  /** Start in `bytes` and length of `"key":`. */
  textStart = new Int32Array(16);
  textLength = new Int32Array(16);
  /** 1 where the key is written without escapes, so that its text can be compared with the answer as it stands. */
  plain = new Uint8Array(16);
  /** Start in `bytes` and length of the decoded key. */
  keyStart = new Int32Array(16);
  keyLength = new Int32Array(16);
  #hashes = new Int32Array(16);
  bytes = new Uint8Array(256);
  #used = 0;
  #index = new Int32Array(32);
  #learntNodes = 0;
  #learntSlots = 0;

  /** Root is node 1. */
  constructor(selection: Selection, masks: ReadonlyMap<SelectionNode, MaskFunction>) {
    this.#addNode(0, 0, DROPPED, LEARN_KEYS_DROPPED, undefined);
    const fieldIndex = new Map(selection.fields.map((field, index) => [field, index + 1]));
    const hasRecords = graphHasRecords(selection.root);
    const ids = new Map<SelectionNode, number>();
    const queue: SelectionNode[] = [];
    const place = (node: SelectionNode): number => {
      const known = ids.get(node);
      if (known !== undefined) return known;
      const mask = masks.get(node);
      const id = this.#addNode(
        nodeFlags(node, mask),
        fieldIndex.get(node.field) ?? 0,
        DROPPED,
        node.keys.size + LEARN_KEYS,
        mask,
      );
      ids.set(node, id);
      queue.push(node);
      return id;
    };
    place(selection.root);
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      const id = place(node);
      const identifies = node.record || !hasRecords;
      for (const [key, next] of node.keys) {
        const decoded = Buffer.from(key, 'utf8');
        const slot = this.#addSlot(id, decoded, 0, decoded.length, Buffer.from(`${JSON.stringify(key)}:`, 'utf8'));
        const child = place(next);
        this.child[slot] = child;
        if (identifies && next.identifier) this.flags[child] = (this.flags[child] as number) | WHOLE | IDENTIFIER;
      }
      if (node.entries !== undefined) this.entries[id] = place(node.entries);
    }
  }

  /** Slot of a key (decoded bytes) at a node, or -1. */
  find(node: number, hash: number, key: Uint8Array, start: number, end: number): number {
    const last = this.#index.length - 1;
    for (let at = mix(hash, node) & last; ; at = (at + 1) & last) {
      const slot = (this.#index[at] as number) - 1;
      if (slot < 0) return -1;
      if (
        this.#hashes[slot] === hash &&
        this.owner[slot] === node &&
        this.keyLength[slot] === end - start &&
        sameBytes(this.bytes, this.keyStart[slot] as number, key, start, end - start)
      ) {
        return slot;
      }
    }
  }

  /** Remembers a key that may not leave; `key` must stand there without escapes. -1 where a bound is reached. */
  learn(node: number, hash: number, key: Uint8Array, start: number, end: number): number {
    const room = (this.words[node] as number) * 32;
    if (end - start > LEARN_KEY_BYTES || this.#learntSlots >= LEARN_SLOTS || (this.known[node] as number) >= room)
      return -1;
    this.#learntSlots++;
    const text = new Uint8Array(end - start + 3);
    text[0] = QUOTE;
    text.set(key.subarray(start, end), 1);
    text[text.length - 2] = QUOTE;
    text[text.length - 1] = COLON;
    return this.#addSlot(node, key, start, end, text, hash);
  }

  /** Node for what stands below a dropped key, made when it is first needed. */
  droppedChild(slot: number): number {
    if (this.#learntNodes >= LEARN_NODES) return DROPPED;
    this.#learntNodes++;
    const node = this.#addNode(0, 0, DROPPED, LEARN_KEYS_DROPPED, undefined);
    this.child[slot] = node;
    return node;
  }

  #addNode(flags: number, field: number, entries: number, room: number, mask: MaskFunction | undefined): number {
    const node = this.nodes++;
    if (node === this.flags.length) {
      this.flags = grown(this.flags);
      this.fields = grown(this.fields);
      this.first = grown(this.first);
      this.words = grown(this.words);
      this.known = grown(this.known);
      this.entries = grown(this.entries);
    }
    this.flags[node] = flags;
    this.fields[node] = field;
    this.first[node] = -1;
    this.words[node] = (room + 31) >>> 5;
    this.entries[node] = entries;
    this.masks.push(mask);
    return node;
  }

  #addSlot(
    node: number,
    key: Uint8Array,
    start: number,
    end: number,
    text: Uint8Array,
    hash = hashKey(key, start, end),
  ): number {
    const slot = this.slots++;
    if (slot === this.owner.length) this.#growSlots();
    const plain = text.length === end - start + 3;
    const textStart = this.#store(text, 0, text.length);
    this.owner[slot] = node;
    this.ordinal[slot] = this.known[node] as number;
    this.known[node] = (this.known[node] as number) + 1;
    this.child[slot] = DROPPED;
    this.next[slot] = -1;
    this.textStart[slot] = textStart;
    this.textLength[slot] = text.length;
    this.plain[slot] = plain ? 1 : 0;
    this.keyStart[slot] = plain ? textStart + 1 : this.#store(key, start, end);
    this.keyLength[slot] = end - start;
    this.#hashes[slot] = hash;
    this.#enter(slot);
    return slot;
  }

  #enter(slot: number): void {
    const last = this.#index.length - 1;
    let at = mix(this.#hashes[slot] as number, this.owner[slot] as number) & last;
    while (this.#index[at] !== 0) at = (at + 1) & last;
    this.#index[at] = slot + 1;
  }

  #store(from: Uint8Array, start: number, end: number): number {
    const at = this.#used;
    while (at + end - start > this.bytes.length) this.bytes = grown(this.bytes);
    this.bytes.set(from.subarray(start, end), at);
    this.#used += end - start;
    return at;
  }

  #growSlots(): void {
    this.owner = grown(this.owner);
    this.ordinal = grown(this.ordinal);
    this.child = grown(this.child);
    this.next = grown(this.next);
    this.textStart = grown(this.textStart);
    this.textLength = grown(this.textLength);
    this.plain = grown(this.plain);
    this.keyStart = grown(this.keyStart);
    this.keyLength = grown(this.keyLength);
    this.#hashes = grown(this.#hashes);
    this.#index = new Int32Array(this.#index.length * 2);
    for (let slot = 0; slot < this.slots - 1; slot++) this.#enter(slot);
  }
}

function nodeFlags(node: SelectionNode, mask: MaskFunction | undefined): number {
  const hasObject = node.keys.size > 0 || node.entries !== undefined;
  return (
    (node.leaf ? LEAF : 0) |
    (hasObject ? OBJECT : 0) |
    (mask !== undefined && node.leaf ? WHOLE : 0) |
    (node.record ? RECORD : 0) |
    (node.entries !== undefined ? MAP : 0)
  );
}

/** Identifiers count inside records only (an order's id, not its lines'), unless no place is called a record. */
function graphHasRecords(root: SelectionNode): boolean {
  const seen = new Set([root]);
  for (const node of seen) {
    if (node.record) return true;
    for (const next of node.keys.values()) seen.add(next);
    if (node.entries !== undefined) seen.add(node.entries);
  }
  return false;
}

function mix(hash: number, node: number): number {
  return hash ^ Math.imul(node, 0x9e3779b1);
}

function grown<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(array: T): T {
  const larger = (
    array instanceof Uint8Array ? new Uint8Array(array.length * 2) : new Int32Array(array.length * 2)
  ) as T;
  larger.set(array);
  return larger;
}
