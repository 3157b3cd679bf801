import { join } from 'node:path';
import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { readWhole } from './durable-files.ts';

/** The latest checkpoint of a ledger, a signed note. */
export function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint');
}

/** The latest checkpoint of a folder, its signature not verified; undefined for an empty ledger. Throws where it is none. */
export function readCheckpoint(system: LedgerFileSystem, folder: string): Checkpoint | undefined {
  const bytes = readWhole(system, checkpointPath(folder));
  return bytes === undefined ? undefined : parseCheckpoint(parseNote(bytes.toString()).text);
}
