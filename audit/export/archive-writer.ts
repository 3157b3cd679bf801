import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Sink } from './hashed-file.ts';

/** What is in the archive is text that repeats itself: the quickest compression already makes it a tenth. */
const LEVEL = 1;
const AHEAD_BYTES = 1 << 20;

/** Writes a zip archive, streamed; all files in it are of the same time. */
export class ArchiveWriter {
  readonly #path: string;
  readonly #zip = new ZipFile();
  readonly #options: { readonly mtime: Date; readonly mode: number; readonly compressionLevel: number };
  /** Ends when the archive is written, or rejects with what went wrong. */
  readonly #written: Promise<void>;

  constructor(path: string, time: Date) {
    this.#path = path;
    this.#options = { mtime: time, mode: 0o100644, compressionLevel: LEVEL };
    const failed = new Promise<never>((_, fail) => this.#zip.on('error', fail));
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.#written = Promise.race([failed, pipeline(this.#zip.outputStream, file)]);
    // Whoever waits for it hears of it; nobody may be waiting yet.
    this.#written.catch(() => undefined);
  }

  /** A file that is compressed while it is being made. What is added meanwhile comes behind it. */
  stream(name: string): Sink {
    const through = new PassThrough({ highWaterMark: AHEAD_BYTES });
    this.#zip.addReadStream(through, name, { ...this.#options, forceDosTimestamp: true });
    return {
      put: async (bytes) => {
        if (!through.write(bytes)) await Promise.race([once(through, 'drain'), this.#written]);
      },
      end: () => {
        through.end();
        return Promise.resolve();
      },
    };
  }

  /** A file that lies on disk. */
  file(path: string, name: string): void {
    this.#zip.addFile(path, name, { ...this.#options, forceDosTimestamp: true });
  }

  /** The archive is whole and durable when it resolves. */
  async end(): Promise<void> {
    this.#zip.end();
    await this.#written;
    const file = await open(this.#path, 'r');
    await file.sync().finally(() => file.close());
  }
}
