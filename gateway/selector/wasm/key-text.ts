import {
  BACKSLASH,
  byteAt,
  isHighSurrogate,
  LINE_FEED,
  LOWER_B,
  LOWER_F,
  LOWER_N,
  LOWER_R,
  LOWER_T,
  LOWER_U,
  QUOTE,
} from './characters.ts';
import { DECODED, KEY_TEXT } from './memory-map.ts';
import { unitAt } from './simple-values.ts';

/** Where decoded keys begin: a quote stands before and after each, as in the answer. */
export const DECODED_KEY: usize = DECODED + 1;

/** Decodes `[at, at + length)`, known to be valid within a string, to DECODED_KEY; gives the length of the key in UTF-8. */
export function decodeKey(at: usize, length: i32): i32 {
  const end = at + length;
  let out = DECODED_KEY;
  let i = at;
  while (i < end) {
    const byte = byteAt(i++);
    if (byte !== BACKSLASH) {
      store<u8>(out++, byte);
      continue;
    }
    const escaped = byteAt(i++);
    if (escaped !== LOWER_U) {
      store<u8>(out++, unescaped(escaped));
      continue;
    }
    const unit = unitAt(i);
    i += 4;
    if (isHighSurrogate(unit)) {
      out = writeCharacter(out, 0x10000 + ((unit & 0x3ff) << 10) + (unitAt(i + 2) & 0x3ff));
      i += 6;
    } else {
      out = writeCharacter(out, unit);
    }
  }
  store<u8>(DECODED, QUOTE);
  store<u8>(out, QUOTE);
  return <i32>(out - DECODED_KEY);
}

function unescaped(byte: i32): i32 {
  if (byte === LOWER_B) return 0x08;
  if (byte === LOWER_F) return 0x0c;
  if (byte === LOWER_N) return LINE_FEED;
  if (byte === LOWER_R) return 0x0d;
  return byte === LOWER_T ? 0x09 : byte;
}

/** Writes a character as UTF-8 (RFC 3629); gives the place after it. */
function writeCharacter(at: usize, character: i32): usize {
  if (character < 0x80) {
    store<u8>(at, character);
    return at + 1;
  }
  if (character < 0x800) {
    store<u8>(at, 0xc0 | (character >> 6));
    store<u8>(at, 0x80 | (character & 0x3f), 1);
    return at + 2;
  }
  if (character < 0x10000) {
    store<u8>(at, 0xe0 | (character >> 12));
    store<u8>(at, 0x80 | ((character >> 6) & 0x3f), 1);
    store<u8>(at, 0x80 | (character & 0x3f), 2);
    return at + 3;
  }
  store<u8>(at, 0xf0 | (character >> 18));
  store<u8>(at, 0x80 | ((character >> 12) & 0x3f), 1);
  store<u8>(at, 0x80 | ((character >> 6) & 0x3f), 2);
  store<u8>(at, 0x80 | (character & 0x3f), 3);
  return at + 4;
}

/** Writes a decoded key to KEY_TEXT as JSON.stringify would; gives the length. Never longer than it was written. */
export function writeKeyText(key: usize, length: i32): i32 {
  let out = KEY_TEXT;
  store<u8>(out++, QUOTE);
  for (let i = key; i < key + length; i++) {
    const byte = byteAt(i);
    if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
      store<u8>(out++, byte);
      continue;
    }
    store<u8>(out++, BACKSLASH);
    const letter = escapeLetter(byte);
    store<u8>(out++, letter);
    if (letter !== LOWER_U) continue;
    store<u8>(out, 0x30);
    store<u8>(out, 0x30, 1);
    store<u8>(out, 0x30 + (byte >> 4), 2);
    store<u8>(out, hexDigit(byte & 15), 3);
    out += 4;
  }
  store<u8>(out++, QUOTE);
  return <i32>(out - KEY_TEXT);
}

/** What stands behind the backslash for a byte that must be escaped. */
function escapeLetter(byte: i32): i32 {
  if (byte === QUOTE || byte === BACKSLASH) return byte;
  if (byte === 0x08) return LOWER_B;
  if (byte === 0x0c) return LOWER_F;
  if (byte === LINE_FEED) return LOWER_N;
  if (byte === 0x0d) return LOWER_R;
  return byte === 0x09 ? LOWER_T : LOWER_U;
}

function hexDigit(value: i32): i32 {
  return value < 10 ? 0x30 + value : 0x61 + value - 10;
}
