import type { CompactRange } from './compact-range.ts';
import { HASH_BYTES, nodeHash } from './merkle-hash.ts';

/** Root of the perfect tree over hashes that stand side by side; their number is a power of two. */
export function perfectRoot(hashes: Buffer): Buffer {
  if (hashes.length === HASH_BYTES) return Buffer.from(hashes);
  const half = hashes.length / 2;
  return nodeHash(perfectRoot(hashes.subarray(0, half)), perfectRoot(hashes.subarray(half)));
}

/** Appends hashes that stand side by side, each of a perfect subtree of 2^level entries; the range keeps copies. */
export function appendHashes(range: CompactRange, hashes: Buffer, level: number): void {
  for (let at = 0; at < hashes.length; at += HASH_BYTES) {
    range.append(Buffer.from(hashes.subarray(at, at + HASH_BYTES)), level);
  }
}
