import { CompactRange } from '../tlog/compact-range.ts';
import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { appendHashes } from '../tlog/side-by-side.ts';
import { TILE_HEIGHT, TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import type { Findings } from './finding.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { entriesText, PartialTiles } from './partial-tiles.ts';
import { StoredTree } from './stored-tree.ts';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const MOST_UNCLEAR = 100;

/**
 * Derives the tree from the entries and compares it with every tile on the way. Where they differ, what leads to the signed
 * root is taken for true: so it says whether an entry was changed or a tile, and which.
 */
export class TreeCheck {
  readonly #stored: StoredTree;
  readonly #partial: PartialTiles;
  readonly #findings: Findings;
  readonly #range: CompactRange;
  /** Hashes of the tile that is being derived, by level of tiles from 1 on. */
  readonly #tiles: { hashes: Buffer; width: number; index: number }[] = [];
  /** Entries up to here are told as changed, by a tile below. */
  #told = 0;
  /** False where the hashes of what stands before the start are missing: nothing can be derived then. */
  readonly isBegun: boolean;
  /** Tiles that differ from what is derived, where nothing above tells which of them is true. */
  readonly #unclear: { readonly file: string; readonly index: number }[] = [];

  /** `start` is a multiple of 256: what stands before it is taken from the tiles (it has been pruned). */
  constructor(files: LedgerFiles, size: number, root: Buffer, start: number, findings: Findings) {
    this.#findings = findings;
    this.#stored = new StoredTree(files, size, root);
    this.#partial = new PartialTiles(files, findings);
    this.#range = new CompactRange((level, _index, hash) => {
      if (level % TILE_HEIGHT === 0) this.#addNode(level / TILE_HEIGHT, hash);
    });
    this.isBegun = this.#begin(start);
  }

  get size(): number {
    return this.#range.size;
  }

  root(): Buffer {
    return this.#range.root();
  }

  /**
   * Compares the leaf hashes of a bundle (up to 256, side by side) with its tile. Returns the hashes to go on with: the
   * tile's where that is known to be the true one. Absent hashes (`undefined`) stand for entries that cannot be read.
   */
  compareLeaves(index: number, leaves: Buffer | undefined): Buffer | undefined {
    const tile = this.#stored.tile(0, index);
    if (tile === undefined) this.#missing(0, index);
    if (leaves !== undefined) this.#partial.compare(0, index, leaves);
    if (tile === undefined || leaves?.equals(tile) === true) return leaves;
    return this.#judge(0, index, leaves ?? Buffer.alloc(0), tile);
  }

  /** Appends one leaf hash. */
  append(hash: Buffer): void {
    this.#range.append(hash);
  }

  /** To be called when all entries of the tree are in it: compares the incomplete tiles, judges those left open. */
  end(isRootRight: boolean): void {
    for (const [level, tile] of this.#tiles.entries()) {
      if (level > 0 && tile.width > 0)
        this.#compare(level, tile.index, tile.hashes.subarray(0, tile.width * HASH_BYTES));
    }
    for (const place of this.#unclear) {
      if (isRootRight) this.#findings.wrong('tile-changed', 'the tile does not hold the hashes of its entries', place);
      else this.#findings.warn('tile-unclear', 'entries and tile differ, and neither leads to the signed root', place);
    }
  }

  #begin(start: number): boolean {
    let top = 1;
    while (TILE_WIDTH ** (top + 1) <= start) top++;
    for (let level = top; level >= 1; level--) {
      const nodes = Math.floor(start / TILE_WIDTH ** level);
      const index = Math.floor(nodes / TILE_WIDTH);
      const width = nodes % TILE_WIDTH;
      this.#tiles[level] = { hashes: Buffer.alloc(TILE_BYTES), width, index };
      if (width === 0) continue;
      const tile = this.#stored.tile(level, index);
      if (tile === undefined) {
        this.#missing(level, index);
        return false;
      }
      const left = tile.subarray(0, width * HASH_BYTES);
      left.copy((this.#tiles[level] as { hashes: Buffer }).hashes);
      appendHashes(this.#range, left, level * TILE_HEIGHT);
    }
    return true;
  }

  #addNode(level: number, hash: Buffer): void {
    const tile = this.#tiles[level] ?? { hashes: Buffer.alloc(TILE_BYTES), width: 0, index: 0 };
    this.#tiles[level] = tile;
    hash.copy(tile.hashes, tile.width * HASH_BYTES);
    tile.width++;
    if (tile.width < TILE_WIDTH) return;
    this.#compare(level, tile.index, tile.hashes);
    tile.width = 0;
    tile.index++;
  }

  #compare(level: number, index: number, derived: Buffer): void {
    this.#partial.compare(level, index, derived);
    const tile = this.#stored.tile(level, index);
    if (tile === undefined) this.#missing(level, index);
    else if (!tile.equals(derived)) this.#judge(level, index, derived, tile);
  }

  /** Derived hashes and tile differ: tells what was changed, and returns the hashes to go on with. */
  #judge(level: number, index: number, derived: Buffer, tile: Buffer): Buffer {
    const first = index * TILE_WIDTH ** (level + 1);
    if (this.#stored.isAuthentic(level, index, tile)) {
      this.#tellChanged(level, first, derived, tile);
      return tile;
    }
    const file = tilePath(level, index, tile.length / HASH_BYTES);
    if (this.#stored.isAuthentic(level, index, derived)) {
      const at = firstDifference(derived, tile);
      this.#findings.wrong('tile-changed', `the tile does not hold the hashes of its entries, from hash ${at} on`, {
        file,
        index: first + at * TILE_WIDTH ** level,
      });
    } else if (this.#unclear.length < MOST_UNCLEAR) {
      this.#unclear.push({ file, index: first + firstDifference(derived, tile) * TILE_WIDTH ** level });
    }
    return derived.length === 0 ? tile : derived;
  }

  /** The tile is the true one: entries under each hash that differs were changed. */
  #tellChanged(level: number, first: number, derived: Buffer, tile: Buffer): void {
    const span = TILE_WIDTH ** level;
    for (let at = 0; at < tile.length / HASH_BYTES; at++) {
      if (isEqualAt(derived, tile, at)) continue;
      let behind = at + 1;
      while (behind < tile.length / HASH_BYTES && !isEqualAt(derived, tile, behind)) behind++;
      const index = first + at * span;
      const end = first + behind * span;
      // What a tile below told exactly is not told again by those above.
      if (end > this.#told && derived.length > 0)
        this.#findings.wrong('entry-changed', `${entriesText(index, end)} not what the log signed`, { index, end });
      this.#told = Math.max(this.#told, end);
      at = behind;
    }
  }

  #missing(level: number, index: number): void {
    this.#findings.wrong('tile-missing', 'a hash tile is missing or too short', {
      file: tilePath(level, index),
      index: index * TILE_WIDTH ** (level + 1),
    });
  }
}

function isEqualAt(a: Buffer, b: Buffer, at: number): boolean {
  const [start, end] = [at * HASH_BYTES, (at + 1) * HASH_BYTES];
  return a.length >= end && a.compare(b, start, end, start, end) === 0;
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < b.length / HASH_BYTES - 1 && isEqualAt(a, b, at)) at++;
  return at;
}
