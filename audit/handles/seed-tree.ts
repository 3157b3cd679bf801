import { hash, randomBytes } from 'node:crypto';

/** Levels of the tree, each chosen by one byte of a path: 40 bits in all. */
export const PATH_BYTES = 5;
const SEED_BYTES = 16;
const WIDTH = 256;
/** Seeds that are kept once they were worked out stand at this level. */
const KEPT_LEVEL = 2;

// What stands in the place of a seed.
const GONE = 0;
const SEED = 1;
const BRANCH = 2;

/** A seed of which a part was given up: the seeds below it, without those that are gone. */
interface Branch {
  readonly kinds: Uint8Array;
  readonly seeds: Buffer;
  readonly below: Map<number, Branch>;
}

/**
 * A pseudo-random function from paths of five bytes to seeds, as a tree (Goldreich, Goldwasser, Micali 1986): child i of a
 * seed at level l is the first 16 bytes of SHA-256(seed ‖ l ‖ i), the root is random. Puncturing (Boneh, Waters 2013)
 * gives up one path for ever: its root is replaced by the seeds beside the path, from which all others can still be worked
 * out and it cannot.
 */
export class SeedTree {
  /** Level 0, which has one child: what is not punctured has a seed there. */
  readonly #root: Branch;
  readonly #block = Buffer.alloc(SEED_BYTES + 2);
  /** Seeds of the kept level by the first bytes of the path, and which of them are known. */
  readonly #kept = Buffer.alloc(WIDTH ** KEPT_LEVEL * SEED_BYTES);
  readonly #isKept = new Uint8Array(WIDTH ** KEPT_LEVEL);

  private constructor(root: Branch) {
    this.#root = root;
  }

  static random(): SeedTree {
    const root = newBranch();
    randomBytes(SEED_BYTES).copy(root.seeds);
    root.kinds[0] = SEED;
    return new SeedTree(root);
  }

  /** Reads what `bytes` wrote. Throws an Error where it is something else. */
  static parse(bytes: Buffer): SeedTree {
    const root = newBranch();
    const end = readChild(bytes, 0, root, 0, 0);
    if (end !== bytes.length) throw new Error('it does not end where it should');
    return new SeedTree(root);
  }

  /** All that is left of the tree: 17 bytes at first, at most about 20,500 more for each path that was given up. */
  bytes(): Buffer {
    const parts: Buffer[] = [];
    writeChild(parts, this.#root, 0);
    return Buffer.concat(parts);
  }

  /** The seed at the end of a path (one byte a character) as 32 hex digits; undefined where it was given up. */
  seedAt(path: string): string | undefined {
    let level = KEPT_LEVEL;
    const slot = path.charCodeAt(0) * WIDTH + path.charCodeAt(1);
    if (this.#isKept[slot] === 1) this.#load(this.#kept, slot * SEED_BYTES);
    else level = this.#find(path);
    if (level < 0) return undefined;
    for (; level < PATH_BYTES - 1; level++) {
      this.#step(level, path.charCodeAt(level));
      if (level === KEPT_LEVEL - 1) this.#keep(slot);
    }
    if (level === PATH_BYTES) return this.#block.toString('hex', 0, SEED_BYTES);
    this.#choose(level, path.charCodeAt(level));
    return hash('sha256', this.#block, 'hex').slice(0, 2 * SEED_BYTES);
  }

  /** Gives a path up. What was known of its seeds is overwritten. */
  puncture(path: string): void {
    let branch = this.#root;
    for (let level = 0; level <= PATH_BYTES; level++) {
      const child = level === 0 ? 0 : path.charCodeAt(level - 1);
      const kind = branch.kinds[child];
      if (kind === GONE) break;
      const next = kind === BRANCH ? branch.below.get(child) : undefined;
      if (next === undefined && level < PATH_BYTES) this.#split(branch, child, level);
      if (level === PATH_BYTES) forget(branch, child, GONE);
      branch = branch.below.get(child) ?? branch;
    }
    this.#forgetKept();
  }

  /** Overwrites all of it: no path has a seed any more. */
  destroy(): void {
    forget(this.#root, 0, GONE);
    this.#root.below.clear();
    this.#forgetKept();
  }

  /** Overwrites what was worked out. */
  #forgetKept(): void {
    this.#kept.fill(0);
    this.#isKept.fill(0);
    this.#block.fill(0);
  }

  /** Loads the lowest seed that is there above the end of a path, and gives its level; -1 where none is. */
  #find(path: string): number {
    let branch = this.#root;
    for (let level = 0; level <= PATH_BYTES; level++) {
      const child = level === 0 ? 0 : path.charCodeAt(level - 1);
      const kind = branch.kinds[child];
      if (kind === SEED) {
        this.#load(branch.seeds, child * SEED_BYTES);
        return level;
      }
      const next = branch.below.get(child);
      if (kind === GONE || next === undefined) return -1;
      branch = next;
    }
    return -1;
  }

  /** Puts the 256 seeds below a seed in its place. */
  #split(branch: Branch, child: number, level: number): void {
    const below = newBranch();
    for (let index = 0; index < WIDTH; index++) {
      this.#load(branch.seeds, child * SEED_BYTES);
      this.#step(level, index);
      this.#block.copy(below.seeds, index * SEED_BYTES, 0, SEED_BYTES);
    }
    below.kinds.fill(SEED);
    forget(branch, child, BRANCH);
    branch.below.set(child, below);
  }

  #load(from: Buffer, at: number): void {
    for (let n = 0; n < SEED_BYTES; n++) this.#block[n] = from[at + n] as number;
  }

