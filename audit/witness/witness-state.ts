import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFileSync } from '../../storage/replace-file.ts';

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
    replaceFileSync(join(this.#folder, hash), note);
  }
}

/** SHA-256 of an origin, as the path of a monitor's request has it (C2SP tlog-witness). */
export function originHash(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}
