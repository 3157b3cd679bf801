import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { readAt } from './ledger-files.ts';
import { UnreadableError } from './signed-head.ts';

/** The files of an export, in an archive or unpacked. None has a folder in its name. */
export interface ArchiveFiles {
  readonly place: string;
  /** Names with their sizes in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Content of a file in pieces; nothing for one that is not there. Throws an UnreadableError where it is damaged. */
  chunks(name: string): AsyncIterable<Buffer>;
}

export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const MOST_FILES = 1000;
export const PIECE_BYTES = 1 << 18;

/** Content of a file of at most `most` bytes; undefined where there is none. */
export async function wholeFile(files: ArchiveFiles, name: string, most: number): Promise<Buffer | undefined> {
  const size = files.sizes.get(name);
  if (size === undefined) return undefined;
  if (size > most) throw new UnreadableError(`${name} is larger than it can be`);
  const pieces: Buffer[] = [];
  for await (const piece of files.chunks(name)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** An export that was unpacked into a folder. */
export function unpackedFiles(folder: string): ArchiveFiles {
  const sizes = new Map<string, number>();
  for (const name of readdirSync(folder)) {
    const status = statSync(`${folder}/${name}`);
    if (!status.isFile() || !FILE_NAME.test(name) || sizes.size >= MOST_FILES)
      throw new UnreadableError(`${folder} holds more than an export`);
    sizes.set(name, status.size);
  }
  return { place: folder, sizes, chunks: (name) => fileChunks(`${folder}/${name}`) };
}

async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  const fd = openSync(path, 'r');
  try {
    let position = 0;
    for (let piece = readAt(fd, PIECE_BYTES, 0); piece.length > 0; piece = readAt(fd, PIECE_BYTES, position)) {
      position += piece.length;
      yield piece;
    }
  } finally {
    closeSync(fd);
  }
}

/** Lines of a file without their ends (`\n`), in groups; the last line must have one, too. */
export async function* lineGroups(files: ArchiveFiles, name: string, mostPerLine: number): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of files.chunks(name)) {
    const cut = piece.lastIndexOf(0x0a);
    if (cut < 0) {
      rest = Buffer.concat([rest, piece]);
    } else {
      const whole = Buffer.concat([rest, piece.subarray(0, cut)]);
      rest = Buffer.from(piece.subarray(cut + 1));
      yield whole.toString().split('\n');
    }
    if (rest.length > mostPerLine) throw new UnreadableError(`${name} has a line that is too long`);
  }
  if (rest.length > 0) throw new UnreadableError(`the last line of ${name} is not whole`);
}
