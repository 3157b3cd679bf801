import { hash } from 'node:crypto';
import type { MonthHandles } from './month-handles.ts';
import type { Month } from './months.ts';
import { PATH_BYTES, SeedTree } from './seed-tree.ts';

const HANDLE_DIGITS = 16;
/** Handles of recent subjects are remembered in two generations, each of so many. */
const REMEMBERED = 1 << 15;
const LONGEST_REMEMBERED = 256;

/**
 * The key of one month. A subject's handle is the first eight bytes of SHA-256 over the seed at its place in the month's
 * tree (as hex) and the subject; its place is the first 40 bits of SHA-256 over the subject alone. Destroying the key of
 * one subject takes that seed away: other subjects keep their handles, but for those that share the 40 bits.
 */
export class MonthKey implements MonthHandles {
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly tree: SeedTree;
  #rotation: string | undefined;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** `rotatedFrom`: see takeRotation; undefined for a key that was there before. */
  constructor({ month, from, to }: Month, tree: SeedTree, rotatedFrom?: string) {
    this.month = month;
    this.from = from;
    this.to = to;
    this.tree = tree;
    this.#rotation = rotatedFrom;
  }

  handleOf(subject: string): string | undefined {
    const known = this.#young.get(subject);
    if (known !== undefined) return known;
    const handle = this.#old.get(subject) ?? this.#make(subject);
    if (handle === undefined || subject.length > LONGEST_REMEMBERED) return handle;
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(subject, handle);
    return handle;
  }

  takeRotation(): string | undefined {
    const from = this.#rotation;
    this.#rotation = undefined;
    return from;
  }

  /** The tree that is left when the key of a subject is gone; this one stays as it is. */
  without(subject: string): SeedTree {
    const left = SeedTree.parse(this.tree.bytes());
    left.puncture(placeOf(subject));
    return left;
  }

  /** Destroys the key of a subject here, in memory. */
  forget(subject: string): void {
    this.tree.puncture(placeOf(subject));
    this.#young = new Map();
    this.#old = new Map();
  }

  /** Destroys the whole key here, in memory. */
  destroy(): void {
    this.tree.destroy();
    this.#young = new Map();
    this.#old = new Map();
  }

  #make(subject: string): string | undefined {
    const seed = this.tree.seedAt(placeOf(subject));
    return seed === undefined ? undefined : hash('sha256', seed + subject, 'hex').slice(0, HANDLE_DIGITS);
  }
}

/** One byte a character. */
function placeOf(subject: string): string {
  return hash('sha256', subject, 'binary').slice(0, PATH_BYTES);
}
