import { randomBytes } from 'node:crypto';

/** Random per process, so that nobody outside can choose keys that collide. */
const SEED = randomBytes(4).readInt32LE();

/** 32-bit hash of `bytes[start, end)`. Never a proof of equality: callers compare the bytes. */
export function hashKey(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED;
  for (let i = start; i < end; i++) hash = Math.imul((hash << 5) ^ (hash >>> 27) ^ (bytes[i] as number), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** True when `left[leftStart, +length)` and `right[rightStart, +length)` hold the same bytes. */
export function sameBytes(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (left[leftStart + i] !== right[rightStart + i]) return false;
  return true;
}
