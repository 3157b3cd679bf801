import { DUPLICATE_KEY, fail } from './failures.ts';
import { FRAMES, STATE } from './memory-map.ts';
import { Place, Slot } from './table.ts';

// What is expected next, or which token is open. The order matters: values first; from STRING on a token is open.
export const VALUE: i32 = 0;
export const FIRST_VALUE: i32 = 1;
export const KEY: i32 = 2;
export const FIRST_KEY: i32 = 3;
export const AFTER_KEY: i32 = 4;
export const AFTER: i32 = 5;
export const DONE: i32 = 6;
export const STRING: i32 = 7;
export const NUMBER: i32 = 8;
export const LITERAL: i32 = 9;
export const KEY_STRING: i32 = 10;

/** An open object or array. */
@unmanaged
export class Frame {
  isArray: i32;
  isKept: i32;
  /** 1 when a member or element of it went out: the next one needs a comma. */
  isFilled: i32;
  node: i32;
  /** Address of the guess for the next key. */
  link: usize;
  /** Address of the object's set of known keys that it has shown. */
  seen: usize;
  /** Keys in the key set when the object was opened. */
  mark: i32;
  spare: i32;

  /** Marks a known key as shown by the object; refuses one that was shown before. `at` is the key's first byte. */
  @inline
  see(slot: Slot, at: usize): void {
    const word = this.seen + ((slot.ordinal >>> 6) << 3);
    const bit = (<u64>1) << (slot.ordinal & 63);
    const before = load<u64>(word);
    if ((before & bit) !== 0) fail(DUPLICATE_KEY, at);
    store<u64>(word, before | bit);
  }
}

/** All that is known of an answer under the hand, but for what the other regions hold. */
@unmanaged
export class Run {
  // Read by the host.
  out: usize;
  /** Where the table may grow: what was used, and the end. */
  room: usize;
  roomEnd: usize;
  identifierBytes: i32;
  /** Identifying values that were collected, here or by the host. */
  identifierCount: i32;
  /** 1 when other fields went out than in the answer before. */
  isOtherSet: i32;
  recordCount: f64;
  /** Values at granted places that were not of a kind that may leave there. */
  unexpected: f64;

  table: usize;
  /** The innermost open container, and the last one that may be open. */
  frame: usize;
  lastFrame: usize;
  state: i32;
  /** 1 as long as nothing of the answer was seen. */
  isAtStart: i32;
  /** Place of the value that comes next or is open: a slot for a known member, else a node. */
  place: usize;
  /** The member's key as it may leave, without its colon. */
  prefix: usize;
  prefixLength: i32;
  seenEnd: usize;

  // The open token.
  /** Where it began, by distance from the piece's start: before it for a token that was cut. */
  tokenStart: i32;
  mode: i32;
  gatheredLength: i32;
  isComplete: i32;
  isEscaped: i32;
  inside: i32;
  unit: i32;
  digits: i32;
  isAfterHigh: i32;
  numberState: i32;
  literal: i32;
  matched: i32;

  // The key set.
  keyCount: i32;
  keyBytes: i32;
  bucketMask: i32;
  work: i32;
}

/** The one answer under the hand. The host puts others away while they wait. */
export const run: Run = changetype<Run>(STATE);

export function frameOf(address: usize): Frame {
  return changetype<Frame>(address);
}

/** The place of a table's node. */
export function placeAt(table: usize, node: i32): Place {
  return changetype<Place>(table + node);
}

/** The frame around the outermost value. */
export const OUTSIDE: usize = FRAMES;
