import { entriesOf, MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts';
import { HASH_BYTES, leafHash } from '../tlog/merkle-hash.ts';
import { bundlePath, TILE_WIDTH } from '../tlog/tile-path.ts';
import type { EntryCheck } from './entry-check.ts';
import type { Findings } from './finding.ts';
import type { HeadChecks } from './head-checks.ts';
import type { LedgerFiles } from './ledger-files.ts';
import type { SignedHead } from './signed-head.ts';
import { TreeCheck } from './tree-check.ts';

const MOST_BUNDLE_BYTES = TILE_WIDTH * (MOST_ENTRY_BYTES + 2);

/** Told now and then: entries that were looked at, of how many. */
export type Progress = (done: number, all: number) => void;

/** One pass over the entries of a ledger's folder: each is hashed and checked, the tree grows by it, checkpoints are held against it. */
export class Derivation {
  readonly #files: LedgerFiles;
  readonly #size: number;
  readonly #minimum: number;
  readonly #heads: HeadChecks;
  readonly #check: EntryCheck;
  readonly #findings: Findings;
  readonly #tree: TreeCheck;
  readonly #start: number;
  readonly #root: Buffer;
  #nextHead = 0;
  entries = 0;

  constructor(
    files: LedgerFiles,
    latest: SignedHead,
    minimum: number,
    heads: HeadChecks,
    check: EntryCheck,
    findings: Findings,
  ) {
    this.#files = files;
    this.#size = latest.size;
    this.#root = latest.root;
    this.#minimum = minimum;
    this.#heads = heads;
    this.#check = check;
    this.#findings = findings;
    this.#start = minimum - (minimum % TILE_WIDTH);
    this.#tree = new TreeCheck(files, latest.size, latest.root, this.#start, findings);
  }

  /** Entries in the tree: fewer than the checkpoint has where it could not go on. */
  get reached(): number {
    return this.#tree.size;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  run(progress: Progress): void {
    if (!this.#tree.isBegun) {
      this.#ended(this.#start);
      return;
    }
    this.#heads.skipBelow(this.#start);
    this.#atHead();
    let told = performance.now();
    for (let at = this.#start; at < this.#size; at += TILE_WIDTH) {
      if (!this.#bundle(at / TILE_WIDTH)) return;
      if (performance.now() - told < 200) continue;
      told = performance.now();
      progress(this.#tree.size - this.#start, this.#size - this.#start);
    }
    this.#tree.end(this.#tree.root().equals(this.#root));
  }

  /** False where it cannot go on: neither the entries nor their hashes are there. */
  #bundle(index: number): boolean {
    const first = index * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, this.#size - first);
    const entries = this.#read(index, width);
    const leaves =
      entries &&
      Buffer.concat(
        entries.map((entry) => leafHash(entry)),
        width * HASH_BYTES,
      );
    const hashes = this.#tree.compareLeaves(index, leaves);
    if (hashes === undefined) {
      this.#ended(first);
      return false;
    }
    for (let at = 0; at < width; at++) {
      const entry = entries?.[at];
      if (entry !== undefined && first + at >= this.#minimum) this.#check.check(first + at, entry);
      this.#tree.append(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
      if (first + at + 1 === this.#nextHead) this.#atHead();
    }
    this.entries += entries?.length ?? 0;
    return true;
  }

  #ended(index: number): void {
    this.#findings.warn('verification-ended', `from entry ${index} on nothing could be checked`, { index });
  }

  #atHead(): void {
    this.#heads.at(this.#tree.size, this.#tree.root());
    this.#nextHead = this.#heads.nextSize;
  }

  /** The first of these files that is there. */
  #readFirst(paths: readonly string[]): Buffer | undefined {
    for (const path of paths) {
      const bytes = this.#files.read(path, MOST_BUNDLE_BYTES);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }

  /** Partial bundles that may be left of a longer one, the widest first: they tell where the log was cut. */
  #narrower(full: string): string[] {
    const widths = this.#files.list(`${full}.p`).filter((name) => /^[1-9]\d{0,2}$/.test(name));
    return widths.sort((a, b) => Number(b) - Number(a)).map((width) => `${full}.p/${width}`);
  }

  /** Entries of a bundle, exactly as many as the tree has of it; undefined where they are not there. */
  #read(index: number, width: number): Buffer[] | undefined {
    const first = index * TILE_WIDTH;
    const [path, full] = [bundlePath(index, width), bundlePath(index)];
    const place = { file: path, index: first, end: first + width };
    const bytes = this.#readFirst([path, full]) ?? this.#readFirst(this.#narrower(full));
    if (bytes === undefined) {
      this.#findings.wrong('bundle-missing', `entries ${first} to ${first + width - 1} are missing`, place);
      return undefined;
    }
    const { entries, isTorn } = wholeEntries(bytes);
    if (entries.length >= width && !isTorn) return entries.slice(0, width);
    const at = first + Math.min(entries.length, width);
    this.#findings.wrong(
      'bundle-torn',
      `the bundle holds ${entries.length} of ${width} entries${isTorn ? ' and a torn one' : ''}`,
      { ...place, index: at },
    );
    // Empty entries stand for those that are not there: they are not what the log signed.
    return Array.from({ length: width }, (_, entry) => entries[entry] ?? Buffer.alloc(0));
  }
}

function wholeEntries(bundle: Buffer): { readonly entries: Buffer[]; readonly isTorn: boolean } {
  try {
    return { entries: entriesOf(bundle), isTorn: false };
  } catch {
    let end = 0;
    while (end + 2 <= bundle.length && end + 2 + bundle.readUInt16BE(end) <= bundle.length)
      end += 2 + bundle.readUInt16BE(end);
    return { entries: entriesOf(bundle.subarray(0, end)), isTorn: true };
  }
}
