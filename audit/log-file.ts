import fs from 'node:fs';

type Done = (error: Error | null, count?: number) => void;

/** The few file operations a log needs; a test hands in ones that fail. */
export interface LogFileSystem {
  /**
   * Flag to open a log with so that a write is durable when it returns (O_DSYNC, POSIX open(2)): one way through the
   * thread pool instead of two. Undefined where the platform has none, or means less by it: then every write is followed
   * by `fdatasync`.
   */
  readonly durableWrites?: number | undefined;
  openSync(path: string, flags: number, mode: number): number;
  closeSync(fd: number): void;
  fstatSync(fd: number): { readonly size: number };
  readSync(fd: number, buffer: Buffer, offset: number, length: number, position: number): number;
  ftruncateSync(fd: number, length: number): void;
  fdatasyncSync(fd: number): void;
  fsyncSync(fd: number): void;
  writev(fd: number, buffers: readonly Buffer[], position: number, done: Done): void;
  fdatasync(fd: number, done: Done): void;
}

export const realFileSystem: LogFileSystem = {
  ...fs,
  durableWrites: process.platform === 'linux' ? fs.constants.O_DSYNC : undefined,
};

const FLAGS = fs.constants.O_RDWR | fs.constants.O_CREAT;
const BLOCK_BYTES = 1 << 16;
const NEWLINE = 0x0a;

/** An open log file that ends with a whole line. */
export interface HealedFile {
  readonly fd: number;
  readonly size: number;
  /** Bytes that were cut off its end. */
  readonly cut: number;
}

/**
 * Opens (or creates) a log file and cuts what stands behind its last line end, or behind `keep` bytes where a caller
 * knows how much is durable. The new length and the file's name are on disk when it returns.
 */
export function openHealed(system: LogFileSystem, path: string, folder: string, keep = Infinity): HealedFile {
  const fd = system.openSync(path, FLAGS | (system.durableWrites ?? 0), 0o600);
  try {
    const before = system.fstatSync(fd).size;
    const size = lastLineEnd(system, fd, Math.min(before, keep));
    if (size < before) system.ftruncateSync(fd, size);
    system.fdatasyncSync(fd);
    syncFolder(system, folder);
    return { fd, size, cut: before - size };
  } catch (error) {
    system.closeSync(fd);
    throw error;
  }
}

function lastLineEnd(system: LogFileSystem, fd: number, size: number): number {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const read = system.readSync(fd, block, 0, end - start, start);
    const at = block.subarray(0, read).lastIndexOf(NEWLINE);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** A new file's name is durable only once its folder is. Windows cannot open a folder and keeps names by itself. */
function syncFolder(system: LogFileSystem, folder: string): void {
  if (process.platform === 'win32') return;
  const fd = system.openSync(folder, fs.constants.O_RDONLY, 0);
  try {
    system.fsyncSync(fd);
  } finally {
    system.closeSync(fd);
  }
}
