import { byteAt, CLOSE_ARRAY, LINE_FEED, OPEN_ARRAY, OPEN_OBJECT } from './characters.ts';
import { fail, SYNTAX, TOO_DEEP, TOO_MANY_KEYS, VALUE_TOO_LONG } from './failures.ts';
import { takeWhole } from './host.ts';
import { releaseKeys } from './key-set.ts';
import { IDENTIFIERS, IDENTIFIERS_END, SEEN_END } from './memory-map.ts';
import { emitByte, emitPrefix } from './output.ts';
import { Frame, frameOf, OUTSIDE, run } from './run-state.ts';
import { LEAF, MASKED, Node, OBJECT, Place, RECORD, RECORD_KIND_SHIFT, Slot, Table } from './table.ts';
import { droppedChild } from './table-growth.ts';

export const STRING_KIND: i32 = 0;
export const NUMBER_KIND: i32 = 1;
export const BOOLEAN_KIND: i32 = 2;

/** Notes that something at a place went out. */
export function markReturned(field: i32): void {
  store<u8>(run.table + changetype<Table>(run.table).returned + field, 1);
}

/** Opens an object or array at a place. */
export function openContainer(place: Place, isArray: bool, at: usize): void {
  const isKept = (place.flags & (isArray ? LEAF | OBJECT : OBJECT)) !== 0;
  if (!isKept && (place.flags & LEAF) !== 0) run.unexpected += 1;
  // Only the outermost brackets of an answer of another kind stay, so that what leaves is JSON.
  const isWritten = isKept || run.frame === OUTSIDE;
  if (isWritten) {
    emitPrefix();
    emitByte(isArray ? OPEN_ARRAY : OPEN_OBJECT);
  }
  if (isKept) markReturned(place.field);
  pushFrame(place, isArray, isKept, at);
  frameOf(run.frame).isKept = i32(isWritten);
}

/** The container is open. It is kept where an object or array may leave. */
export function pushFrame(place: Place, isArray: bool, isKept: bool, at: usize): void {
  if (run.frame === run.lastFrame) fail(TOO_DEEP, at);
  const node = isKept ? place.node : droppedNode(place);
  const frame = frameOf(run.frame + offsetof<Frame>());
  run.frame = changetype<usize>(frame);
  frame.isArray = i32(isArray);
  frame.isKept = i32(isKept);
  frame.isFilled = 0;
  frame.node = node;
  if (isArray) {
    run.place = run.table + node;
    return;
  }
  if ((place.flags & (RECORD | OBJECT)) === (RECORD | OBJECT)) run.recordCount += 1;
  openSets(frame, changetype<Node>(run.table + node), at);
}

/** Where a container leads whose place lets none out. */
function droppedNode(place: Place): i32 {
  const dropped = changetype<Table>(run.table).dropped;
  if (place.flags !== 0) return dropped;
  const isLearntKey = place.node === dropped && changetype<usize>(place) !== run.table + dropped;
  return isLearntKey ? droppedChild(changetype<Slot>(place)) : place.node;
}

function openSets(frame: Frame, node: Node, at: usize): void {
  const seen = run.seenEnd;
  const end = seen + (node.words << 3);
  if (end > SEEN_END) fail(TOO_MANY_KEYS, at);
  frame.link = changetype<usize>(node) + offsetof<Node>('first');
  frame.mark = run.keyCount;
  frame.seen = seen;
  run.seenEnd = end;
  store<u64>(seen, 0);
  for (let word = seen + 8; word < end; word += 8) store<u64>(word, 0);
}

/** Closes the innermost container, which must be of the bracket's kind. */
export function closeContainer(bracket: i32, at: usize): void {
  const frame = frameOf(run.frame);
  if ((frame.isArray !== 0) !== (bracket === CLOSE_ARRAY)) fail(SYNTAX, at);
  if (frame.isKept !== 0) emitByte(bracket);
  popFrame(frame);
}

export function popFrame(frame: Frame): void {
  if (frame.isArray === 0) {
    run.seenEnd = frame.seen;
    if (run.keyCount !== frame.mark) releaseKeys(frame.mark);
  }
  run.frame = changetype<usize>(frame) - offsetof<Frame>();
}

/** A masked or identifying value that is there as a whole, as it is written. */
export function passWhole(place: Place, at: usize, length: i32, kind: i32): void {
  const table = changetype<Table>(run.table);
  if (length > table.valueBytes) fail(VALUE_TOO_LONG, at);
  if ((place.flags & MASKED) === 0) {
    if (run.identifierCount >= table.identifiers || keepIdentifier(place, at, length, kind)) return;
  }
  run.out = takeWhole(at, length, place.number, kind, place.flags, run.out);
}

/**
 * Lays an identifying value by, behind the code of its kind of record: a string without its quotes where it holds no
 * escape. False where it has no room.
 */
function keepIdentifier(place: Place, at: usize, length: i32, kind: i32): bool {
  const start = IDENTIFIERS + run.identifierBytes;
  if (start + length + 2 >= IDENTIFIERS_END) return false;
  store<u16>(start, <u16>(place.flags >>> RECORD_KIND_SHIFT));
  const isBare = kind === STRING_KIND && !hasBackslash(at, length);
  const kept = isBare ? length - 2 : length;
  memory.copy(start + 2, isBare ? at + 1 : at, kept);
  store<u8>(start + 2 + kept, LINE_FEED);
  run.identifierBytes += kept + 3;
  run.identifierCount++;
  return true;
}

function hasBackslash(at: usize, length: i32): bool {
  const end = at + length;
  for (let i = at; i < end; i++) if (byteAt(i) === 0x5c) return true;
  return false;
}
