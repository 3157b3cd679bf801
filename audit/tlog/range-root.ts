import { subtreesBetween } from './compact-range.ts';
import { nodeHash } from './merkle-hash.ts';

/** Hash of the perfect subtree of 2^level entries at `index` of that level. */
export type SubtreeSource = (level: number, index: number) => Promise<Buffer>;

/**
 * Merkle Tree Hash of entries `from` to `to` (not included, at least one) as a node of the tree: `from` is a multiple of
 * the power of two that `to − from` does not exceed, as every split of RFC 6962 §2.1 leaves it.
 */
export async function rangeRoot(subtree: SubtreeSource, from: number, to: number): Promise<Buffer> {
  const hashes = await Promise.all([...subtreesBetween(from, to)].map(({ level, index }) => subtree(level, index)));
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Where a tree of `size` entries (at least two) is split: the largest power of two below it (RFC 6962 §2.1). */
export function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}
