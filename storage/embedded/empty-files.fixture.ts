import { existsSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockFile } from '../lock-file.ts';
import { createFiles } from './create-files.ts';

/**
 * Puts an empty embedded database into a folder: a copy of one that is made once for this version of PGlite and kept in the
 * system's temporary folder, for making one takes seconds of computing.
 */
export async function placeEmptyFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await cp(await template(), join(folder, 'files'), { recursive: true });
}

async function template(): Promise<string> {
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest = join(dirname(main), '..', 'package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const folder = join(tmpdir(), `portcullis-pglite-${version}-${process.getuid?.() ?? ''}`);
  const files = join(folder, 'files');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  while (!existsSync(files)) {
    try {
      const release = await lockFile(files);
      await createFiles(folder, files).finally(release);
    } catch (error) {
      if (!String(error).includes('in use')) throw error;
      await setTimeout(50);
    }
  }
  return files;
}
