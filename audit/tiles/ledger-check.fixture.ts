import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';
import { CompactRange, subtreesBetween } from '../tlog/compact-range.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import { HASH_BYTES, leafHash } from '../tlog/merkle-hash.ts';
import { bundlePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import { readWhole } from './durable-files.ts';

/**
 * Reads a whole ledger the plain way: every entry under the checkpoint, from bundles alone. Asserts that every tile is
 * there with the right hashes, and that all of them come to the checkpoint's root.
 */
export function checkedEntries(system: LedgerFileSystem, folder: string): string[] {
  const { size, root } = readCheckpoint(system, folder) ?? { size: 0, root: new CompactRange().root() };
  const nodes = new Map<string, Buffer>();
  const range = new CompactRange((level, index, hash) => nodes.set(`${level}/${index}`, hash));
  const entries: string[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const found = entriesOf(mustRead(system, join(folder, bundlePath(index, width))));
    assert.equal(found.length, width);
    for (const entry of found) {
      nodes.set(`0/${entries.length}`, leafHash(entry));
      range.append(leafHash(entry));
      entries.push(entry.toString());
    }
  }
  assert.ok(range.root().equals(root), 'the entries come to the root of the checkpoint');
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      const width = Math.min(TILE_WIDTH, count - index * TILE_WIDTH);
      const tile = mustRead(system, join(folder, tilePath(level, index, width)));
      assert.equal(tile.length, width * HASH_BYTES);
      for (let at = 0; at < width; at++) {
        const node = nodes.get(`${level * TILE_HEIGHT}/${index * TILE_WIDTH + at}`);
        assert.ok(
          node?.equals(tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
          `tile ${level}/${index}, hash ${at}`,
        );
      }
    }
  }
  return entries;
}

/** Root of the tree over these entries. */
export function rootOf(entries: readonly string[]): Buffer {
  const range = new CompactRange();
  for (const entry of entries) range.append(leafHash(Buffer.from(entry)));
  return range.root();
}

/** Root of a tree whose entries are known by the hashes of its largest subtrees only. */
export async function rootBySubtrees(
  size: number,
  subtree: (level: number, index: number) => Promise<Buffer>,
): Promise<Buffer> {
  const range = new CompactRange();
  for (const { level, index } of subtreesBetween(0, size)) range.append(await subtree(level, index), level);
  return range.root();
}

function mustRead(system: LedgerFileSystem, path: string): Buffer {
  const bytes = readWhole(system, path);
  assert.ok(bytes !== undefined, `${path} is missing`);
  return bytes;
}
