import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { perfectRoot } from '../tlog/side-by-side.ts';
import { TILE_HEIGHT, TILE_WIDTH } from '../tlog/tile-path.ts';

/** Hashes of a tile, side by side; undefined where it is missing. */
export type TileSource = (level: number, index: number) => Buffer | undefined;

/** Hashes of inner nodes from the tiles; keeps the tile of each level that was asked last, for they are asked in order. */
export class TileSubtrees {
  readonly #tile: TileSource;
  readonly #last = new Map<number, { readonly index: number; readonly hashes: Buffer }>();

  constructor(tile: TileSource) {
    this.#tile = tile;
  }

  /** Hash of the perfect subtree of 2^level entries at `index` of that level. */
  subtree(level: number, index: number): Buffer {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const count = 2 ** (level % TILE_HEIGHT);
    const start = index * count;
    const tile = this.#at(tileLevel, Math.floor(start / TILE_WIDTH));
    const at = (start % TILE_WIDTH) * HASH_BYTES;
    const hashes = tile.subarray(at, at + count * HASH_BYTES);
    if (hashes.length < count * HASH_BYTES) throw new Error(`a hash tile of level ${tileLevel} is too short`);
    return perfectRoot(hashes);
  }

  #at(level: number, index: number): Buffer {
    const last = this.#last.get(level);
    if (last?.index === index) return last.hashes;
    const hashes = this.#tile(level, index);
    if (hashes === undefined) throw new Error(`hash tile ${index} of level ${level} is missing`);
    this.#last.set(level, { index, hashes });
    return hashes;
  }
}
