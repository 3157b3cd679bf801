import { createHash } from 'node:crypto';
import { closeSync, constants, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The latest checkpoint that a witness cosigned of each log, on disk: a note a file. */
export class WitnessState {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** The note of a log by the hash of its origin; undefined where none was cosigned. Throws where it cannot be read. */
  byHash(hash: string): string | undefined {
    try {
      return readFileSync(join(this.#folder, hash), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Puts a note in the place of the last one; on disk when it returns. */
  put(hash: string, note: string): void {
    const path = join(this.#folder, hash);
    const fd = openSync(`${path}.new`, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
    try {
      const bytes = Buffer.from(note);
      if (writeSync(fd, bytes) !== bytes.length) throw new Error('the disk takes no more bytes');
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(`${path}.new`, path);
    const names = openSync(this.#folder, constants.O_RDONLY);
    try {
      fsyncSync(names);
    } finally {
      closeSync(names);
    }
  }
}

/** SHA-256 of an origin, as the path of a monitor's request has it (C2SP tlog-witness). */
export function originHash(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}
