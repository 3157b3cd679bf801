import {
  BACKSLASH,
  byteAt,
  CLOSE_ARRAY,
  COMMA,
  hexValue,
  isDigit,
  isEscapable,
  isHighSurrogate,
  isLowSurrogate,
  isSpace,
  LOWER_E,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  LOWER_U,
  MINUS,
  PLUS,
  POINT,
  QUOTE,
  ZERO,
} from './characters.ts';

// The quick way through scalars that end within the piece. Each function gives the place after what it looked for, or 0
// where it takes more to say: nothing is said about validity then. The zeros behind the piece end every loop.

// `null`, `true` and the end of `false` as little-endian words.
const NULL: u32 = 0x6c6c756e;
const TRUE: u32 = 0x65757274;
const ALSE: u32 = 0x65736c61;

/** A bit for each of the sixteen bytes that do not stand for themselves in a string: quote, backslash, below 0x20. */
function specialsAt(at: usize): i32 {
  const bytes = v128.load(at);
  const quotes = i8x16.eq(bytes, i8x16.splat(<i8>QUOTE));
  const backslashes = i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH));
  const controls = i8x16.eq(i8x16.min_u(bytes, i8x16.splat(0x1f)), bytes);
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls));
}

/** The first byte from `at` that does not stand for itself in a string. */
export function plainEnd(at: usize): usize {
  let i = at;
  let specials = specialsAt(i);
  while (specials === 0) {
    i += 16;
    specials = specialsAt(i);
  }
  return i + ctz(specials);
}

/** The first byte from `at` that is no white space. */
export function spaceEnd(at: usize): usize {
  let i = at;
  while (isSpace(byteAt(i))) i++;
  return i;
}

/** From within a string, at a byte that does not stand for itself. */
function escapedEnd(at: usize): usize {
  let i = at;
  while (byteAt(i) === BACKSLASH) {
    i = escapeEnd(i + 1);
    if (i === 0) return 0;
    i = plainEnd(i);
  }
  return byteAt(i) === QUOTE ? i + 1 : 0;
}

/** From behind a backslash. A high surrogate goes with the low one that must follow (RFC 8259 §7). */
function escapeEnd(at: usize): usize {
  const byte = byteAt(at);
  if (byte !== LOWER_U) return isEscapable(byte) ? at + 1 : 0;
  const unit = unitAt(at + 1);
  if (unit < 0 || isLowSurrogate(unit)) return 0;
  if (!isHighSurrogate(unit)) return at + 5;
  if (byteAt(at + 5) !== BACKSLASH || byteAt(at + 6) !== LOWER_U) return 0;
  return isLowSurrogate(unitAt(at + 7)) ? at + 11 : 0;
}

/** Four hexadecimal digits, or below zero. */
export function unitAt(at: usize): i32 {
  return (
    (hexValue(byteAt(at)) << 12) |
    (hexValue(byteAt(at + 1)) << 8) |
    (hexValue(byteAt(at + 2)) << 4) |
    hexValue(byteAt(at + 3))
  );
}

/** Where the digits from `at` end. */
function digitsEnd(at: usize): usize {
  let i = at;
  while (isDigit(byteAt(i))) i++;
  return i;
}

/** A number, whose end is sure only where another byte follows (RFC 8259 §6). */
function numberEnd(at: usize): usize {
  const start = byteAt(at) === MINUS ? at + 1 : at;
  const bytes = i8x16.sub(v128.load(start), i8x16.splat(<i8>ZERO));
  const others = ~i8x16.bitmask(i8x16.lt_u(bytes, i8x16.splat(10)));
  const whole = ctz(others);
  if (whole === 0 || (whole > 1 && byteAt(start) === ZERO)) return 0;
  let i = whole < 16 ? start + whole : digitsEnd(start + 16);
  let next = byteAt(i);
  if (next === POINT) {
    const end = digitsEnd(i + 1);
    if (end === i + 1) return 0;
    i = end;
    next = byteAt(i);
  }
  if ((next | 0x20) === LOWER_E) {
    const sign = byteAt(i + 1);
    const exponent = sign === PLUS || sign === MINUS ? i + 2 : i + 1;
    i = digitsEnd(exponent);
    if (i === exponent) return 0;
    next = byteAt(i);
  }
  return next === 0 ? 0 : i;
}

/** A scalar of the answer, by the address where it begins. Methods, because only those may be marked to be inlined. */
@unmanaged
export class Scalar {
  @inline
  stringEnd(): usize {
    const i = plainEnd(changetype<usize>(this) + 1);
    return byteAt(i) === QUOTE ? i + 1 : escapedEnd(i);
  }

  /** Of a number or a literal. */
  @inline
  bareEnd(byte: i32): usize {
    const at = changetype<usize>(this);
    if (byte === MINUS || isDigit(byte)) return numberEnd(at);
    if (byte === LOWER_N) return load<u32>(at) === NULL ? at + 4 : 0;
    if (byte === LOWER_T) return load<u32>(at) === TRUE ? at + 4 : 0;
    return byte === LOWER_F && load<u32>(at, 1) === ALSE ? at + 5 : 0;
  }
}

export function scalarAt(at: usize): Scalar {
  return changetype<Scalar>(at);
}

/** An array of nothing but scalars, without white space. */
export function flatArrayEnd(at: usize): usize {
  let i = at + 1;
  if (byteAt(i) === CLOSE_ARRAY) return i + 1;
  while (true) {
    const byte = byteAt(i);
    i = byte === QUOTE ? scalarAt(i).stringEnd() : scalarAt(i).bareEnd(byte);
    if (i === 0) return 0;
    const next = byteAt(i++);
    if (next === CLOSE_ARRAY) return i;
    if (next !== COMMA) return 0;
  }
}
