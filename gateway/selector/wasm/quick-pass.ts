import {
  BLANK,
  byteAt,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './characters.ts';
import { checkKeyLength, resolveKey } from './keys.ts';
import { copied } from './output.ts';
import { BOOLEAN_KIND, NUMBER_KIND, passWhole, popFrame, pushFrame, STRING_KIND } from './places.ts';
import { AFTER, DONE, FIRST_KEY, FIRST_VALUE, Frame, frameOf, KEY, OUTSIDE, placeAt, run, VALUE } from './run-state.ts';
import { flatArrayEnd, plainEnd, scalarAt, spaceEnd } from './simple-values.ts';
import { LEAF, MASKED, OBJECT, Place, Slot, Table, WHOLE } from './table.ts';

/**
 * The quick way through an answer: from a key or an array's element, through all that stands as it mostly does: keys
 * without escapes, values that end within the piece. Stops before whatever needs a closer look, having set the state to
 * what is expected there; at `from` itself, with the state as it was, where that is the first thing.
 *
 * What it needs at every step is held in locals, and `run` and the frame hear of it before anybody else reads them.
 */
export function passQuickly(from: usize): usize {
  const table = run.table;
  const returned = table + changetype<Table>(table).returned;
  let frame = frameOf(run.frame);
  let isArray = frame.isArray !== 0;
  let link = frame.link;
  let out = run.out;
  let i = from;
  while (true) {
    let place: Place;
    // The place after the key and its colon.
    let keyEnd = i;
    if (isArray) {
      place = placeAt(table, frame.node);
    } else {
      // Of the two keys that may be expected the second passes over one that is not there.
      let slot = changetype<Slot>(table + load<i32>(link));
      if (!slot.stands(i) && !longTextStands(slot, i)) slot = changetype<Slot>(table + slot.next);
      if (slot.stands(i) || longTextStands(slot, i)) {
        frame.see(slot, i + 1);
        link = slot.link();
        place = slot;
        keyEnd = i + slot.textLength;
      } else {
        keyEnd = plainKeyEnd(i);
        if (keyEnd === 0) return i === from ? i : stopped(KEY, i, frame, link, out);
        const length = <i32>(keyEnd - i) - 3;
        checkKeyLength(length, i + 1);
        frame.link = link;
        place = resolveKey(frame, i + 1, length, true, i + 1);
        link = frame.link;
      }
    }
    const valueAt = byteAt(keyEnd) > BLANK ? keyEnd : spaceEnd(keyEnd);
    const byte = byteAt(valueAt);
    const flags = place.flags;
    let valueEnd: usize = 0;
    if (byte === QUOTE) valueEnd = scalarAt(valueAt).stringEnd();
    else if (byte === OPEN_ARRAY && isFlat(flags)) valueEnd = flatArrayEnd(valueAt);
    else if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) valueEnd = scalarAt(valueAt).bareEnd(byte);
    const isOpening = valueEnd === 0;
    if (isOpening) {
      if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
        if (valueAt === from) return from;
        run.place = changetype<usize>(place);
        if (!isArray) {
          run.prefix = i;
          run.prefixLength = <i32>(keyEnd - i) - 1;
        }
        return stopped(VALUE, valueAt, frame, link, out);
      }
      valueEnd = valueAt + 1;
    }
    let leaves = false;
    if (flags !== 0) {
      const isNull = byte === LOWER_N;
      const isWhole = (flags & WHOLE) !== 0 && !isNull && !isOpening;
      leaves = (flags & leavingFlags(byte, isOpening)) !== 0;
      if (leaves) {
        store<u8>(out, COMMA);
        out += frame.isFilled;
        frame.isFilled = 1;
        if (keyEnd === valueAt && !isWhole) {
          out = copied(out, i, <i32>(valueEnd - i));
        } else {
          out = copied(out, i, <i32>(keyEnd - i));
          if ((flags & MASKED) === 0 || !isWhole) out = copied(out, valueAt, <i32>(valueEnd - valueAt));
        }
        store<u8>(returned + place.field, 1);
      } else if ((flags & (LEAF | OBJECT)) !== 0) {
        run.unexpected += 1;
      }
      if (isWhole) {
        run.out = out;
        passWhole(place, valueAt, <i32>(valueEnd - valueAt), kindOf(byte));
        out = run.out;
      }
    }
    i = valueEnd;
    if (isOpening) {
      frame.link = link;
      isArray = byte === OPEN_ARRAY;
      pushFrame(place, isArray, leaves, valueAt);
      frame = frameOf(run.frame);
      link = frame.link;
      if (byteAt(i) <= BLANK) i = spaceEnd(i);
      const first = byteAt(i);
      if (isArray ? first !== CLOSE_ARRAY && first !== 0 : first === QUOTE) continue;
      if (first !== (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
        return stopped(isArray ? FIRST_VALUE : FIRST_KEY, i, frame, link, out);
      }
    }
    // Behind a value, or before the bracket of an empty container.
    while (byteAt(i) !== COMMA) {
      const next = byteAt(i);
      if (next === (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
        if (frame.isKept !== 0) store<u8>(out++, next);
        i++;
        popFrame(frame);
        frame = frameOf(run.frame);
        link = frame.link;
        if (run.frame === OUTSIDE) return stopped(DONE, i, frame, link, out);
        isArray = frame.isArray !== 0;
      } else {
        if (!isSpace(next)) return stopped(AFTER, i, frame, link, out);
        i = spaceEnd(i);
      }
    }
    i++;
    if (byteAt(i) <= BLANK) i = spaceEnd(i);
    if (!isArray && byteAt(i) !== QUOTE) return stopped(KEY, i, frame, link, out);
  }
}

function stopped(state: i32, at: usize, frame: Frame, link: usize, out: usize): usize {
  frame.link = link;
  run.out = out;
  run.state = state;
  return at;
}

/** A text of more than sixteen bytes is compared here, having seemed to differ. */
function longTextStands(slot: Slot, at: usize): bool {
  const text = run.table + slot.text;
  const last = slot.textLength - 16;
  if (last <= 0) return false;
  for (let n: i32 = 0; n < last; n += 16) if (!isSame16(text + n, at + n)) return false;
  return isSame16(text + last, at + last);
}

function isSame16(left: usize, right: usize): bool {
  return i8x16.bitmask(i8x16.eq(v128.load(left), v128.load(right))) === 0xffff;
}

/** The place after a key without escapes and its colon, 0 where that is not what stands here. */
function plainKeyEnd(at: usize): usize {
  const end = plainEnd(at + 1);
  return byteAt(end) === QUOTE && byteAt(end + 1) === COLON ? end + 2 : 0;
}

/** Where every scalar leaves as it is, or none, an array of scalars may be treated like one of them. */
function isFlat(flags: i32): bool {
  return run.frame !== run.lastFrame && (flags === 0 || (flags & (LEAF | WHOLE)) === LEAF);
}

/** Flags of a place that let a value go which starts so; `isOpening`: with no more of it known. */
function leavingFlags(byte: i32, isOpening: bool): i32 {
  if (isOpening) return byte === OPEN_ARRAY ? LEAF | OBJECT : OBJECT;
  return byte === LOWER_N ? LEAF | OBJECT : LEAF;
}

function kindOf(byte: i32): i32 {
  return byte === QUOTE ? STRING_KIND : byte === LOWER_T || byte === LOWER_F ? BOOLEAN_KIND : NUMBER_KIND;
}
