import fs from 'node:fs';
import { dirname } from 'node:path';
import { type LedgerFileSystem, syncFolder } from '../journal/ledger-file-system.ts';

const { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } = fs.constants;

/** Writes whole files below a folder; their bytes are durable at once, their names with the next `syncNames`. */
export class DurableFiles {
  readonly #system: LedgerFileSystem;
  readonly #top: string;
  readonly #folders = new Set<string>();

  constructor(system: LedgerFileSystem, top: string) {
    this.#system = system;
    this.#top = top;
  }

  /** `path` is below the top folder, or the top folder's own child. */
  write(path: string, bytes: Buffer): void {
    const folder = dirname(path);
    if (!this.#folders.has(folder)) this.#system.mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folders.add(folder);
    const fd = this.#system.openSync(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
    try {
      let at = 0;
      while (at < bytes.length) {
        const written = this.#system.writeSync(fd, bytes, at, bytes.length - at, at);
        if (written === 0) throw new Error('the disk takes no more bytes');
        at += written;
      }
      this.#system.fsyncSync(fd);
    } finally {
      this.#system.closeSync(fd);
    }
  }

  /** Puts a whole new content in the place of a file in the top folder; either the old or the new one is there, always. */
  replace(path: string, bytes: Buffer): void {
    const aside = `${path}.new`;
    this.write(aside, bytes);
    this.#system.renameSync(aside, path);
    this.syncNames();
  }

  /** Makes the names of all written files durable: their folders, and the folders above these. */
  syncNames(): void {
    const folders = new Set<string>();
    for (const written of this.#folders) {
      for (let folder = written; folder.length >= this.#top.length; folder = dirname(folder)) folders.add(folder);
    }
    for (const folder of folders) syncFolder(this.#system, folder);
    this.#folders.clear();
  }
}

/** The bytes of a file; undefined where there is none. */
export function readWhole(system: LedgerFileSystem, path: string): Buffer | undefined {
  let fd: number;
  try {
    fd = system.openSync(path, O_RDONLY, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(system.fstatSync(fd).size);
    let at = 0;
    while (at < bytes.length) {
      const read = system.readSync(fd, bytes, at, bytes.length - at, at);
      if (read === 0) break;
      at += read;
    }
    return bytes.subarray(0, at);
  } finally {
    system.closeSync(fd);
  }
}
