import fs from 'node:fs';
import { BATCH_HEADER_BYTES, BATCH_MARK, type Batch, batchBytes, readBatch } from './batch.ts';
import type { LedgerFileSystem } from './ledger-file-system.ts';

const BLOCK_BYTES = 1 << 20;

/** Reads the batches of one segment in order, in blocks, while a writer may go on appending to it. */
export class SegmentReader {
  readonly #system: LedgerFileSystem;
  readonly #fd: number;
  #block: Buffer = Buffer.alloc(0);
  /** Where `#block` begins in the file, and where the next batch begins in `#block`. */
  #blockAt = 0;
  #at = 0;

  constructor(system: LedgerFileSystem, path: string) {
    this.#system = system;
    this.#fd = system.openSync(path, fs.constants.O_RDONLY, 0);
  }

  /** Bytes up to the end of the last batch that `next` gave. */
  get position(): number {
    return this.#blockAt + this.#at;
  }

  /** The next whole batch; undefined where none stands there (yet). Its bytes are good until the next call. */
  next(): Batch | undefined {
    const batch = readBatch(this.#block, this.#at) ?? this.#readOn();
    if (batch !== undefined) this.#at = batch.end;
    return batch;
  }

  /**
   * True where a whole batch follows bytes that are none. A batch is written only after the one before it is durable, so a
   * torn end has nothing behind it: what has was damaged. No entry can pass for a batch, whose header has zero bytes.
   */
  isDamagedAhead(): boolean {
    this.#fill(this.#system.fstatSync(this.#fd).size - this.position);
    for (let at = this.#block.indexOf(BATCH_MARK, 1); at >= 0; at = this.#block.indexOf(BATCH_MARK, at + 1)) {
      if (readBatch(this.#block, at) !== undefined) return true;
    }
    return false;
  }

  close(): void {
    this.#system.closeSync(this.#fd);
  }

  #readOn(): Batch | undefined {
    this.#fill(BLOCK_BYTES);
    const length = batchBytes(this.#block, this.#at);
    if (length !== undefined && length > this.#block.length) this.#fill(length);
    return readBatch(this.#block, this.#at);
  }

  #fill(least: number): void {
    this.#blockAt = this.position;
    this.#at = 0;
    const block = Buffer.allocUnsafe(Math.max(least, BATCH_HEADER_BYTES));
    let filled = 0;
    while (filled < block.length) {
      const read = this.#system.readSync(this.#fd, block, filled, block.length - filled, this.#blockAt + filled);
      if (read === 0) break;
      filled += read;
    }
    this.#block = block.subarray(0, filled);
  }
}
