import {
  byteAt,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isDigit,
  isSpace,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './characters.ts';
import { BOM, EMPTY, fail, SYNTAX, TRAILING, TRUNCATED, VALUE_TOO_LONG } from './failures.ts';
import { scanKey } from './keys.ts';
import { GATHERED, INPUT, KEY_TEXT, PIECE, SENTINEL } from './memory-map.ts';
import { emit, emitPrefix } from './output.ts';
import {
  BOOLEAN_KIND,
  closeContainer,
  markReturned,
  NUMBER_KIND,
  openContainer,
  passWhole,
  STRING_KIND,
} from './places.ts';
import { passQuickly } from './quick-pass.ts';
import {
  AFTER,
  AFTER_KEY,
  DONE,
  FIRST_KEY,
  FIRST_VALUE,
  frameOf,
  KEY,
  KEY_STRING,
  LITERAL,
  NUMBER,
  OUTSIDE,
  run,
  STRING,
  VALUE,
} from './run-state.ts';
import { spaceEnd } from './simple-values.ts';
import { LEAF, MASKED, OBJECT, Place, Table, WHOLE } from './table.ts';
import {
  endNumber,
  literalStartingWith,
  scanLiteral,
  scanNumber,
  scanString,
  startLiteral,
  startString,
} from './tokens.ts';

// What becomes of the bytes of the open token.
const KEEP: i32 = 1;
const GATHER: i32 = 2;

/**
 * A strict JSON parser that keeps no values, only its place (RFC 8259). Takes the next `length` bytes of the input, known
 * to be UTF-8, and says the same wherever the answer was cut. White space never leaves; numbers and strings leave byte
 * for byte.
 */
export function scanPiece(length: i32): void {
  if (length > PIECE) unreachable();
  const end = INPUT + length;
  for (let n: i32 = 0; n < SENTINEL; n += 16) v128.store(end + n, i64x2.splat(0));
  let i = INPUT;
  if (run.state >= STRING) i = continueToken(INPUT, INPUT, end);
  while (i < end) {
    const byte = byteAt(i);
    if (isSpace(byte)) i = spaceEnd(i + 1);
    else i = step(run.state, byte, i, end);
  }
  leavePiece(length);
}

/** What stands at `at` is no white space and belongs to no open token. Gives the place after what was understood. */
function step(state: i32, byte: i32, at: usize, end: usize): usize {
  switch (state) {
    case KEY:
    case FIRST_KEY:
      if (byte === QUOTE) {
        const after = passQuickly(at);
        return after === at ? startKey(at, end) : after;
      }
      if (byte !== CLOSE_OBJECT || state === KEY) fail(SYNTAX, at);
      return close(byte, at);
    case VALUE:
    case FIRST_VALUE:
      if (run.frame !== OUTSIDE && frameOf(run.frame).isArray !== 0) {
        const after = passQuickly(at);
        if (after > at) return after;
      }
      return startValue(state, byte, at, end);
    case AFTER:
      if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) return close(byte, at);
      if (byte !== COMMA) fail(SYNTAX, at);
      nextMember();
      return at + 1;
    case AFTER_KEY:
      if (byte !== COLON) fail(SYNTAX, at);
      run.state = VALUE;
      return at + 1;
    default:
      // DONE; an open token always reaches the end of the piece.
      fail(TRAILING, at);
      return end;
  }
}

function nextMember(): void {
  const frame = frameOf(run.frame);
  run.state = KEY;
  if (frame.isArray === 0) return;
  run.state = VALUE;
  run.place = run.table + frame.node;
}

function close(bracket: i32, at: usize): usize {
  closeContainer(bracket, at);
  endValue();
  return at + 1;
}

function endValue(): void {
  run.state = run.frame === OUTSIDE ? DONE : AFTER;
}

function startKey(at: usize, end: usize): usize {
  run.state = KEY_STRING;
  run.tokenStart = <i32>(at + 1 - INPUT);
  startString();
  return scanKey(at + 1, end);
}

