import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { draftOf, syncFolder, writeDraft } from '../../storage/replace-file.ts';

const FORMAT = Buffer.from('portcullis-handles/1\n');
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A file that holds a secret, encrypted by AES-256-GCM under another key (32 bytes), readable by its owner only. */
export interface KeyFile {
  readonly path: string;
  /** What is bound to the content: a file that is put in the place of another does not open. */
  readonly name: string;
  readonly wrappingKey: Buffer;
}

/**
 * Undefined where there is none. Brings a replacement to its end that was broken off, unless somebody else may be about it
 * (`isShared`). Throws an Error that says what to do where it cannot be read or opened.
 */
export function readKeyFile(file: KeyFile, isShared = false): Buffer | undefined {
  const draft = openedDraft(file);
  if (draft !== undefined) {
    if (!isShared) finish(file);
    return draft;
  }
  const bytes = bytesOf(file.path);
  if (bytes === undefined) return undefined;
  try {
    return open(file, bytes);
  } catch (error) {
    // Replaced between the two looks.
    const late = isShared ? openedDraft(file) : undefined;
    if (late === undefined) throw error;
    return late;
  }
}

/**
 * Puts a content in the place of what was there: written whole and durable before, then the old bytes are overwritten on
 * the disk, then the new file takes their place. Whatever happens in between, one of the two can be read.
 */
export function replaceKeyFile(file: KeyFile, content: Buffer): void {
  writeDraft(file.path, sealed(file, content));
  finish(file);
}

/** Overwrites a file, then removes it. */
export function destroyKeyFile({ path }: KeyFile): void {
  for (const one of [path, draftOf(path)]) {
    overwrite(one);
    rmSync(one, { force: true });
  }
  syncFolder(dirname(path));
}

/** From a draft that is whole. */
function finish({ path }: KeyFile): void {
  overwrite(path);
  renameSync(draftOf(path), path);
  syncFolder(dirname(path));
}

/** A draft that does not open is one that was cut off while it was written: what it was to replace still stands. */
function openedDraft(file: KeyFile): Buffer | undefined {
  const bytes = bytesOf(draftOf(file.path));
  if (bytes === undefined) return undefined;
  try {
    return open(file, bytes);
  } catch {
    return undefined;
  }
}

function overwrite(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'r+');
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    const noise = randomBytes(size);
    for (let at = 0; at < size; ) at += writeSync(fd, noise, at, size - at, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function sealed({ name, wrappingKey }: KeyFile, content: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(name));
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([FORMAT, iv, cipher.getAuthTag(), encrypted]);
}

function open({ path, name, wrappingKey }: KeyFile, bytes: Buffer): Buffer {
  const tagAt = FORMAT.length + IV_BYTES;
  const start = tagAt + TAG_BYTES;
  try {
    if (bytes.length < start || !bytes.subarray(0, FORMAT.length).equals(FORMAT)) throw new Error('no key file');
    const iv = bytes.subarray(FORMAT.length, tagAt);
    const cipher = createDecipheriv('aes-256-gcm', wrappingKey, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(tagAt, start));
    return Buffer.concat([cipher.update(bytes.subarray(start)), cipher.final()]);
  } catch {
    throw new Error(
      `${path} cannot be opened: it is damaged, or was made under another master secret. Restore it or the secret; or move it away, and the handles of that month can never be told again.`,
    );
  }
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
