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

/** Numbers per node, and their order. */
export const NODE = 8;
export const FLAGS = 0;
export const FIELD = 1;
/** Guess for the first key of an object, -1 for none. */
export const FIRST = 2;
/** 32-bit words of the set of known keys that an open object has shown. */
export const WORDS = 3;
/** Keys known at the node; never more than 32 × words. */
const KNOWN = 4;
/** Node of unnamed keys. */
export const ENTRIES = 5;

/** Numbers per slot, and their order. */
export const SLOT = 8;
/** Start in `bytes` and length of `"key":`. */
export const TEXT = 0;
export const LENGTH = 1;
export const CHILD = 2;
/** Guess for the key after this one, -1 for none. */
export const NEXT = 3;
export const ORDINAL = 4;
const OWNER = 5;
/** Start in `bytes` and length of the decoded key. */
const KEY = 6;
const KEY_LENGTH = 7;

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
  /** Places, NODE numbers each. A node is named by its number, a field by its index in Selection.fields plus one (0: none). */
  nodes = new Int32Array(4 * NODE);
  private nodeCount = 0;
  readonly masks: (MaskFunction | undefined)[] = [];
  /** Keys, SLOT numbers each. */
  slots = new Int32Array(16 * SLOT);
  private slotCount = 0;
  private hashes = new Int32Array(16);
  /** Texts and decoded keys that slots point to. */
  bytes = Buffer.alloc(256);
  text = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  private used = 0;
  /** Open addressing: slot plus one, 0 for empty; never more than half full. */
  private index = new Int32Array(32);
  private learntNodes = 0;
  private learntSlots = 0;

  /** Root is node 1. */
  constructor(selection: Selection, masks: ReadonlyMap<SelectionNode, MaskFunction>) {
    this.addNode(0, 0, DROPPED, LEARN_KEYS_DROPPED, undefined);
    const fieldIndex = new Map(selection.fields.map((field, index) => [field, index + 1]));
    const hasRecords = graphHasRecords(selection.root);
    const ids = new Map<SelectionNode, number>();
    const queue: SelectionNode[] = [];
    const place = (node: SelectionNode): number => {
      const known = ids.get(node);
      if (known !== undefined) return known;
      const mask = masks.get(node);
      const id = this.addNode(
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
        const slot = this.addSlot(id, decoded, 0, decoded.length, Buffer.from(`${JSON.stringify(key)}:`, 'utf8'));
        const child = place(next);
        this.slots[slot * SLOT + CHILD] = child;
        if (identifies && next.identifier) {
          this.nodes[child * NODE + FLAGS] = this.node(child, FLAGS) | WHOLE | IDENTIFIER;
        }
      }
      if (node.entries === undefined) continue;
      // First placed, then written: placing may replace the array.
      const entries = place(node.entries);
      this.nodes[id * NODE + ENTRIES] = entries;
    }
  }

  private node(node: number, member: number): number {
    return this.nodes[node * NODE + member] as number;
  }

  private slot(slot: number, member: number): number {
    return this.slots[slot * SLOT + member] as number;
  }

  /** Whether the key is written without escapes, so that its text may be compared with the answer as it stands. */
  isPlain(slot: number): boolean {
    return this.slot(slot, KEY) === this.slot(slot, TEXT) + 1 && this.slot(slot, LENGTH) >= 4;
  }

  /** Slot of a key (decoded bytes) at a node, or -1. */
  find(node: number, hash: number, key: Uint8Array, start: number, end: number): number {
    const last = this.index.length - 1;
    for (let at = mix(hash, node) & last; ; at = (at + 1) & last) {
      const slot = (this.index[at] as number) - 1;
      if (slot < 0) return -1;
      if (
        this.hashes[slot] === hash &&
        this.slot(slot, OWNER) === node &&
        this.slot(slot, KEY_LENGTH) === end - start &&
        sameBytes(this.bytes, this.slot(slot, KEY), key, start, end - start)
      ) {
        return slot;
      }
    }
  }

  /** Remembers a key that may not leave; `key` must stand there without escapes. -1 where a bound is reached. */
  learn(node: number, hash: number, key: Uint8Array, start: number, end: number): number {
    const room = this.node(node, WORDS) * 32;
    if (end - start > LEARN_KEY_BYTES || this.learntSlots >= LEARN_SLOTS || this.node(node, KNOWN) >= room) return -1;
    this.learntSlots++;
    const text = new Uint8Array(end - start + 3);
    text[0] = QUOTE;
    text.set(key.subarray(start, end), 1);
    text[text.length - 2] = QUOTE;
    text[text.length - 1] = COLON;
    return this.addSlot(node, key, start, end, text, hash);
  }

  /** Node for what stands below a dropped key, made when it is first needed. */
  droppedChild(slot: number): number {
    if (this.learntNodes >= LEARN_NODES) return DROPPED;
    this.learntNodes++;
    const node = this.addNode(0, 0, DROPPED, LEARN_KEYS_DROPPED, undefined);
    this.slots[slot * SLOT + CHILD] = node;
    return node;
  }

  private addNode(flags: number, field: number, entries: number, room: number, mask: MaskFunction | undefined): number {
    const node = this.nodeCount++;
    if (node * NODE === this.nodes.length) this.nodes = grown(this.nodes);
    this.nodes.set([flags, field, -1, (room + 31) >>> 5, 0, entries], node * NODE);
    this.masks.push(mask);
    return node;
  }

  private addSlot(
    node: number,
    key: Uint8Array,
    start: number,
    end: number,
    text: Uint8Array,
    hash = hashKey(key, start, end),
  ): number {
    const slot = this.slotCount++;
    if (slot === this.hashes.length) this.growSlots();
    const plain = text.length === end - start + 3;
    const at = this.store(text, 0, text.length);
    const keyAt = plain ? at + 1 : this.store(key, start, end);
    const ordinal = this.node(node, KNOWN);
    this.nodes[node * NODE + KNOWN] = ordinal + 1;
    this.slots.set([at, text.length, DROPPED, -1, ordinal, node, keyAt, end - start], slot * SLOT);
    this.hashes[slot] = hash;
    this.enter(slot);
    return slot;
  }

  private enter(slot: number): void {
    const last = this.index.length - 1;
    let at = mix(this.hashes[slot] as number, this.slot(slot, OWNER)) & last;
    while (this.index[at] !== 0) at = (at + 1) & last;
    this.index[at] = slot + 1;
  }

  private store(from: Uint8Array, start: number, end: number): number {
    const at = this.used;
    this.used += end - start;
    if (this.used > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(this.used, this.bytes.length * 2));
      this.bytes.copy(larger);
      this.bytes = larger;
      this.text = new DataView(larger.buffer, larger.byteOffset, larger.length);
    }
    this.bytes.set(from.subarray(start, end), at);
    return at;
  }

  private growSlots(): void {
    this.slots = grown(this.slots);
    this.hashes = grown(this.hashes);
    this.index = new Int32Array(this.index.length * 2);
    for (let slot = 0; slot < this.slotCount - 1; slot++) this.enter(slot);
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

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
