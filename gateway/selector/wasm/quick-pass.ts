import {
  BLANK,
  byteAt,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './characters.ts';
import { checkKeyLength, resolveKey, see } from './keys.ts';
import { copied } from './output.ts';
import {
  BOOLEAN_KIND,
  closeContainer,
  markReturned,
  NUMBER_KIND,
  openContainer,
  passWhole,
  STRING_KIND,
} from './places.ts';
import { AFTER, DONE, FIRST_KEY, FIRST_VALUE, Frame, frameOf, KEY, OUTSIDE, placeAt, run, VALUE } from './run-state.ts';
import { bareEnd, flatArrayEnd, plainEnd, spaceEnd, stringEnd } from './simple-values.ts';
import { LEAF, MASKED, OBJECT, Place, Slot, WHOLE } from './table.ts';

/**
 * The quick way through an answer: from a key or an array's element, through all that stands as it mostly does: keys
 * without escapes, values that end within the piece. Stops before whatever needs a closer look, having set the state to
 * what is expected there; at `from` itself, with the state as it was, where that is the first thing.
 */
export function passQuickly(from: usize): usize {
  const table = run.table;
  let frame = frameOf(run.frame);
  let i = from;
  while (true) {
    let place: Place;
    // The place after the key and its colon.
    let keyEnd = i;
    if (frame.isArray !== 0) {
      place = placeAt(table, frame.node);
    } else {
      const slot = guessed(frame, i);
      if (slot !== 0) {
        place = changetype<Place>(slot);
        keyEnd = i + changetype<Slot>(slot).textLength;
      } else {
        keyEnd = plainKeyEnd(i);
        if (keyEnd === 0) return i === from ? i : stopped(KEY, i);
        const length = <i32>(keyEnd - i) - 3;
        checkKeyLength(length, i + 1);
        place = resolveKey(frame, i + 1, length, true, i + 1);
      }
    }
    const valueAt = byteAt(keyEnd) > BLANK ? keyEnd : spaceEnd(keyEnd);
    const byte = byteAt(valueAt);
    let valueEnd: usize;
    if (byte === QUOTE) {
      valueEnd = stringEnd(valueAt + 1);
    } else if (byte === OPEN_OBJECT || (byte === OPEN_ARRAY && !isFlat(place))) {
      valueEnd = 0;
    } else if (byte === OPEN_ARRAY) {
      valueEnd = flatArrayEnd(valueAt);
    } else {
      valueEnd = bareEnd(byte, valueAt);
    }
    if (valueEnd !== 0) {
      passValue(frame, place, byte, i, keyEnd, valueAt, valueEnd);
    } else {
      if (frame.isArray === 0) {
        run.prefix = i;
        run.prefixLength = <i32>(keyEnd - i) - 1;
      }
      if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
        if (valueAt === from) return from;
        run.place = changetype<usize>(place);
        return stopped(VALUE, valueAt);
      }
      openContainer(place, byte === OPEN_ARRAY, valueAt);
      frame = frameOf(run.frame);
      i = byteAt(valueAt + 1) > BLANK ? valueAt + 1 : spaceEnd(valueAt + 1);
      const first = byteAt(i);
      if (byte === OPEN_ARRAY ? first !== CLOSE_ARRAY && first !== 0 : first === QUOTE) continue;
      if (first !== (byte === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT)) {
        return stopped(byte === OPEN_ARRAY ? FIRST_VALUE : FIRST_KEY, i);
      }
      valueEnd = i;
    }
    // Behind a value, or before the bracket of an empty container.
    i = valueEnd;
    while (true) {
      const next = byteAt(i);
      if (next === COMMA) break;
      if (next <= BLANK) {
        const after = spaceEnd(i);
        if (after === i) return stopped(AFTER, i);
        i = after;
        continue;
      }
      if (next !== (frame.isArray !== 0 ? CLOSE_ARRAY : CLOSE_OBJECT)) return stopped(AFTER, i);
      closeContainer(next, i);
      i++;
      if (run.frame === OUTSIDE) return stopped(DONE, i);
      frame = frameOf(run.frame);
    }
    i++;
    if (byteAt(i) <= BLANK) i = spaceEnd(i);
    if (frame.isArray === 0 && byteAt(i) !== QUOTE) return stopped(KEY, i);
  }
}

function stopped(state: i32, at: usize): usize {
  run.state = state;
  return at;
}

/** The slot whose text stands at `at`, of the two that may be expected: the second passes over a key that is not there. */
function guessed(frame: Frame, at: usize): usize {
  let slot = changetype<Slot>(run.table + load<i32>(frame.link));
  if (!stands(slot, at)) {
    slot = changetype<Slot>(run.table + slot.next);
    if (!stands(slot, at)) return 0;
  }
  see(frame, slot, at + 1);
  frame.link = changetype<usize>(slot) + offsetof<Slot>('next');
  return changetype<usize>(slot);
}

function stands(slot: Slot, at: usize): bool {
  const text = v128.load(changetype<usize>(slot) + offsetof<Slot>('textLow'));
  const same = i8x16.bitmask(i8x16.eq(text, v128.load(at)));
  if ((slot.textMask & ~same) !== 0) return false;
  return slot.textLength <= 16 || restStands(slot, at);
}

function restStands(slot: Slot, at: usize): bool {
  const text = run.table + slot.text;
  const last = slot.textLength - 16;
  for (let n: i32 = 16; n < last; n += 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(text + n), v128.load(at + n))) !== 0xffff) return false;
  }
  return i8x16.bitmask(i8x16.eq(v128.load(text + last), v128.load(at + last))) === 0xffff;
}

/** The place after a key without escapes and its colon, 0 where that is not what stands here. */
function plainKeyEnd(at: usize): usize {
  const end = plainEnd(at + 1);
  return byteAt(end) === QUOTE && byteAt(end + 1) === COLON ? end + 2 : 0;
}

/** Where every scalar leaves as it is, or none, an array of scalars may be treated like one of them. */
function isFlat(place: Place): bool {
  return run.frame !== run.lastFrame && (place.flags === 0 || (place.flags & (LEAF | WHOLE)) === LEAF);
}

/** A scalar, or a flat array, that is there as a whole: leaves, or not. */
function passValue(
  frame: Frame,
  place: Place,
  byte: i32,
  keyAt: usize,
  keyEnd: usize,
  valueAt: usize,
  valueEnd: usize,
): void {
  const flags = place.flags;
  if (flags === 0) return;
  const isNull = byte === LOWER_N;
  const isWhole = (flags & WHOLE) !== 0 && !isNull;
  if ((flags & (isNull ? LEAF | OBJECT : LEAF)) !== 0) {
    let out = run.out;
    store<u8>(out, COMMA);
    out += frame.isFilled;
    frame.isFilled = 1;
    if (isWhole && (flags & MASKED) !== 0) {
      out = copied(out, keyAt, <i32>(keyEnd - keyAt));
    } else if (keyEnd === valueAt) {
      out = copied(out, keyAt, <i32>(valueEnd - keyAt));
    } else {
      out = copied(out, keyAt, <i32>(keyEnd - keyAt));
      out = copied(out, valueAt, <i32>(valueEnd - valueAt));
    }
    run.out = out;
    markReturned(place.field);
  } else if ((flags & OBJECT) !== 0) {
    run.unexpected += 1;
  }
  if (isWhole) passWhole(place, valueAt, <i32>(valueEnd - valueAt), kindOf(byte));
}

function kindOf(byte: i32): i32 {
  return byte === QUOTE ? STRING_KIND : byte === LOWER_T || byte === LOWER_F ? BOOLEAN_KIND : NUMBER_KIND;
}
