import { join } from 'node:path';
import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';
import type { CompactRange } from '../tlog/compact-range.ts';
import { HASH_BYTES, leafHash } from '../tlog/merkle-hash.ts';
import { bundlePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import { DurableFiles } from './durable-files.ts';
import { rangeOf, type TreeEdge } from './open-tree.ts';

interface Tile {
  readonly hashes: Buffer;
  width: number;
  index: number;
  isDirty: boolean;
}

/** Grows a tree entry by entry and writes its tiles and bundles (C2SP tlog-tiles): full ones at once, partial ones on demand. */
export class TreeWriter {
  readonly files: DurableFiles;
  readonly #system: LedgerFileSystem;
  readonly #folder: string;
  readonly #range: CompactRange;
  readonly #tiles: Tile[] = [];
  #bundle: Buffer = Buffer.allocUnsafe(1 << 17);
  #bundleBytes: number;
  /** Folders of partial files whose full one is written. */
  #outgrown: string[] = [];

  constructor(system: LedgerFileSystem, folder: string, edge: TreeEdge) {
    this.#system = system;
    this.#folder = folder;
    this.files = new DurableFiles(system, folder);
    this.#range = rangeOf(edge.tiles, (level, _index, hash) => {
      if (level % TILE_HEIGHT === 0) this.#addHash(level / TILE_HEIGHT, hash);
    });
    for (const [level, hashes] of edge.tiles.entries()) {
      const tile = this.#tileAt(level);
      hashes.copy(tile.hashes);
      tile.width = hashes.length / HASH_BYTES;
      tile.index = Math.floor(this.#range.size / TILE_WIDTH ** (level + 1));
    }
    this.#bundleBytes = 0;
    this.#gather(edge.bundle);
  }

  get size(): number {
    return this.#range.size;
  }

  root(): Buffer {
    return this.#range.root();
  }

  /** Appends one entry: `framed` is its length (two bytes) and its bytes. */
  append(framed: Buffer): void {
    this.#gather(framed);
    const hash = leafHash(framed.subarray(2));
    this.#addHash(0, hash);
    this.#range.append(hash);
    if (this.size % TILE_WIDTH === 0) this.#endBundle();
  }

  /** Writes what is not yet a full tile or bundle. All files of the tree are durable then. */
  writePartial(): void {
    for (const [level, tile] of this.#tiles.entries()) {
      if (!tile.isDirty || tile.width === 0) continue;
      this.#write(tilePath(level, tile.index, tile.width), tile.hashes.subarray(0, tile.width * HASH_BYTES));
      tile.isDirty = false;
    }
    const width = this.size % TILE_WIDTH;
    if (width > 0) {
      const path = bundlePath(Math.floor(this.size / TILE_WIDTH), width);
      this.#write(path, this.#bundle.subarray(0, this.#bundleBytes));
    }
    this.files.syncNames();
  }

  /** Removes partial files in whose place a full one is durable. */
  dropOutgrown(): void {
    for (const folder of this.#outgrown) this.#system.rmSync(folder, { recursive: true, force: true });
    this.#outgrown = [];
  }

  #gather(bytes: Buffer): void {
    if (this.#bundleBytes + bytes.length > this.#bundle.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#bundleBytes + bytes.length));
      this.#bundle.copy(larger, 0, 0, this.#bundleBytes);
      this.#bundle = larger;
    }
    bytes.copy(this.#bundle, this.#bundleBytes);
    this.#bundleBytes += bytes.length;
  }

  #endBundle(): void {
    const path = bundlePath(this.size / TILE_WIDTH - 1);
    this.#write(path, this.#bundle.subarray(0, this.#bundleBytes));
    this.#outgrown.push(join(this.#folder, `${path}.p`));
    this.#bundleBytes = 0;
  }

  #addHash(level: number, hash: Buffer): void {
    const tile = this.#tileAt(level);
    hash.copy(tile.hashes, tile.width * HASH_BYTES);
    tile.width++;
    tile.isDirty = true;
    if (tile.width < TILE_WIDTH) return;
    const path = tilePath(level, tile.index);
    this.#write(path, tile.hashes);
    this.#outgrown.push(join(this.#folder, `${path}.p`));
    tile.width = 0;
    tile.index++;
  }

  #tileAt(level: number): Tile {
    const tile = this.#tiles[level] ?? {
      hashes: Buffer.alloc(TILE_WIDTH * HASH_BYTES),
      width: 0,
      index: 0,
      isDirty: false,
    };
    this.#tiles[level] = tile;
    return tile;
  }

  #write(path: string, bytes: Buffer): void {
    this.files.write(join(this.#folder, path), bytes);
  }
}
