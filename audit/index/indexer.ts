import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import { EntryReader, type ResolvedEntry } from '../record/entry-reader.ts';
import { Batch } from './batch.ts';
import { type IndexedLog, noteCheckpoint, registerLog } from './logs.ts';
import { positionOf } from './position.ts';
import { removePruned } from './remove-pruned.ts';
import { Shapes } from './shape.ts';
import { tidyAfter } from './tidy.ts';
import { writeBatch } from './write-batch.ts';

export interface IndexerOptions {
  readonly database: Database;
  /** Entries that go in together; default 2000. */
  readonly batch?: number;
}

const BATCH = 2000;
const DEFINE = Buffer.from('{"id":');

/** Reads one log into the index, on from where the index was left. */
export class Indexer {
  readonly #database: Database;
  readonly #batch: number;
  readonly #shapes = new Shapes();
  /** Knows the definitions for the entry at this index. */
  #reader: { readonly at: number; readonly entries: EntryReader } | undefined;
  #sinceTidied = 0;

  constructor({ database, batch = BATCH }: IndexerOptions) {
    this.#database = database;
    this.#batch = batch;
  }

  /**
   * Reads up to the log's checkpoint, and takes out what was pruned. Number of entries that were read; ends early, between
   * two batches, when it is told to.
   */
  async catchUp(log: LogReader, signal?: AbortSignal, progress?: (read: number) => void): Promise<number> {
    const checkpoint = await log.checkpoint();
    let state = await registerLog(this.#database, log);
    await noteCheckpoint(this.#database, state.log, checkpoint);
    await removePruned(this.#database, state.log, log.minimum, signal);
    let read = 0;
    while (state.next < checkpoint.size && signal?.aborted !== true) {
      const { next } = state;
      if (await this.#readOn(log, state, Math.min(checkpoint.size, next + this.#batch))) {
        read += state.next - next;
        progress?.(read);
      } else {
        // Somebody else reads the same log, or has the index made anew: go on from where it is now.
        state = await registerLog(this.#database, log);
      }
    }
    return read;
  }

  /** Whether a batch was written, and the state with it. */
  async #readOn(log: LogReader, state: IndexedLog, to: number): Promise<boolean> {
    this.#shapes.forgetWhenMany();
    const reader = this.#reader?.at === state.next ? this.#reader.entries : await readerAt(log, state);
    this.#reader = undefined;
    const batch = new Batch(this.#shapes, positionOf(state.log, state.next));
    let { epoch } = state;
    for await (const { first, entries } of log.entries(state.next, to)) {
      for (const [at, bytes] of entries.entries()) {
        const resolved = readEntry(reader, first + at, bytes);
        if (!(resolved instanceof Error) && resolved?.entry.type === 'epoch') epoch = first + at;
        batch.add(bytes, resolved);
      }
    }
    batch.finish();
    let isWritten = false;
    try {
      isWritten = await writeBatch(this.#database, batch, { generation: state.generation, epoch });
    } finally {
      // Numbers that a transaction gave are gone with it.
      if (!isWritten) this.#shapes.forget();
    }
    if (!isWritten) return false;
    this.#reader = { at: to, entries: reader };
    [state.next, state.epoch] = [to, epoch];
    this.#sinceTidied += batch.size;
    if (await tidyAfter(this.#database, this.#sinceTidied)) this.#sinceTidied = 0;
    return true;
  }
}

/** Knows what the epoch under way has defined so far. */
async function readerAt(log: LogReader, { epoch, next }: IndexedLog): Promise<EntryReader> {
  const reader = new EntryReader();
  for await (const { first, entries } of log.entries(Math.max(epoch, log.minimum), next)) {
    for (const [at, bytes] of entries.entries()) {
      // All others are known already; canonical JSON has the id first.
      if (bytes.subarray(0, DEFINE.length).equals(DEFINE)) readEntry(reader, first + at, bytes);
    }
  }
  return reader;
}

function readEntry(reader: EntryReader, index: number, bytes: Buffer): ResolvedEntry | undefined | Error {
  try {
    return reader.read(index, bytes);
  } catch (error) {
    return error as Error;
  }
}
