import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import type { Findings } from './finding.ts';
import type { LedgerFiles } from './ledger-files.ts';

/** Partial tiles of earlier sizes may be left beside the full one: each must hold its first hashes. */
export class PartialTiles {
  readonly #files: LedgerFiles;
  readonly #findings: Findings;
  /** Names in the folder that was looked into last, by level. */
  readonly #folders = new Map<number, { readonly path: string; readonly names: ReadonlySet<string> }>();

  constructor(files: LedgerFiles, findings: Findings) {
    this.#files = files;
    this.#findings = findings;
  }

  /** Compares every partial tile at this place with the hashes that were derived for it. */
  compare(level: number, index: number, derived: Buffer): void {
    const path = tilePath(level, index);
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, cut);
    const known = this.#folders.get(level);
    const names = known?.path === folder ? known.names : new Set(this.#files.list(folder));
    if (known?.path !== folder) this.#folders.set(level, { path: folder, names });
    if (!names.has(`${path.slice(cut + 1)}.p`)) return;
    for (const name of this.#files.list(`${path}.p`)) this.#compareOne(level, index, name, derived);
  }

  #compareOne(level: number, index: number, name: string, derived: Buffer): void {
    const width = Number(name);
    const file = `${tilePath(level, index)}.p/${name}`;
    const first = index * TILE_WIDTH ** (level + 1);
    if (!/^[1-9]\d{0,2}$/.test(name) || width >= TILE_WIDTH) {
      this.#findings.warn('file-unknown', 'the file is no part of a ledger', { file });
      return;
    }
    // What is wider than the tree has hashes that no checkpoint stands for yet.
    const bytes = Math.min(derived.length, width * HASH_BYTES);
    const found = this.#files.read(file, TILE_WIDTH * HASH_BYTES);
    if (found === undefined) return;
    if (found.length === width * HASH_BYTES && found.subarray(0, bytes).equals(derived.subarray(0, bytes))) return;
    this.#findings.wrong('partial-tile-changed', 'the partial tile does not hold the hashes of its entries', {
      file,
      index: first,
    });
  }
}

/** `entry 7 is`, `entries 7 to 9 are`. */
export function entriesText(index: number, end: number): string {
  return end - index === 1 ? `entry ${index} is` : `entries ${index} to ${end - 1} are`;
}
