// What the host calls. The host sees to it that one answer at a time is under the hand and that tables have room.
import { finishAnswer, scanPiece } from './answer.ts';
import { enterKeys, entriesEnd, resetKeys } from './key-set.ts';
import {
  ENTRIES,
  FRAMES,
  GATHERED,
  IDENTIFIERS,
  INPUT,
  KEY_BYTES,
  KEY_TEXT,
  MAX_DEPTH,
  MAX_KEY_BYTES,
  MAX_KEYS,
  MAX_VALUE_BYTES,
  OUTPUT,
  OUTPUT_END,
  OUTPUT_RESERVE,
  PIECE,
  SEED,
  SEEN,
  STATE,
  STREAM_TABLE,
  STREAM_TABLE_END,
  TABLES,
  TABLES_END,
} from './memory-map.ts';
import { Frame, frameOf, OUTSIDE, placeAt, Run, run, VALUE } from './run-state.ts';
import { Table } from './table.ts';
import { addKey, addNode, allocate, makeDropped, setEntries } from './table-growth.ts';

export {
  addKey,
  addNode,
  finishAnswer,
  IDENTIFIERS,
  INPUT,
  MAX_DEPTH,
  MAX_KEY_BYTES,
  MAX_KEYS,
  MAX_VALUE_BYTES,
  OUTPUT,
  OUTPUT_END,
  OUTPUT_RESERVE,
  PIECE,
  SEED,
  STREAM_TABLE,
  STREAM_TABLE_END,
  scanPiece,
  setEntries,
  TABLES,
  TABLES_END,
};

// Where the host reads what it needs of the answer under the hand; what it takes out it takes off there, too.
export const OUT_AT: usize = STATE + offsetof<Run>('out');
export const ROOM_AT: usize = STATE + offsetof<Run>('room');
export const IDENTIFIER_BYTES_AT: usize = STATE + offsetof<Run>('identifierBytes');
export const IDENTIFIER_COUNT_AT: usize = STATE + offsetof<Run>('identifierCount');
export const RECORD_COUNT_AT: usize = STATE + offsetof<Run>('recordCount');
export const UNEXPECTED_AT: usize = STATE + offsetof<Run>('unexpected');

/** A new, empty table between two addresses. Nodes and keys are added to it next, its root first. */
export function startTable(
  at: usize,
  end: usize,
  fields: i32,
  depth: i32,
  keys: i32,
  keyBytes: i32,
  valueBytes: i32,
  identifiers: i32,
): void {
  run.table = at;
  run.room = at;
  run.roomEnd = end;
  allocate(offsetof<Table>());
  const table = changetype<Table>(at);
  // No key has a seventeenth byte to compare: the slot at the start matches none.
  table.textMask = 0x10000;
  table.dropped = makeDropped();
  table.node = table.dropped;
  table.root = <i32>(run.room - at);
  table.returnedBytes = (fields + 16) & ~15;
  table.depth = depth;
  table.keys = keys;
  table.keyBytes = keyBytes;
  table.valueBytes = valueBytes;
  table.identifiers = identifiers;
}

/** The table is complete: where it ends. */
export function endTable(): usize {
  const table = changetype<Table>(run.table);
  table.returned = allocate(table.returnedBytes);
  table.previous = allocate(table.returnedBytes);
  // Equal to no set, so that the host asks for the first one.
  memory.fill(run.table + table.previous, 0xff, table.returnedBytes);
  return run.room;
}

/** Makes ready for a new answer. The table may grow up to `roomEnd`. */
export function openAnswer(address: usize, room: usize, roomEnd: usize): void {
  const table = changetype<Table>(address);
  resetKeys();
  run.table = address;
  run.room = room;
  run.roomEnd = roomEnd;
  run.out = OUTPUT;
  run.identifierBytes = 0;
  run.identifierCount = 0;
  run.recordCount = 0;
  run.unexpected = 0;
  run.frame = OUTSIDE;
  run.lastFrame = OUTSIDE + table.depth * offsetof<Frame>();
  run.state = VALUE;
  run.isAtStart = 1;
  run.place = changetype<usize>(placeAt(address, table.root));
  run.prefix = KEY_TEXT;
  run.prefixLength = 0;
  run.seenEnd = SEEN;
  run.tokenStart = 0;
  run.gatheredLength = 0;
  run.numberState = 0;
  const outside = frameOf(OUTSIDE);
  outside.isArray = 1;
  outside.isKept = 1;
  outside.isFilled = 0;
  const returned = address + table.returned;
  for (let n: i32 = 0; n < table.returnedBytes; n += 16) v128.store(returned + n, i64x2.splat(0));
}

/** A whole answer that is one piece; gives what takeReturned does. */
export function passAnswer(table: usize, room: usize, roomEnd: usize, length: i32): bool {
  openAnswer(table, room, roomEnd);
  scanPiece(length);
  finishAnswer(length);
  return takeReturned();
}

/** Whether other fields went out than in the answer before, as far as this table remembers. */
export function takeReturned(): bool {
  const table = changetype<Table>(run.table);
  const returned = run.table + table.returned;
  const previous = run.table + table.previous;
  let isOther = false;
  for (let n: i32 = 0; n < table.returnedBytes; n += 16) {
    const now = v128.load(returned + n);
    if (i8x16.bitmask(i8x16.eq(now, v128.load(previous + n))) !== 0xffff) isOther = true;
    v128.store(previous + n, now);
  }
  return isOther;
}

/** Where the bytes stand that say of each field, from index 1, whether it went out. */
export function returnedAt(): usize {
  return run.table + changetype<Table>(run.table).returned;
}

// What makes up an answer that waits: so many regions, to be copied from here and back to the same place.
export const REGIONS: i32 = 8;

export function regionStart(region: i32): usize {
  switch (region) {
    case 0:
      return STATE;
    case 1:
      return FRAMES;
    case 2:
      return KEY_TEXT;
    case 3:
      return GATHERED;
    case 4:
      return SEEN;
    case 5:
      return ENTRIES;
    case 6:
      return KEY_BYTES;
    default:
      return STREAM_TABLE;
  }
}

export function regionEnd(region: i32): usize {
  switch (region) {
    case 0:
      return STATE + offsetof<Run>();
    case 1:
      return run.frame + offsetof<Frame>();
    case 2:
      return KEY_TEXT + run.prefixLength;
    case 3:
      return GATHERED + run.gatheredLength;
    case 4:
      return run.seenEnd;
    case 5:
      return entriesEnd();
    case 6:
      return KEY_BYTES + run.keyBytes;
    default:
      return run.room;
  }
}

/** Another answer is about to be copied in: leaves nothing of this one behind. */
export function emptyRegions(): void {
  resetKeys();
}

/** An answer that had waited was copied in. */
export function fillRegions(): void {
  enterKeys();
}
