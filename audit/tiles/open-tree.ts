import { join } from 'node:path';
import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { CompactRange } from '../tlog/compact-range.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { appendHashes } from '../tlog/side-by-side.ts';
import { bundlePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import { readWhole } from './durable-files.ts';

/** The right edge of a tree: all that is needed to go on with it. */
export interface TreeEdge {
  /** Tile hashes of the incomplete tile of each level, from the leaves up. */
  readonly tiles: readonly Buffer[];
  /** Entries of the incomplete bundle as they stand in it. */
  readonly bundle: Buffer;
}

/**
 * Reads the right edge of a tree of the checkpoint's size from its tiles. Throws an Error where a tile is missing or they
 * do not come to the checkpoint's root: the folder was damaged, and nothing may be signed on top of it.
 */
export function readEdge(system: LedgerFileSystem, folder: string, checkpoint: Checkpoint): TreeEdge {
  const tiles: Buffer[] = [];
  for (let level = 0, nodes = checkpoint.size; nodes > 0; level++, nodes = Math.floor(nodes / TILE_WIDTH)) {
    const width = nodes % TILE_WIDTH;
    const path = tilePath(level, Math.floor(nodes / TILE_WIDTH), width);
    tiles.push(width === 0 ? Buffer.alloc(0) : expected(system, folder, path, width * HASH_BYTES));
  }
  const root = rangeOf(tiles).root();
  if (!root.equals(checkpoint.root)) throw damaged(folder, 'its tiles do not come to the root of its checkpoint');
  const width = checkpoint.size % TILE_WIDTH;
  if (width === 0) return { tiles, bundle: Buffer.alloc(0) };
  const path = bundlePath(Math.floor(checkpoint.size / TILE_WIDTH), width);
  const bundle = expected(system, folder, path);
  if (entriesOf(bundle).length !== width) throw damaged(folder, `${path} does not hold ${width} entries`);
  return { tiles, bundle };
}

/** The compact range that the incomplete tiles describe: from the top level, which stands left, to the leaves. */
export function rangeOf(
  tiles: readonly Buffer[],
  onNode?: (level: number, index: number, hash: Buffer) => void,
): CompactRange {
  let isTold = false;
  const range = new CompactRange((level, index, hash) => {
    if (isTold) onNode?.(level, index, hash);
  });
  for (let level = tiles.length - 1; level >= 0; level--) {
    appendHashes(range, tiles[level] ?? Buffer.alloc(0), level * TILE_HEIGHT);
  }
  isTold = true;
  return range;
}

function expected(system: LedgerFileSystem, folder: string, path: string, bytes?: number): Buffer {
  const found = readWhole(system, join(folder, path));
  if (found === undefined || (bytes !== undefined && found.length !== bytes)) {
    throw damaged(folder, `${path} ${found === undefined ? 'is missing' : 'has not its length'}`);
  }
  return found;
}

function damaged(folder: string, what: string): Error {
  return new Error(`the ledger in ${folder} is damaged: ${what}; "portcullis audit verify" tells more`);
}