/** A container, the closing bracket of an empty array, or a scalar that may be cut. */
function startValue(state: i32, byte: i32, at: usize, end: usize): usize {
  const place = changetype<Place>(run.place);
  if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
    openContainer(place, byte === OPEN_ARRAY, at);
    run.state = byte === OPEN_ARRAY ? FIRST_VALUE : FIRST_KEY;
    return at + 1;
  }
  if (byte === CLOSE_ARRAY && state === FIRST_VALUE) return close(byte, at);
  run.tokenStart = <i32>(at - INPUT);
  let isNull = false;
  if (byte === QUOTE) {
    run.state = STRING;
    startString();
  } else if (byte === MINUS || isDigit(byte)) {
    run.state = NUMBER;
  } else {
    const literal = literalStartingWith(byte);
    if (literal < 0) fail(byte === 0xef && run.isAtStart !== 0 && at === INPUT ? BOM : SYNTAX, at);
    run.state = LITERAL;
    isNull = literal === 0;
    startLiteral(literal);
  }
  startScalar(place, isNull);
  return continueToken(at, byte === QUOTE ? at + 1 : at, end);
}

function startScalar(place: Place, isNull: bool): void {
  const flags = place.flags;
  const isOutermost = run.frame === OUTSIDE;
  const leaves = (flags & (isNull ? LEAF | OBJECT : LEAF)) !== 0 || (isNull && isOutermost);
  run.mode = !isNull && (flags & WHOLE) !== 0 ? GATHER : 0;
  run.gatheredLength = 0;
  if (leaves) {
    emitPrefix();
    markReturned(place.field);
    if (isNull || (flags & MASKED) === 0) run.mode |= KEEP;
    return;
  }
  if ((flags & OBJECT) !== 0) run.unexpected += 1;
  // An answer that is a bare scalar where none may leave: something must stand there for it to be JSON.
  if (isOutermost) emitNull();
}

function emitNull(): void {
  store<u32>(run.out, 0x6c6c756e);
  run.out += 4;
}

/** Scans the open token on from `from`; its bytes in this piece begin at `start`. */
function continueToken(start: usize, from: usize, end: usize): usize {
  if (run.state === KEY_STRING) return scanKey(from, end);
  let after: usize;
  if (run.state === STRING) after = scanString(from, end);
  else if (run.state === NUMBER) after = scanNumber(from, end);
  else after = scanLiteral(from, end);
  passBytes(start, after);
  if (run.isComplete !== 0) endToken();
  return after;
}

function passBytes(start: usize, end: usize): void {
  const length = <i32>(end - start);
  if ((run.mode & KEEP) !== 0 && length > 0) emit(start, length);
  if ((run.mode & GATHER) === 0) return;
  if (run.gatheredLength + length > changetype<Table>(run.table).valueBytes) {
    fail(VALUE_TOO_LONG, INPUT + run.tokenStart);
  }
  memory.copy(GATHERED + run.gatheredLength, start, length);
  run.gatheredLength += length;
}

function endToken(): void {
  if ((run.mode & GATHER) !== 0) {
    const kind = run.state === STRING ? STRING_KIND : run.state === NUMBER ? NUMBER_KIND : BOOLEAN_KIND;
    passWhole(changetype<Place>(run.place), GATHERED, run.gatheredLength, kind);
  }
  run.gatheredLength = 0;
  endValue();
}

/** Forgets the piece under the hand; a key whose value is still to come is kept where it can be written from. */
function leavePiece(length: i32): void {
  if (run.prefix >= INPUT && run.prefix <= INPUT + PIECE) {
    memory.copy(KEY_TEXT, run.prefix, run.prefixLength);
    run.prefix = KEY_TEXT;
  }
  run.tokenStart -= length;
  if (length > 0) run.isAtStart = 0;
}

/** The answer is over, `at` that distance from the input's start: refuses one that is not complete. */
export function finishAnswer(at: i32): void {
  if (run.state === DONE) return;
  const isBareNumber = run.state === NUMBER && run.frame === OUTSIDE;
  if (!isBareNumber) fail(run.state === VALUE && run.frame === OUTSIDE ? EMPTY : TRUNCATED, INPUT + at);
  endNumber(INPUT + at);
  endToken();
}
