import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestFile } from './manifest.ts';

const CHUNK_BYTES = 1 << 18;

/** A file that is written from beginning to end, and hashed on the way. */
export class HashedFile {
  readonly #name: string;
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #parts: (string | Buffer)[] = [];
  #waiting = 0;
  #bytes = 0;

  private constructor(name: string, file: FileHandle) {
    this.#name = name;
    this.#file = file;
  }

  static async create(folder: string, name: string): Promise<HashedFile> {
    return new HashedFile(name, await open(join(folder, name), 'wx', 0o600));
  }

  /** Takes a text or bytes; where this gives a promise, wait for it before the next. */
  write(part: string | Buffer): Promise<void> | undefined {
    this.#parts.push(part);
    this.#waiting += part.length;
    return this.#waiting < CHUNK_BYTES ? undefined : this.#flush();
  }

  async end(): Promise<ManifestFile> {
    await this.#flush();
    await this.#file.close();
    return { name: this.#name, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Lets go of the file, whole or not. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    if (this.#waiting === 0) return;
    const parts = this.#parts;
    this.#parts = [];
    this.#waiting = 0;
    const areTexts = parts.every((part) => typeof part === 'string');
    const bytes = areTexts ? Buffer.from(parts.join('')) : Buffer.concat(parts.map((part) => Buffer.from(part)));
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#file.writeFile(bytes);
  }
}
