import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { signCheckpoint } from './checkpoint.ts';
import { CompactRange } from './compact-range.ts';
import { leafHash } from './merkle-hash.ts';
import { type NoteSigner, noteSigner } from './signed-note.ts';
import { bundlePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from './tile-path.ts';

export const ORIGIN = 'ledger.example/gateway';
export const LOG_SIGNER: NoteSigner = noteSigner(ORIGIN, Buffer.alloc(32, 1));

/** A checkpoint to be signed: of the first `size` entries. */
export interface Signing {
  readonly size: number;
  readonly signers?: readonly NoteSigner[];
}

export interface LedgerPlan {
  readonly entries: readonly (string | Buffer)[];
  /** In order; the last one is the latest. All stand in the history. */
  readonly signings?: readonly Signing[];
  readonly keys?: readonly string[];
  /** Entries below it are taken away, as far as whole bundles and tiles allow. */
  readonly minimum?: number;
}

/** Lays out a ledger's folder as the C2SP formats say, all at once and by their definitions. Returns the notes, as in the history. */
export async function writeLedger(folder: string, plan: LedgerPlan): Promise<string[]> {
  const entries = plan.entries.map((entry) => Buffer.from(entry));
  const signings = plan.signings ?? [{ size: entries.length }];
  const { levels, roots } = treeOf(entries, new Set(signings.map(({ size }) => size)));
  const minimum = plan.minimum ?? 0;
  const put = (path: string, bytes: Buffer | string): Promise<void> => place(join(folder, path), bytes);
  for (let at = 0; at < entries.length; at += TILE_WIDTH) {
    const bundle = entries.slice(at, at + TILE_WIDTH);
    if (at + TILE_WIDTH > minimum)
      await put(bundlePath(at / TILE_WIDTH, bundle.length), Buffer.concat(bundle.flatMap(framed)));
  }
  for (const [level, hashes] of levels.entries()) {
    for (let at = 0; at < hashes.length; at += TILE_WIDTH) {
      const tile = hashes.slice(at, at + TILE_WIDTH);
      if ((at + TILE_WIDTH) * TILE_WIDTH ** level > minimum)
        await put(tilePath(level, at / TILE_WIDTH, tile.length), Buffer.concat(tile));
    }
  }
  const signed = signings.at(-1)?.size ?? 0;
  for (const [path, bytes] of rightEdge(signed, entries, levels)) await put(path, bytes);
  const notes = signings.map(({ size, signers = [LOG_SIGNER] }) =>
    signCheckpoint({ origin: ORIGIN, size, root: roots.get(size) ?? Buffer.alloc(0) }, signers),
  );
  await put('checkpoint', notes.at(-1) ?? '');
  await put('checkpoints.jsonl', historyOf(notes));
  await put('keys.txt', `${(plan.keys ?? [LOG_SIGNER.verifierKey]).join('\n')}\n`);
  if (minimum > 0) await put('minimum', `${minimum}\n`);
  return notes;
}

export function historyOf(notes: readonly string[]): string {
  const start = Date.parse('2026-11-02T00:00:00.000Z');
  return notes
    .map((note, at) => `${JSON.stringify({ time: new Date(start + at * 60_000).toISOString(), note })}\n`)
    .join('');
}

/** A file in a folder that may not be there yet. */
async function place(path: string, bytes: Buffer | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** An entry as it stands in a bundle. */
export function framed(entry: Buffer): Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(entry.length);
  return [length, entry];
}

/** Partial files of the tree of `size` entries, which a log must have while that is its latest checkpoint. */
function rightEdge(
  size: number,
  entries: readonly Buffer[],
  levels: readonly (readonly Buffer[])[],
): [string, Buffer][] {
  const files: [string, Buffer][] = [];
  const start = size - (size % TILE_WIDTH);
  if (start < size)
    files.push([
      bundlePath(start / TILE_WIDTH, size - start),
      Buffer.concat(entries.slice(start, size).flatMap(framed)),
    ]);
  for (let level = 0, nodes = size; nodes > 0; level++, nodes = Math.floor(nodes / TILE_WIDTH)) {
    const from = nodes - (nodes % TILE_WIDTH);
    if (from < nodes)
      files.push([
        tilePath(level, from / TILE_WIDTH, nodes - from),
        Buffer.concat(levels[level]?.slice(from, nodes) ?? []),
      ]);
  }
  return files;
}

/** Hashes of all levels of tiles, and the roots of the trees of these sizes. */
function treeOf(entries: readonly Buffer[], sizes: ReadonlySet<number>) {
  const levels: Buffer[][] = [[]];
  const roots = new Map<number, Buffer>();
  const range = new CompactRange((level, _index, hash) => {
    if (level % TILE_HEIGHT !== 0) return;
    const list = levels[level / TILE_HEIGHT] ?? [];
    levels[level / TILE_HEIGHT] = list;
    list.push(hash);
  });
  if (sizes.has(0)) roots.set(0, range.root());
  for (const entry of entries) {
    const hash = leafHash(entry);
    levels[0]?.push(hash);
    range.append(hash);
    if (sizes.has(range.size)) roots.set(range.size, range.root());
  }
  return { levels, roots };
}