  #choose(level: number, child: number): void {
    this.#block[SEED_BYTES] = level;
    this.#block[SEED_BYTES + 1] = child;
  }

  #step(level: number, child: number): void {
    this.#choose(level, child);
    // Text is what the platform gives fastest.
    this.#block.write(hash('sha256', this.#block, 'binary'), 0, SEED_BYTES, 'latin1');
  }

  #keep(slot: number): void {
    const at = slot * SEED_BYTES;
    for (let n = 0; n < SEED_BYTES; n++) this.#kept[at + n] = this.#block[n] as number;
    this.#isKept[slot] = 1;
  }
}

function newBranch(): Branch {
  return { kinds: new Uint8Array(WIDTH), seeds: Buffer.alloc(WIDTH * SEED_BYTES), below: new Map() };
}

function forget(branch: Branch, child: number, kind: number): void {
  branch.seeds.fill(0, child * SEED_BYTES, (child + 1) * SEED_BYTES);
  branch.kinds[child] = kind;
}

function writeChild(parts: Buffer[], branch: Branch, child: number): void {
  const kind = branch.kinds[child] ?? GONE;
  parts.push(Buffer.of(kind));
  if (kind === SEED) parts.push(branch.seeds.subarray(child * SEED_BYTES, (child + 1) * SEED_BYTES));
  const below = branch.below.get(child);
  if (below !== undefined) for (let index = 0; index < WIDTH; index++) writeChild(parts, below, index);
}

function readChild(bytes: Buffer, at: number, branch: Branch, child: number, level: number): number {
  const kind = bytes[at];
  if (kind === undefined || kind > BRANCH || level > PATH_BYTES) throw new Error('it is no tree of seeds');
  branch.kinds[child] = kind;
  if (kind === GONE) return at + 1;
  if (kind === SEED) {
    const end = at + 1 + SEED_BYTES;
    if (end > bytes.length) throw new Error('it is cut off');
    bytes.copy(branch.seeds, child * SEED_BYTES, at + 1, end);
    return end;
  }
  if (level === PATH_BYTES) throw new Error('it is no tree of seeds');
  const below = newBranch();
  branch.below.set(child, below);
  let next = at + 1;
  for (let index = 0; index < WIDTH; index++) next = readChild(bytes, next, below, index, level + 1);
  return next;
}
