import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestFile } from './manifest.ts';

const CHUNK_BYTES = 1 << 18;
/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** Where the bytes of a file go. */
export interface Sink {
  put(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

/** A sink that is a new file of a folder. */
export async function fileSink(folder: string, name: string): Promise<Sink> {
  const file = await open(join(folder, name), 'wx', 0o600);
  return { put: (bytes) => file.writeFile(bytes), end: () => file.close() };
}

/** A file that is written from beginning to end, and hashed on the way. */
export class HashedFile {
  readonly #name: string;
  readonly #sink: Sink;
  readonly #hash = createHash('sha256');
  #chunk: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #waiting = 0;
  #bytes = 0;
  #isOpen = true;

  constructor(name: string, sink: Sink) {
    this.#name = name;
    this.#sink = sink;
  }

  /** Takes a text or bytes; where this gives a promise, wait for it before the next. */
  write(part: string | Buffer): Promise<void> | undefined {
    this.#reserve(typeof part === 'string' ? part.length * BYTES_PER_UNIT : part.length);
    if (typeof part === 'string') this.#waiting += this.#chunk.write(part, this.#waiting);
    else this.#waiting += part.copy(this.#chunk, this.#waiting);
    return this.#waiting < CHUNK_BYTES / 2 ? undefined : this.#flush();
  }

  async end(): Promise<ManifestFile> {
    await this.#flush();
    await this.close();
    return { name: this.#name, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Lets go of the file, whole or not. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#sink.end();
  }

  #reserve(bytes: number): void {
    if (this.#waiting + bytes <= this.#chunk.length) return;
    const larger = Buffer.allocUnsafe(this.#waiting + bytes);
    this.#chunk.copy(larger, 0, 0, this.#waiting);
    this.#chunk = larger;
  }

  async #flush(): Promise<void> {
    if (this.#waiting === 0) return;
    const bytes = this.#chunk.subarray(0, this.#waiting);
    // Whoever takes the bytes may keep them.
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#waiting = 0;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#sink.put(bytes);
  }
}
