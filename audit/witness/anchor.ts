import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogReader } from '../log-reader.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { consistencyProof, isConsistent } from '../tlog/consistency-proof.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { originHash } from './witness-state.ts';

const PATIENCE_MS = 60_000;
const HASH_DIGITS = 8;

export interface Anchored {
  /** File in the repository. */
  readonly file: string;
  readonly size: number;
  /** False where the repository already had this checkpoint. */
  readonly isNew: boolean;
}

/**
 * Commits the latest checkpoint into a git repository, in a file for this log. Rejects where the one that stands there is
 * not consistent with the log as it is now: then one of them is false, and git keeps the evidence.
 */
export async function anchor(reader: LogReader, repository: string): Promise<Anchored> {
  const { note, size, root } = await reader.checkpoint();
  const file = `${reader.origin.replace(/[^A-Za-z0-9.-]+/g, '-')}-${originHash(reader.origin).slice(0, HASH_DIGITS)}.checkpoint`;
  const path = join(repository, file);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined) {
    const earlier = parseCheckpoint(parseNote(before).text);
    if (earlier.origin !== reader.origin) throw new Error(`${file} is of the log ${earlier.origin}`);
    if (earlier.size > size) throw new Error(`${file} has ${earlier.size} entries, the log ${size}: it was wound back`);
    const proof = await consistencyProof((level, index) => reader.subtree(level, index), earlier.size, size);
    if (!isConsistent(earlier, { size, root }, proof))
      throw new Error(
        `${file} stands for other entries than the log has now: verify the log with --checkpoint ${path}`,
      );
    if (earlier.size === size) return { file, size, isNew: false };
  }
  await writeFile(path, note);
  try {
    git(repository, 'add', '--', file);
    git(repository, 'commit', '--quiet', '--message', `Checkpoint of ${reader.origin}: ${size} entries`, '--', file);
  } catch (error) {
    // What is not committed must not be taken for anchored the next time.
    await (before === undefined ? rm(path, { force: true }) : writeFile(path, before));
    throw error;
  }
  return { file, size, isNew: true };
}

function git(repository: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('git', ['-C', repository, ...args], {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (error !== undefined) throw new Error(`git could not be run: ${error.message}`);
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim().slice(0, 500)}`);
}
