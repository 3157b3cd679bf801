import { HASH_BYTES, nodeHash } from './merkle-hash.ts';
import { rangeRoot, type SubtreeSource, splitPoint } from './range-root.ts';

/** Proof that an entry stands in the tree of `size` entries: hashes from its sibling up (RFC 6962 §2.1.1). */
export async function inclusionProof(subtree: SubtreeSource, index: number, size: number): Promise<Buffer[]> {
  if (!isWithin(index, size)) throw new RangeError(`no entry ${index} in a tree of ${size}`);
  const siblings: Promise<Buffer>[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      siblings.push(rangeRoot(subtree, middle, to));
      to = middle;
    } else {
      siblings.push(rangeRoot(subtree, from, middle));
      from = middle;
    }
  }
  return (await Promise.all(siblings)).reverse();
}

/** True when the proof leads from the leaf hash at `index` to the root of the tree of `size` entries (RFC 9162 §2.1.3.2). */
export function isIncluded(leaf: Buffer, index: number, size: number, proof: readonly Buffer[], root: Buffer): boolean {
  if (!isWithin(index, size) || ![leaf, root, ...proof].every((hash) => hash.length === HASH_BYTES)) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      // The last node of a level without a sibling stands for itself on the next.
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash.equals(root);
}

function isWithin(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}
