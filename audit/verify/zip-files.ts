import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { crc32, createInflateRaw } from 'node:zlib';
import { type ArchiveFiles, PIECE_BYTES } from './archive-files.ts';
import { UnreadableError } from './signed-head.ts';
import { STORED, type ZipEntry, zipDirectory } from './zip-directory.ts';

/** The files of a zip archive; contents are read as streams, never more than their directory entries announce. */
export function zipFiles(path: string): ArchiveFiles {
  const fd = openSync(path, 'r');
  try {
    const entries = new Map(zipDirectory(fd, fstatSync(fd).size).map((entry) => [entry.name, entry]));
    return {
      place: path,
      sizes: new Map([...entries.values()].map(({ name, size }) => [name, size])),
      chunks(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw new UnreadableError(`the archive has no ${name}`);
        return checkedChunks(path, entry);
      },
    };
  } finally {
    closeSync(fd);
  }
}

async function* checkedChunks(path: string, entry: ZipEntry): AsyncGenerator<Buffer> {
  let size = 0;
  let sum = 0;
  for await (const chunk of entry.method === STORED ? packed(path, entry) : inflated(path, entry)) {
    size += chunk.length;
    if (size > entry.size) throw new UnreadableError(`${entry.name} is longer than the archive announces`);
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (size !== entry.size || sum !== entry.crc) throw new UnreadableError(`${entry.name} is damaged in the archive`);
}

function packed(path: string, { start, packed: bytes }: ZipEntry): AsyncIterable<Buffer> {
  if (bytes === 0) return createEmpty();
  return createReadStream(path, { start, end: start + bytes - 1, highWaterMark: PIECE_BYTES });
}

async function* createEmpty(): AsyncGenerator<Buffer> {
  yield* [];
}

async function* inflated(path: string, entry: ZipEntry): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { start: entry.start, end: entry.start + Math.max(entry.packed, 1) - 1 });
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`${entry.name} is damaged in the archive`, { cause: error });
  } finally {
    source.destroy();
    inflate.destroy();
  }
  if (inflate.bytesWritten !== entry.packed) throw new UnreadableError(`${entry.name} is damaged in the archive`);
}
