import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/**
 * Puts a whole content in the place of what was there: either the old or the new one is there, always, and the new one is
 * durable when this resolves. Readable by its owner only. The folder must be there; one replacement of a file at a time.
 */
export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  const draft = draftOf(path);
  // A draft that was left behind may have other rights than a new file gets.
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  syncFolder(dirname(path));
}

/** The same, for who must not let anything happen meanwhile. */
export function replaceFileSync(path: string, content: string | Buffer): void {
  writeDraft(path, content);
  renameSync(draftOf(path), path);
  syncFolder(dirname(path));
}

/** The first half of a replacement: the new content, durable beside the old one. */
export function writeDraft(path: string, content: string | Buffer): void {
  const draft = draftOf(path);
  rmSync(draft, { force: true });
  const fd = openSync(draft, 'wx', OWNER_ONLY);
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncFolder(dirname(path));
}

export function draftOf(path: string): string {
  return `${path}.new`;
}

/** A name is durable only once its folder is. Windows opens no folders, and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
