import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import { EntryReader, type ResolvedEntry } from '../record/entry-reader.ts';
import { isDefine } from '../record/epochs.ts';
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

/** A batch, and how far the log has been read behind it. */
interface ReadBatch {
  readonly batch: Batch;
  readonly after: IndexedLog;
}

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
    let ahead: Promise<ReadBatch> | undefined;
    while (state.next < checkpoint.size && signal?.aborted !== true) {
      const current = await (ahead ?? this.#read(log, state, checkpoint.size));
      const { batch, after } = current;
      // The database is busy with one batch while the next is read.
      ahead = after.next < checkpoint.size ? this.#read(log, after, checkpoint.size) : undefined;
      ahead?.catch(() => undefined);
      if (await this.#write(current, ahead)) {
        state = after;
        read += batch.size;
        progress?.(read);
      } else {
        // Somebody else reads the same log, or has the index made anew: go on from where it is now.
        ahead = undefined;
        state = await registerLog(this.#database, log);
      }
    }
    await ahead?.catch(() => undefined);
    return read;
  }

  async #read(log: LogReader, state: IndexedLog, size: number): Promise<ReadBatch> {
    this.#shapes.forgetWhenMany();
    const reader = this.#reader?.at === state.next ? this.#reader.entries : await readerAt(log, state);
    this.#reader = undefined;
    const to = Math.min(size, state.next + this.#batch);
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
    this.#reader = { at: to, entries: reader };
    return { batch, after: { ...state, next: to, epoch } };
  }

  /** Whether a batch was written: by nobody else before, and not into an index that was made anew meanwhile. */
  async #write({ batch, after }: ReadBatch, ahead: Promise<ReadBatch> | undefined): Promise<boolean> {
    let isWritten = false;
    try {
      isWritten = await writeBatch(this.#database, batch, after);
    } finally {
      if (!isWritten) {
        // Numbers that a transaction gave are gone with it; what was read ahead leans on them.
        await ahead?.catch(() => undefined);
        this.#reader = undefined;
        this.#shapes.forget();
      }
    }
    if (!isWritten) return false;
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
      // All others are known already.
      if (isDefine(bytes)) readEntry(reader, first + at, bytes);
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
