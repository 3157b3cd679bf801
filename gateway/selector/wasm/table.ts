// The compiled form of a selection: places (nodes) and the keys known at each (slots). A table is copied as a whole, so
// that it refers to itself by distances from its start, 0 for nothing: a slot that matches no key stands there.

/** A scalar may leave here. */
export const LEAF: i32 = 1;
/** An object may leave here, with what is named below it. */
export const OBJECT: i32 = 2;
/** The scalar is masked, identifies a record, or both: it is read as a whole before it leaves. */
export const WHOLE: i32 = 4;
// 8, that the value identifies a record, is the host's matter.
export const RECORD: i32 = 16;
/** Keys that are not named lead to one node of their own (a map): they are data and are never learnt. */
export const MAP: i32 = 32;
/** The host turns the scalar into what may leave. */
export const MASKED: i32 = 64;
/** Above: the code of the kind of record that the value identifies, two bytes. */
export const RECORD_KIND_SHIFT: i32 = 8;

/** What a value finds where it stands: its node, and what the passes need of it. */
@unmanaged
export class Place {
  node: i32;
  flags: i32;
  /** Index in Selection.fields plus one, 0 for none. */
  field: i32;
  /** By which the host knows the node. */
  number: i32;
}

/** A key known at a node, and the place it leads to. */
@unmanaged
export class Slot extends Place {
  /** The first sixteen bytes of `"key":`, ready to be compared with the answer. */
  textLow: u64;
  textHigh: u64;
  /** A bit for each of those that counts. */
  textMask: i32;
  textLength: i32;
  /** Guess for the key after this one. */
  next: i32;
  /** Bit in the set of keys that an object has shown. */
  ordinal: i32;
  hash: i32;
  /** The whole of the text, and the decoded key. */
  text: i32;
  key: i32;
  keyLength: i32;

  /** Address of the guess for the key after this one. */
  @inline
  link(): usize {
    return changetype<usize>(this) + offsetof<Slot>('next');
  }

  /** Whether as much of the text as the slot itself holds stands at an address, and whether that is all of it. */
  @inline
  stands(at: usize): bool {
    const text = v128.load(changetype<usize>(this) + offsetof<Slot>('textLow'));
    return (this.textMask & ~i8x16.bitmask(i8x16.eq(text, v128.load(at)))) === 0;
  }
}

/** A place, and the keys below it. */
@unmanaged
export class Node extends Place {
  /** Guess for the first key of an object. */
  first: i32;
  /** 64-bit words of the set of known keys that an open object has shown. */
  words: i32;
  known: i32;
  /** Keys that may be known here. */
  room: i32;
  /** Node of unnamed keys. */
  entries: i32;
  /** Open addressing by hash: slots, 0 for empty. Named keys and learnt keys apart; never more than half full. */
  index: i32;
  indexMask: i32;
  learnt: i32;
}

/** Stands at the start of every table, after the slot that matches nothing. */
@unmanaged
export class Table extends Slot {
  root: i32;
  /** The node of everything that may not leave and is not known more precisely. */
  dropped: i32;
  /** One byte per field, from index 1: those that went out, and those of the answer before. Padded to sixteen. */
  returned: i32;
  previous: i32;
  returnedBytes: i32;
  learntNodes: i32;
  learntSlots: i32;
  nodes: i32;
  // Limits of an answer.
  depth: i32;
  keys: i32;
  keyBytes: i32;
  valueBytes: i32;
  identifiers: i32;
}
