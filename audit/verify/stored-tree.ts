import { CompactRange } from '../tlog/compact-range.ts';
import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { appendHashes, perfectRoot } from '../tlog/side-by-side.ts';
import { TILE_HEIGHT, TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import type { LedgerFiles } from './ledger-files.ts';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/**
 * The hash tiles as they stand in the folder. A tile is authentic where the hashes above it lead to the signed root: then
 * what contradicts it was changed.
 */
export class StoredTree {
  readonly #files: LedgerFiles;
  readonly #size: number;
  readonly #isEdgeAuthentic: boolean;
  /** Last tile that was looked at, by level: they are asked for in order. */
  readonly #known = new Map<number, { readonly index: number; readonly isAuthentic: boolean }>();

  constructor(files: LedgerFiles, size: number, root: Buffer) {
    this.#files = files;
    this.#size = size;
    this.#isEdgeAuthentic = this.#edgeRoot()?.equals(root) === true;
  }

  /** Nodes of a level of tiles, in a tree of this size. */
  nodes(level: number): number {
    return Math.floor(this.#size / TILE_WIDTH ** level);
  }

  /** Hashes of a tile as far as the tree needs them; undefined where the file is missing or too short. */
  tile(level: number, index: number): Buffer | undefined {
    const width = Math.min(TILE_WIDTH, this.nodes(level) - index * TILE_WIDTH);
    if (width <= 0) return undefined;
    const bytes = width * HASH_BYTES;
    // A partial tile may be gone once the full one is there.
    const paths =
      width < TILE_WIDTH ? [tilePath(level, index, width), tilePath(level, index)] : [tilePath(level, index)];
    for (const path of paths) {
      const found = this.#files.read(path, TILE_BYTES);
      if (found !== undefined)
        return found.length === bytes || path !== paths[0] ? found.subarray(0, bytes) : undefined;
    }
    return undefined;
  }

  /** True where `hashes` are those that the signed root stands for at this tile's place. */
  isAuthentic(level: number, index: number, hashes: Buffer): boolean {
    if (hashes.length < TILE_BYTES) return this.#isEdgeAuthentic && this.tile(level, index)?.equals(hashes) === true;
    const above = Math.floor(index / TILE_WIDTH);
    const tile = this.tile(level + 1, above);
    if (tile === undefined || !this.#isTileAuthentic(level + 1, above, tile)) return false;
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    return perfectRoot(hashes).equals(tile.subarray(at, at + HASH_BYTES));
  }

  #isTileAuthentic(level: number, index: number, hashes: Buffer): boolean {
    const known = this.#known.get(level);
    if (known?.index === index) return known.isAuthentic;
    const isAuthentic = this.isAuthentic(level, index, hashes);
    this.#known.set(level, { index, isAuthentic });
    return isAuthentic;
  }

  /** Root of the tree by its incomplete tiles, which are its right edge. */
  #edgeRoot(): Buffer | undefined {
    const levels: Buffer[] = [];
    for (let level = 0; this.nodes(level) > 0; level++) {
      const width = this.nodes(level) % TILE_WIDTH;
      const tile = width === 0 ? Buffer.alloc(0) : this.tile(level, Math.floor(this.nodes(level) / TILE_WIDTH));
      if (tile?.length !== width * HASH_BYTES) return undefined;
      levels.push(tile);
    }
    const range = new CompactRange();
    for (const [level, hashes] of [...levels.entries()].reverse()) appendHashes(range, hashes, level * TILE_HEIGHT);
    return range.root();
  }
}
