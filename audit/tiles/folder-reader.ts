import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EntryRun, LogReader } from '../log-reader.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { perfectRoot } from '../tlog/side-by-side.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { bundlePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from '../tlog/tile-path.ts';
import { checkpointPath } from './checkpoint-file.ts';

/** Opens a ledger's folder, or a copy of one, for reading. Rejects where there is no checkpoint. */
export async function openFolderReader(folder: string): Promise<LogReader> {
  const place = resolve(folder);
  const { origin, size } = await readHead(place);
  return new FolderReader(place, origin, size, await readMinimum(place));
}

class FolderReader implements LogReader {
  readonly origin: string;
  readonly minimum: number;
  readonly #folder: string;
  /** Largest tree that a checkpoint was seen of: its partial files are there, or full ones in their place. */
  #size: number;

  constructor(folder: string, origin: string, size: number, minimum: number) {
    this.#folder = folder;
    this.origin = origin;
    this.#size = size;
    this.minimum = minimum;
  }

  async checkpoint(): ReturnType<LogReader['checkpoint']> {
    const { note, size, root } = await readHead(this.#folder);
    this.#size = Math.max(this.#size, size);
    return { note, size, root };
  }

  async *entries(from: number, to: number): AsyncGenerator<EntryRun> {
    for (let at = from; at < to; ) {
      const index = Math.floor(at / TILE_WIDTH);
      const first = index * TILE_WIDTH;
      const width = Math.min(TILE_WIDTH, Math.max(to, this.#size) - first);
      const all = entriesOf(await this.#read(bundlePath(index, width), bundlePath(index)));
      const end = Math.min(to, first + TILE_WIDTH);
      if (all.length < end - first) throw new Error(`the ledger's bundle ${index} holds ${all.length} entries only`);
      yield { first: at, entries: all.slice(at - first, end - first) };
      at = end;
    }
  }

  async subtree(level: number, index: number): Promise<Buffer> {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const count = 2 ** (level % TILE_HEIGHT);
    const start = index * count;
    const tileIndex = Math.floor(start / TILE_WIDTH);
    const nodes = Math.floor(this.#size / TILE_WIDTH ** tileLevel) - tileIndex * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, Math.max(nodes, (start % TILE_WIDTH) + count));
    const tile = await this.#read(tilePath(tileLevel, tileIndex, width), tilePath(tileLevel, tileIndex));
    const at = (start % TILE_WIDTH) * HASH_BYTES;
    const bytes = tile.subarray(at, at + count * HASH_BYTES);
    if (bytes.length < count * HASH_BYTES)
      throw new Error(`the ledger's tile ${tileIndex} of level ${tileLevel} is too short`);
    return perfectRoot(bytes);
  }

  /** A partial file gives way to the full one as soon as that is there. */
  async #read(path: string, full: string): Promise<Buffer> {
    try {
      return await readFile(join(this.#folder, path));
    } catch (error) {
      if (path === full || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return await readFile(join(this.#folder, full));
    }
  }
}

async function readHead(folder: string) {
  const note = await readFile(checkpointPath(folder), 'utf8');
  return { note, ...parseCheckpoint(parseNote(note).text) };
}

async function readMinimum(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'minimum'), 'utf8').catch(() => '0');
  const minimum = Number(text.trim());
  if (!Number.isSafeInteger(minimum) || minimum < 0) throw new Error(`${join(folder, 'minimum')} holds no index`);
  return minimum;
}
