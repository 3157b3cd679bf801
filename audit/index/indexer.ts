import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import { EntryReader, type ResolvedEntry } from '../record/entry-reader.ts';
import { Batch } from './batch.ts';
import { type IndexedLog, noteCheckpoint, registerLog } from './logs.ts';
import { positionOf } from './position.ts';
import { Shapes } from './shape.ts';
import { tidyAfter } from './tidy.ts';
import { writeBatch } from './write-batch.ts';

export interface IndexerOptions {
  readonly database: Database;
  readonly log: LogReader;
  /** Entries that go in together; default 2000. */
  readonly batch?: number;
}

const BATCH = 2000;
const DEFINE = Buffer.from('{"id":');

/** Reads a log into the index, from where the index was left to the log's checkpoint. */
export class Indexer {
  readonly #database: Database;
  readonly #log: LogReader;
  readonly #batch: number;
  readonly #shapes = new Shapes();
  #reader: EntryReader | undefined;
  #state: IndexedLog | undefined;
  #sinceTidied = 0;

  constructor({ database, log, batch = BATCH }: IndexerOptions) {
    this.#database = database;
    this.#log = log;
    this.#batch = batch;
  }

  /** Number of entries that were read; ends early, between two batches, when it is told to. */
  async catchUp(signal?: AbortSignal): Promise<number> {
    const { note, size, root } = await this.#log.checkpoint();
    const state = await this.#enter();
    await noteCheckpoint(this.#database, state.log, { note, size, root });
    const start = state.next;
    while (state.next < size && signal?.aborted !== true) {
      const { next } = state;
      await this.#readOn(state, Math.min(size, next + this.#batch));
      // Somebody else reads the same log: go on from where they are.
      if (state.next === next) await this.#enter();
    }
    return state.next - start;
  }

  async #readOn(state: IndexedLog, to: number): Promise<void> {
    const reader = this.#reader ?? (await this.#readerAt(state));
    this.#reader = reader;
    this.#shapes.forgetWhenMany();
    const batch = new Batch(this.#shapes, positionOf(state.log, state.next));
    let { epoch } = state;
    for await (const { first, entries } of this.#log.entries(state.next, to)) {
      for (const [at, bytes] of entries.entries()) {
        const resolved = readEntry(reader, first + at, bytes);
        if (!(resolved instanceof Error) && resolved?.entry.type === 'epoch') epoch = first + at;
        batch.add(bytes, resolved);
      }
    }
    batch.finish();
    try {
      const written = await writeBatch(this.#database, batch, { epoch });
      if (!written) return this.#forget();
    } catch (error) {
      this.#forget();
      throw error;
    }
    state.next = to;
    state.epoch = epoch;
    this.#sinceTidied += batch.size;
    if (await tidyAfter(this.#database, this.#sinceTidied)) this.#sinceTidied = 0;
  }

  /** What was read or numbered since the last success does not count. */
  #forget(): void {
    this.#reader = undefined;
    this.#state = undefined;
    this.#shapes.forget();
  }

  async #enter(): Promise<IndexedLog> {
    this.#state ??= await registerLog(this.#database, this.#log);
    return this.#state;
  }

  /** Knows what the epoch under way has defined so far. */
  async #readerAt({ epoch, next }: IndexedLog): Promise<EntryReader> {
    const reader = new EntryReader();
    for await (const { first, entries } of this.#log.entries(Math.max(epoch, this.#log.minimum), next)) {
      for (const [at, bytes] of entries.entries()) {
        // All others are known already; canonical JSON has the id first.
        if (bytes.subarray(0, DEFINE.length).equals(DEFINE)) readEntry(reader, first + at, bytes);
      }
    }
    return reader;
  }
}

function readEntry(reader: EntryReader, index: number, bytes: Buffer): ResolvedEntry | undefined | Error {
  try {
    return reader.read(index, bytes);
  } catch (error) {
    return error as Error;
  }
}
