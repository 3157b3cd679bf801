export const LINE_FEED: i32 = 0x0a;
export const BLANK: i32 = 0x20;
export const QUOTE: i32 = 0x22;
export const PLUS: i32 = 0x2b;
export const COMMA: i32 = 0x2c;
export const MINUS: i32 = 0x2d;
export const POINT: i32 = 0x2e;
export const SLASH: i32 = 0x2f;
export const ZERO: i32 = 0x30;
export const NINE: i32 = 0x39;
export const COLON: i32 = 0x3a;
export const OPEN_ARRAY: i32 = 0x5b;
export const BACKSLASH: i32 = 0x5c;
export const CLOSE_ARRAY: i32 = 0x5d;
export const LOWER_B: i32 = 0x62;
export const LOWER_E: i32 = 0x65;
export const LOWER_F: i32 = 0x66;
export const LOWER_N: i32 = 0x6e;
export const LOWER_R: i32 = 0x72;
export const LOWER_T: i32 = 0x74;
export const LOWER_U: i32 = 0x75;
export const OPEN_OBJECT: i32 = 0x7b;
export const CLOSE_OBJECT: i32 = 0x7d;

/** The byte at an address. */
export function byteAt(at: usize): i32 {
  return load<u8>(at);
}

/** JSON white space (RFC 8259 §2). */
export function isSpace(byte: i32): bool {
  return byte === BLANK || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}

export function isDigit(byte: i32): bool {
  return <u32>(byte - ZERO) < 10;
}

/** What may follow a backslash, but for `u`. */
export function isEscapable(byte: i32): bool {
  return (
    byte === QUOTE ||
    byte === BACKSLASH ||
    byte === SLASH ||
    byte === LOWER_B ||
    byte === LOWER_F ||
    byte === LOWER_N ||
    byte === LOWER_R ||
    byte === LOWER_T
  );
}

/** Value of a hexadecimal digit, -1 for any other byte. */
export function hexValue(byte: i32): i32 {
  if (isDigit(byte)) return byte - ZERO;
  const letter = (byte | 0x20) - 0x61;
  return <u32>letter < 6 ? letter + 10 : -1;
}

export function isHighSurrogate(unit: i32): bool {
  return (unit & 0xfc00) === 0xd800;
}

export function isLowSurrogate(unit: i32): bool {
  return (unit & 0xfc00) === 0xdc00;
}
