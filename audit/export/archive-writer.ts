import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** What is in the archive is text that repeats itself: the quickest compression already makes it a tenth. */
const LEVEL = 1;

/** Puts files of a folder into a zip archive at `path`, in order, all of the same time; streamed. Durable when it resolves. */
export async function writeArchive(path: string, folder: string, names: readonly string[], time: Date): Promise<void> {
  const zip = new ZipFile();
  for (const name of names)
    zip.addFile(join(folder, name), name, {
      mtime: time,
      mode: 0o100644,
      compressionLevel: LEVEL,
      forceDosTimestamp: true,
    });
  const failed = new Promise<never>((_, fail) => zip.on('error', fail));
  zip.end();
  await Promise.race([failed, pipeline(zip.outputStream, createWriteStream(path, { flags: 'wx', mode: 0o600 }))]);
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}
