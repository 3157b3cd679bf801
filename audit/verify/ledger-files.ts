import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';

/** The files of a ledger's folder, for reading only; paths are relative with `/`. What is larger than allowed is not read. */
export interface LedgerFiles {
  /** Where they are, for messages. */
  readonly place: string;
  /** Content of a file of at most `most` bytes; undefined where there is none. */
  read(path: string, most: number): Buffer | undefined;
  /** Names in a folder; empty where there is none. */
  list(path: string): readonly string[];
  /** A file's text a line at a time, without line ends, up to the `bytes` it had when asked; a torn last line is not given. */
  lines(path: string, mostPerLine: number): Generator<string>;
}

const BLOCK_BYTES = 1 << 20;

export function ledgerFiles(folder: string): LedgerFiles {
  const at = (path: string): string => `${folder}/${path}`;
  return {
    place: folder,
    read: (path, most) => readBounded(at(path), most),
    list(path) {
      try {
        return readdirSync(at(path));
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    lines: (path, most) => linesOf(at(path), most),
  };
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** True where a file begins as zip archives do. */
export function beginsLikeZip(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    return readAt(fd, 2, 0).toString('latin1') === 'PK';
  } finally {
    closeSync(fd);
  }
}

/** Content of a file; undefined where there is none, an Error where it is no file or longer than `most` bytes. */
export function readBounded(path: string, most: number): Buffer | undefined {
  const fd = openExisting(path);
  if (fd === undefined) return undefined;
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) throw new Error(`${path} is not a file`);
    if (status.size > most) throw new Error(`${path} is larger than it can be (${status.size} bytes)`);
    return readAt(fd, status.size, 0);
  } finally {
    closeSync(fd);
  }
}

/** Up to `count` bytes from `position`; fewer where the file ends. */
export function readAt(fd: number, count: number, position: number): Buffer {
  const bytes = Buffer.allocUnsafe(count);
  let filled = 0;
  while (filled < count) {
    const read = readSync(fd, bytes, filled, count - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

function* linesOf(path: string, most: number): Generator<string> {
  const fd = openExisting(path);
  if (fd === undefined) return;
  try {
    const { size } = fstatSync(fd);
    let rest: Buffer = Buffer.alloc(0);
    for (let position = 0; position < size; ) {
      const block = readAt(fd, Math.min(BLOCK_BYTES, size - position), position);
      if (block.length === 0) break;
      position += block.length;
      rest = Buffer.concat([rest, block]);
      let start = 0;
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
        yield rest.toString('utf8', start, end);
        start = end + 1;
      }
      rest = rest.subarray(start);
      if (rest.length > most) throw new Error(`${path} has a line of more than ${most} bytes`);
    }
  } finally {
    closeSync(fd);
  }
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
