import fs from 'node:fs';
import { dirname } from 'node:path';

type Done = (error: Error | null, count?: number) => void;

/** The few file operations a ledger needs; a test hands in ones that fail. */
export interface LedgerFileSystem {
  /**
   * Flag to open a journal with so that a write is durable when it returns (O_DSYNC, POSIX open(2)): one way through the
   * thread pool instead of two. Undefined where the platform has none, or means less by it: then every write is followed
   * by `fdatasync`.
   */
  readonly durableWrites?: number | undefined;
  openSync(path: string, flags: number, mode: number): number;
  closeSync(fd: number): void;
  fstatSync(fd: number): { readonly size: number };
  readSync(fd: number, buffer: Buffer, offset: number, length: number, position: number): number;
  writeSync(fd: number, buffer: Buffer, offset: number, length: number, position: number): number;
  ftruncateSync(fd: number, length: number): void;
  fdatasyncSync(fd: number): void;
  fsyncSync(fd: number): void;
  mkdirSync(path: string, options: { readonly recursive: true; readonly mode: number }): unknown;
  readdirSync(path: string): string[];
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  rmSync(path: string, options: { readonly recursive: true; readonly force: true }): void;
  writev(fd: number, buffers: readonly Buffer[], position: number, done: Done): void;
  fdatasync(fd: number, done: Done): void;
}

export const realFileSystem: LedgerFileSystem = {
  ...fs,
  durableWrites: process.platform === 'linux' ? fs.constants.O_DSYNC : undefined,
};

/** A file's name is durable only once its folder is. Windows cannot open a folder and keeps names by itself. */
export function syncFolder(system: LedgerFileSystem, folder: string): void {
  if (process.platform === 'win32') return;
  const fd = system.openSync(folder, fs.constants.O_RDONLY, 0);
  try {
    system.fsyncSync(fd);
  } finally {
    system.closeSync(fd);
  }
}

/**
 * Makes a folder, and its name durable: a start that was cut short may have left it, or one above it, without. A folder
 * above that may not be read is another's, and was there before.
 */
export function makeFolder(system: LedgerFileSystem, folder: string): void {
  system.mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let at = folder, above = dirname(at); above !== at; at = above, above = dirname(at)) {
    try {
      syncFolder(system, above);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EACCES', 'EPERM'].includes(code)) throw error;
    }
  }
}
