import { EMPTY_ROOT, nodeHash } from './merkle-hash.ts';

/**
 * The left part of a Merkle tree, kept as the roots of its largest perfect subtrees: what is needed to go on appending
 * and to tell the root, in O(log n) memory. Hears of each inner node as it becomes complete.
 */
export class CompactRange {
  /** Roots by level: `#roots[k]` covers 2^k entries where bit k of the size is set. */
  readonly #roots: (Buffer | undefined)[] = [];
  readonly #onNode: ((level: number, index: number, hash: Buffer) => void) | undefined;
  #size = 0;

  /** `onNode` is told level (1 and up), index within the level, and hash of every inner node that becomes complete. */
  constructor(onNode?: (level: number, index: number, hash: Buffer) => void) {
    this.#onNode = onNode;
  }

  /** Entries under it. */
  get size(): number {
    return this.#size;
  }

  /** Appends one entry by its leaf hash, or a perfect subtree of 2^level entries whose place must be a multiple of that. */
  append(hash: Buffer, level = 0): void {
    const span = 2 ** level;
    if (this.#size % span !== 0) throw new RangeError(`no subtree of level ${level} begins at ${this.#size}`);
    let carried = hash;
    let at = level;
    let index = this.#size / span;
    while (index % 2 === 1) {
      carried = nodeHash(this.#roots[at] as Buffer, carried);
      this.#roots[at] = undefined;
      at++;
      index = (index - 1) / 2;
      this.#onNode?.(at, index, carried);
    }
    this.#roots[at] = carried;
    this.#size += span;
  }

  /** Merkle Tree Hash of all appended entries (RFC 6962 §2.1). */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const hash of this.#roots) {
      if (hash !== undefined) root = root === undefined ? hash : nodeHash(hash, root);
    }
    return root ?? EMPTY_ROOT;
  }
}

/**
 * The largest perfect subtrees that lie side by side over entries `from` to `to` (not included), in order: what stands
 * for entries that are not shown. At most 2·log₂(to) of them.
 */
export function* subtreesBetween(
  from: number,
  to: number,
): Generator<{ readonly level: number; readonly index: number }> {
  let at = from;
  while (at < to) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level++;
    yield { level, index: at / 2 ** level };
    at += 2 ** level;
  }
}
