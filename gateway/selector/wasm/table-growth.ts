import { hashKey, isSame } from './key-hash.ts';
import { run } from './run-state.ts';
import { MAP, Node, Slot, Table } from './table.ts';

/** Keys that one object place may learn beyond the named ones, learnt places and keys of a table, longest learnt key. */
const LEARN_KEYS: i32 = 32;
const LEARN_KEYS_DROPPED: i32 = 64;
const LEARN_NODES: i32 = 128;
const LEARN_SLOTS: i32 = 2048;
const LEARN_KEY_BYTES: i32 = 64;
/** More than learning one key or place takes. */
const LEARN_ROOM: usize = 1024;

/** Zeroed bytes behind the table, by distance from its start. The host has seen to it that there is room. */
export function allocate(bytes: i32): i32 {
  const at = run.room;
  const size: usize = (bytes + 15) & ~15;
  if (at + size > run.roomEnd) unreachable();
  memory.fill(at, 0, size);
  run.room = at + size;
  return <i32>(at - run.table);
}

function nodeAt(table: usize, node: i32): Node {
  return changetype<Node>(table + node);
}

/** A new node; `keys` will be named at it, `learn` more may be learnt. */
export function makeNode(flags: i32, field: i32, number: i32, keys: i32, learn: i32): i32 {
  const at = allocate(offsetof<Node>());
  const made = nodeAt(run.table, at);
  made.node = at;
  made.flags = flags;
  made.field = field;
  made.number = number;
  made.room = keys + learn;
  made.words = (keys + learn + 63) >>> 6;
  made.entries = changetype<Table>(run.table).dropped;
  if (keys > 0) {
    const size = indexSize(keys);
    made.indexMask = size - 1;
    made.index = allocate(size << 2);
  }
  return at;
}

/** A node of the selection. */
export function addNode(flags: i32, field: i32, number: i32, keys: i32): i32 {
  return makeNode(flags, field, number, keys, LEARN_KEYS);
}

/** Where unnamed keys of a node lead. */
export function setEntries(node: i32, entries: i32): void {
  const owner = nodeAt(run.table, node);
  owner.flags |= MAP;
  owner.entries = entries;
}

/** The node of what may not leave. */
export function makeDropped(): i32 {
  return makeNode(0, 0, 0, 0, LEARN_KEYS_DROPPED);
}

function indexSize(keys: i32): i32 {
  let size: i32 = 2;
  while (size < keys << 1) size <<= 1;
  return size;
}

/** A new key at a node: `key` is decoded, `text` is `"key":` as it is written. Enters it into an index of the node. */
function makeSlot(node: Node, child: i32, key: usize, keyLength: i32, text: usize, textLength: i32): Slot {
  const table = run.table;
  const at = allocate(offsetof<Slot>());
  const slot = changetype<Slot>(table + at);
  // A text that fits stands in the slot itself, and a key without escapes in its text.
  const textAt = textLength <= 16 ? at + <i32>offsetof<Slot>('textLow') : allocate(textLength);
  memory.copy(table + textAt, text, textLength);
  if (textLength > 16) memory.copy(table + at + offsetof<Slot>('textLow'), text, 16);
  // The seventeenth bit says that the first sixteen bytes are not all.
  slot.textMask = textLength <= 16 ? (1 << textLength) - 1 : 0x1ffff;
  slot.textLength = textLength;
  slot.text = textAt;
  slot.keyLength = keyLength;
  slot.key = textAt + 1;
  if (textLength !== keyLength + 3) {
    slot.key = allocate(keyLength);
    memory.copy(table + slot.key, key, keyLength);
  }
  slot.hash = hashKey(key, keyLength);
  slot.ordinal = node.known++;
  setChild(slot, nodeAt(table, child));
  return slot;
}

function setChild(slot: Slot, child: Node): void {
  slot.node = child.node;
  slot.flags = child.flags;
  slot.field = child.field;
  slot.number = child.number;
}

function enter(index: usize, mask: i32, slot: Slot): void {
  let at = slot.hash & mask;
  while (load<i32>(index + (at << 2)) !== 0) at = (at + 1) & mask;
  store<i32>(index + (at << 2), <i32>(changetype<usize>(slot) - run.table));
}

/** Names a key at a node of the selection. */
export function addKey(node: i32, child: i32, key: usize, keyLength: i32, text: usize, textLength: i32): void {
  const owner = nodeAt(run.table, node);
  const slot = makeSlot(owner, child, key, keyLength, text, textLength);
  enter(run.table + owner.index, owner.indexMask, slot);
}

function look(table: usize, index: i32, mask: i32, hash: i32, key: usize, length: i32): usize {
  if (index === 0) return 0;
  let at = hash & mask;
  let found = load<i32>(table + index + (at << 2));
  while (found !== 0) {
    const slot = changetype<Slot>(table + found);
    if (slot.hash === hash && slot.keyLength === length && isSame(table + slot.key, key, length)) return table + found;
    at = (at + 1) & mask;
    found = load<i32>(table + index + (at << 2));
  }
  return 0;
}

const LEARNT_MASK: i32 = LEARN_KEYS_DROPPED * 2 - 1;

/** Slot of a decoded key at a node, 0 for none. */
export function find(node: Node, hash: i32, key: usize, length: i32): usize {
  const table = run.table;
  const named = look(table, node.index, node.indexMask, hash, key, length);
  return named !== 0 ? named : look(table, node.learnt, LEARNT_MASK, hash, key, length);
}

/**
 * Remembers a key that may not leave and is written without escapes; 0 where a bound is reached. What was learnt makes
 * selecting faster and changes nothing else.
 */
export function learn(node: Node, key: usize, length: i32): usize {
  const table = changetype<Table>(run.table);
  const isFull = node.known >= node.room || table.learntSlots >= LEARN_SLOTS || run.room + LEARN_ROOM > run.roomEnd;
  if (isFull || length > LEARN_KEY_BYTES || (node.flags & MAP) !== 0) return 0;
  table.learntSlots++;
  if (node.learnt === 0) node.learnt = allocate((LEARNT_MASK + 1) << 2);
  // The key stands between its quotes; the colon may be further away.
  const slot = makeSlot(node, table.dropped, key, length, key - 1, length + 3);
  store<u8>(run.table + slot.text + length + 2, 0x3a);
  enter(run.table + node.learnt, LEARNT_MASK, slot);
  return changetype<usize>(slot);
}

/** Node for what stands below a dropped key, made when it is first needed. */
export function droppedChild(slot: Slot): i32 {
  const table = changetype<Table>(run.table);
  if (table.learntNodes >= LEARN_NODES || run.room + LEARN_ROOM > run.roomEnd) return table.dropped;
  table.learntNodes++;
  slot.node = makeDropped();
  return slot.node;
}
