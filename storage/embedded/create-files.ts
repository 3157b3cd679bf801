import { existsSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exited, startWorker } from './start-worker.ts';

/**
 * Makes the files of an empty database at `files`, in a thread that ends with it: what makes them takes 1 GB of memory for
 * some seconds, once. They appear whole or not at all, however the process ends.
 */
export async function createFiles(folder: string, files: string): Promise<void> {
  if (existsSync(files)) return;
  const unfinished = `${files}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await exited(await startWorker({ folder: unfinished, job: 'create' }));
  for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
    await sync(join(entry.parentPath, entry.name));
  }
  await sync(unfinished);
  await rename(unfinished, files);
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
