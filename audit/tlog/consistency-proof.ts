import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle-hash.ts';
import { rangeRoot, type SubtreeSource, splitPoint } from './range-root.ts';

/** A tree head: how many entries, and their root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** Proof that the tree of `size` entries begins with the one of `earlier` entries (RFC 6962 §2.1.2); empty where there is nothing to prove. */
export async function consistencyProof(subtree: SubtreeSource, earlier: number, size: number): Promise<Buffer[]> {
  if (![earlier, size].every(Number.isSafeInteger) || earlier < 0 || earlier > size)
    throw new RangeError(`a tree of ${size} does not begin with one of ${earlier}`);
  if (earlier === 0 || earlier === size) return [];
  const hashes: Promise<Buffer>[] = [];
  let from = 0;
  let to = size;
  let isWhole = true;
  while (to !== earlier) {
    const middle = from + splitPoint(to - from);
    if (earlier <= middle) {
      hashes.push(rangeRoot(subtree, middle, to));
      to = middle;
    } else {
      hashes.push(rangeRoot(subtree, from, middle));
      from = middle;
      isWhole = false;
    }
  }
  // The earlier root is known to who checks, unless it is only the right part of it that was reached.
  if (!isWhole) hashes.push(rangeRoot(subtree, from, to));
  return (await Promise.all(hashes)).reverse();
}

/** True when the proof shows that the later tree begins with the earlier one (RFC 9162 §2.1.4.2). */
export function isConsistent(earlier: TreeHead, later: TreeHead, proof: readonly Buffer[]): boolean {
  if (![earlier.root, later.root, ...proof].every((hash) => hash.length === HASH_BYTES)) return false;
  if (![earlier.size, later.size].every(Number.isSafeInteger) || earlier.size < 0 || earlier.size > later.size)
    return false;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(EMPTY_ROOT);
  return leadsToBoth(earlier, later, proof);
}

function leadsToBoth(earlier: TreeHead, later: TreeHead, proof: readonly Buffer[]): boolean {
  let at = earlier.size - 1;
  let last = later.size - 1;
  while (at % 2 === 1) {
    at = (at - 1) / 2;
    last = Math.floor(last / 2);
  }
  // A perfect earlier tree is a node of the later one: its root is left out of the proof.
  const [first, ...rest] = at === 0 ? [earlier.root, ...proof] : proof;
  if (first === undefined) return false;
  let before = first;
  let after = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      before = nodeHash(hash, before);
      after = nodeHash(hash, after);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      after = nodeHash(after, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && before.equals(earlier.root) && after.equals(later.root);
}
