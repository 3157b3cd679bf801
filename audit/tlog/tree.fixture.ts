import { leafHash, nodeHash } from './merkle-hash.ts';
import type { SubtreeSource } from './range-root.ts';

/** A tree in memory, by the definition of RFC 6962 §2.1 and nothing cleverer. */
export class PlainTree {
  readonly leaves: readonly Buffer[];

  constructor(entries: readonly Uint8Array[]) {
    this.leaves = entries.map((entry) => leafHash(entry));
  }

  /** Root of the first `size` entries, at least one. */
  root(size = this.leaves.length): Buffer {
    return hashOf(this.leaves.slice(0, size));
  }

  readonly subtree: SubtreeSource = (level, index) =>
    Promise.resolve(hashOf(this.leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
}

function hashOf(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) throw new Error('no entries');
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(hashOf(leaves.slice(0, split)), hashOf(leaves.slice(split)));
}
