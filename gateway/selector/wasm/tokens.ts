import {
  BACKSLASH,
  byteAt,
  hexValue,
  isEscapable,
  isHighSurrogate,
  isLowSurrogate,
  LOWER_E,
  LOWER_U,
  MINUS,
  NINE,
  PLUS,
  POINT,
  QUOTE,
  ZERO,
} from './characters.ts';
import { BAD_ESCAPE, BAD_NUMBER, CONTROL_CHARACTER, fail, LONE_SURROGATE, SYNTAX } from './failures.ts';
import { run } from './run-state.ts';
import { plainEnd } from './simple-values.ts';

// Strict scanning of one string, number or literal that may be cut anywhere (RFC 8259 §3, §6, §7).

// Places inside a string.
const TEXT: i32 = 0;
const ESCAPE: i32 = 1;
const UNIT: i32 = 2;
/** A high surrogate was escaped: `\u` and a low one must follow. */
const LOW_ESCAPE: i32 = 3;
const LOW_U: i32 = 4;

export function startString(): void {
  run.inside = TEXT;
  run.isAfterHigh = 0;
  run.isEscaped = 0;
}

/** From within a string: the place after its closing quote, or `end` where it is not yet complete. */
export function scanString(from: usize, end: usize): usize {
  let i = from;
  run.isComplete = 0;
  while (i < end) {
    if (run.inside !== TEXT) {
      stepEscape(byteAt(i), i);
      i++;
      continue;
    }
    i = plainEnd(i);
    if (i >= end) break;
    const byte = byteAt(i++);
    if (byte === QUOTE) {
      run.isComplete = 1;
      return i;
    }
    if (byte !== BACKSLASH) fail(CONTROL_CHARACTER, i - 1);
    run.inside = ESCAPE;
    run.isEscaped = 1;
  }
  return end;
}

function stepEscape(byte: i32, at: usize): void {
  switch (run.inside) {
    case ESCAPE:
      if (byte === LOWER_U) {
        startUnit();
      } else {
        if (!isEscapable(byte)) fail(BAD_ESCAPE, at);
        run.inside = TEXT;
      }
      return;
    case LOW_ESCAPE:
      if (byte !== BACKSLASH) fail(LONE_SURROGATE, at);
      run.inside = LOW_U;
      return;
    case LOW_U:
      if (byte !== LOWER_U) fail(LONE_SURROGATE, at);
      startUnit();
      return;
    default:
      stepUnit(hexValue(byte), at);
  }
}

function startUnit(): void {
  run.inside = UNIT;
  run.unit = 0;
  run.digits = 0;
}

function stepUnit(digit: i32, at: usize): void {
  if (digit < 0) fail(BAD_ESCAPE, at);
  run.unit = (run.unit << 4) | digit;
  if (++run.digits < 4) return;
  if (isLowSurrogate(run.unit) !== (run.isAfterHigh !== 0)) fail(LONE_SURROGATE, at);
  run.isAfterHigh = i32(isHighSurrogate(run.unit));
  run.inside = run.isAfterHigh !== 0 ? LOW_ESCAPE : TEXT;
}

// States of the number grammar.
const START: i32 = 0;
/** The byte does not belong to the number: it ends where the state before allows it. */
const END: i32 = 9;

// start, after minus, zero, whole digits, after point, fraction, after e, after e and sign, exponent; by class of byte.
const STEPS: usize = memory.data<u8>([
  2, 3, 1, 9, 9, 9, 9, 0, 2, 3, 9, 9, 9, 9, 9, 0, 9, 9, 9, 9, 4, 6, 9, 0, 3, 3, 9, 9, 4, 6, 9, 0, 5, 5, 9, 9, 9, 9, 9,
  0, 5, 5, 9, 9, 9, 6, 9, 0, 8, 8, 7, 7, 9, 9, 9, 0, 8, 8, 9, 9, 9, 9, 9, 0, 8, 8, 9, 9, 9, 9, 9, 0,
]);
/** A bit for each state in which a number may end: zero, whole digits, fraction, exponent. */
const COMPLETE: i32 = (1 << 2) | (1 << 3) | (1 << 5) | (1 << 8);

function classOf(byte: i32): i32 {
  if (byte === ZERO) return 0;
  if (byte > ZERO && byte <= NINE) return 1;
  if (byte === MINUS) return 2;
  if (byte === PLUS) return 3;
  if (byte === POINT) return 4;
  return (byte | 0x20) === LOWER_E ? 5 : 6;
}

/** From within or before a number: the place after its last byte. Complete only when another byte was seen. */
export function scanNumber(from: usize, end: usize): usize {
  let state = run.numberState;
  for (let i = from; i < end; i++) {
    const next = byteAt(STEPS + (state << 3) + classOf(byteAt(i)));
    if (next === END) {
      run.numberState = state;
      endNumber(i);
      run.isComplete = 1;
      return i;
    }
    state = next;
  }
  run.numberState = state;
  run.isComplete = 0;
  return end;
}

/** The number is over: refuses one that may not end here. */
export function endNumber(at: usize): void {
  if (((COMPLETE >> run.numberState) & 1) === 0) fail(BAD_NUMBER, at);
  run.numberState = START;
}

/** The bytes of a literal, the first one lowest. */
const LITERAL_NULL: u64 = 0x6c6c756e;
const LITERAL_TRUE: u64 = 0x65757274;
const LITERAL_FALSE: u64 = 0x65736c6166;

/** Which literal starts with this byte: 0 null, 1 true, 2 false, -1 none. */
export function literalStartingWith(byte: i32): i32 {
  return byte === <i32>(LITERAL_NULL & 0xff)
    ? 0
    : byte === <i32>(LITERAL_TRUE & 0xff)
      ? 1
      : byte === <i32>(LITERAL_FALSE & 0xff)
        ? 2
        : -1;
}

export function startLiteral(literal: i32): void {
  run.literal = literal;
  run.matched = 0;
}

export function scanLiteral(from: usize, end: usize): usize {
  const bytes = run.literal === 0 ? LITERAL_NULL : run.literal === 1 ? LITERAL_TRUE : LITERAL_FALSE;
  const length = run.literal === 2 ? 5 : 4;
  let i = from;
  while (i < end && run.matched < length) {
    if (byteAt(i) !== <i32>((bytes >> (run.matched << 3)) & 0xff)) fail(SYNTAX, i);
    run.matched++;
    i++;
  }
  run.isComplete = i32(run.matched === length);
  return i;
}
