import { byteAt } from './characters.ts';
import { SEED } from './memory-map.ts';

/**
 * SipHash-1-3 under the secret of the process, so that nobody outside can choose keys that collide. Never a proof of
 * equality: callers compare the bytes.
 */
export function hashKey(at: usize, length: i32): i32 {
  const low = load<u64>(SEED);
  const high = load<u64>(SEED, 8);
  let a = low ^ word(0x736f6d65, 0x70736575);
  let b = high ^ word(0x646f7261, 0x6e646f6d);
  let c = low ^ word(0x6c796765, 0x6e657261);
  let d = high ^ word(0x74656462, 0x79746573);
  const whole = at + (length & ~7);
  let i = at;
  // One round for every eight bytes, one for the rest with the length, three at the end.
  for (let rounds = (length >> 3) + 4; rounds > 0; rounds--) {
    let word: u64 = 0;
    if (i < whole) word = load<u64>(i);
    else if (i === whole) word = lastWord(i, length);
    if (i <= whole) d ^= word;
    else if (rounds === 3) c ^= 0xff;
    a += b;
    c += d;
    b = rotl(b, 13) ^ a;
    d = rotl(d, 16) ^ c;
    a = rotl(a, 32);
    c += b;
    a += d;
    b = rotl(b, 17) ^ c;
    d = rotl(d, 21) ^ a;
    c = rotl(c, 32);
    if (i <= whole) a ^= word;
    i += 8;
  }
  const hash = a ^ b ^ c ^ d;
  return <i32>(hash ^ (hash >> 32));
}

function word(high: u32, low: u32): u64 {
  return ((<u64>high) << 32) | low;
}

/** The bytes after the last whole word, and the length in the highest byte. */
function lastWord(at: usize, length: i32): u64 {
  const bits: u64 = (<u64>length & 7) << 3;
  return (load<u64>(at) & (((<u64>1) << bits) - 1)) | ((<u64>length) << 56);
}

/** True when both places hold the same bytes. */
export function isSame(left: usize, right: usize, length: i32): bool {
  let i: i32 = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(left + i) !== load<u64>(right + i)) return false;
  for (; i < length; i++) if (byteAt(left + i) !== byteAt(right + i)) return false;
  return true;
}
