// Where everything lies in the one linear memory, which never grows. Below SEED are the constants that the compiler places.

/** Bytes of an answer that are looked at in one go. */
export const PIECE: i32 = 65_536;
/** Zero bytes are written behind every piece and no token holds one: what reads ahead by words stops there. */
export const SENTINEL: i32 = 32;

// Upper bounds of the limits that a selection may set: the regions are made for them.
export const MAX_DEPTH: i32 = 64;
export const MAX_KEYS: i32 = 100_000;
export const MAX_KEY_BYTES: i32 = 16_384;
export const MAX_VALUE_BYTES: i32 = 65_536;

/** Bytes that one call may write to the output beyond what it read: a key from an earlier piece, and careless copies. */
const SLACK: i32 = 32_768;
/** Room that must be left in the output before a piece is scanned. */
export const OUTPUT_RESERVE: i32 = PIECE + SLACK;
const OUTPUT_BYTES: i32 = 524_288;

/** Sixteen secret bytes. */
export const SEED: usize = 0x8000;
export const STATE: usize = 0x8040;
export const FRAMES: usize = 0x8400;
/** A key, as it may leave, that stands no longer in the input. */
export const KEY_TEXT: usize = 0x9000;
/** A key without its escapes. */
export const DECODED: usize = 0xe000;
/** A token that is cut by the end of a piece or must be read as a whole. */
export const GATHERED: usize = 0x13000;
/** Identifying values, each behind two bytes for its kind of record and ended by a line feed. */
export const IDENTIFIERS: usize = 0x24000;
export const IDENTIFIERS_END: usize = 0x34000;
export const INPUT: usize = 0x34100;
export const OUTPUT: usize = 0x45000;
export const OUTPUT_END: usize = OUTPUT + OUTPUT_BYTES;
/** Sets of keys that the open objects have shown. */
export const SEEN: usize = 0x100000;
export const SEEN_END: usize = 0x200000;
/** Keys of open objects that no table knows: entries, their bytes, and the heads of their chains. */
export const ENTRIES: usize = 0x200000;
export const KEY_BYTES: usize = 0x380000;
export const KEY_BYTES_END: usize = 0x780000;
export const BUCKETS: usize = 0x780000;
export const MAX_BUCKETS: i32 = 0x40000;
/** The table of the streamed answer under the hand. */
export const STREAM_TABLE: usize = 0x900000;
export const STREAM_TABLE_END: usize = 0x1100000;
/** Tables of selectors for whole answers, until there is no more room. */
export const TABLES: usize = 0x1100000;
export const TABLES_END: usize = 0x2100000;
