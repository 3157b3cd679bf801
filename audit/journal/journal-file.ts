import fs from 'node:fs';
import { batchHeader } from './batch.ts';
import type { Gathered } from './entry-arena.ts';
import { type LedgerFileSystem, syncFolder } from './ledger-file-system.ts';
import { segmentPath, segmentStarts } from './segment-names.ts';
import { SegmentReader } from './segment-reader.ts';

const FLAGS = fs.constants.O_RDWR | fs.constants.O_CREAT;
const MODE = 0o600;

type Done = (error: Error | null) => void;

/** How a journal was found. */
export interface FoundJournal {
  /** Bytes that were cut off its end: a batch that was not whole. */
  readonly cut: number;
  /** False where the process that wrote it ended without closing it. */
  readonly endedInOrder: boolean;
}

export interface JournalPlace {
  readonly folder: string;
  /** Index of the first entry where the folder holds no journal. */
  readonly start: number;
  /** A segment that has grown beyond is followed by the next. */
  readonly segmentBytes: number;
}

/** The segments of a journal, open for one writer at the end of the last. All calls one after the other. */
export class JournalFile {
  readonly #system: LedgerFileSystem;
  readonly #place: JournalPlace;
  /** How it was found; `undefined` for a new one. */
  readonly found: FoundJournal | undefined;
  #fd = -1;
  #path: string;
  /** Bytes of the segment that are durable; the next batch starts here. */
  #size = 0;
  #entries: number;

  /** Opens the last segment and cuts what stands behind its last whole batch; its length and name are durable then. */
  constructor(system: LedgerFileSystem, place: JournalPlace) {
    this.#system = system;
    this.#place = place;
    const first = segmentStarts(system, place.folder).at(-1);
    this.#path = segmentPath(place.folder, first ?? place.start);
    if (first === undefined) {
      this.#entries = place.start;
      this.#open(0);
      return;
    }
    const { size, entries, endedInOrder } = this.#measure();
    this.#entries = first + entries;
    this.found = { cut: this.#open(size), endedInOrder };
  }

  /** Index that the next entry gets. */
  get entries(): number {
    return this.#entries;
  }

  /** Writes a batch; when `done` hears of no error it is durable. After an error only `reopen` and `close` may follow. */
  write({ buffers, bytes, count }: Gathered, done: Done): void {
    const header = batchHeader(buffers, bytes, count);
    try {
      if (this.#size >= this.#place.segmentBytes) this.#beginSegment();
    } catch (error) {
      done(error as Error);
      return;
    }
    const total = header.length + bytes;
    this.#put([header, ...buffers], this.#size, total, (error) => {
      if (error === null) {
        this.#size += total;
        this.#entries += count;
      }
      done(error);
    });
  }

  /** Opens the segment anew, cut back to what is durable: after a failed sync the kernel may call pages clean that never reached the disk. */
  reopen(): void {
    this.close();
    this.#open(this.#size);
  }

  close(): void {
    if (this.#fd >= 0) this.#system.closeSync(this.#fd);
    this.#fd = -1;
  }

  #beginSegment(): void {
    this.close();
    this.#path = segmentPath(this.#place.folder, this.#entries);
    this.#size = 0;
    this.#open(0);
  }

  /** Returns the bytes that were cut. */
  #open(keep: number): number {
    const system = this.#system;
    const fd = system.openSync(this.#path, FLAGS | (system.durableWrites ?? 0), MODE);
    try {
      const before = system.fstatSync(fd).size;
      if (keep < before) system.ftruncateSync(fd, keep);
      system.fdatasyncSync(fd);
      syncFolder(system, this.#place.folder);
      this.#fd = fd;
      this.#size = keep;
      return before - keep;
    } catch (error) {
      system.closeSync(fd);
      throw error;
    }
  }

  #measure(): { readonly size: number; readonly entries: number; readonly endedInOrder: boolean } {
    const reader = new SegmentReader(this.#system, this.#path);
    try {
      let entries = 0;
      let endedInOrder = false;
      for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
        entries += batch.count;
        endedInOrder = batch.count === 0;
      }
      if (reader.isDamagedAhead()) {
        const where = `${this.#path} is damaged at byte ${reader.position}`;
        throw new Error(`${where}: records follow there that were acknowledged; restore the file from a copy`);
      }
      return { size: reader.position, entries, endedInOrder };
    } finally {
      reader.close();
    }
  }

  #put(buffers: readonly Buffer[], position: number, left: number, done: Done): void {
    this.#system.writev(this.#fd, buffers, position, (error, count = 0) => {
      if (error !== null) done(error);
      else if (count === left) this.#sync(done);
      else if (count === 0) done(new Error('the disk takes no more bytes'));
      else this.#put(behind(buffers, count), position + count, left - count, done);
    });
  }

  /** What was written is durable, or never will be. */
  #sync(done: Done): void {
    if (this.#system.durableWrites === undefined) this.#system.fdatasync(this.#fd, (error) => done(error));
    else done(null);
  }
}

/** What is left of the buffers behind their first `count` bytes. */
function behind(buffers: readonly Buffer[], count: number): Buffer[] {
  const left: Buffer[] = [];
  let skip = count;
  for (const buffer of buffers) {
    if (skip >= buffer.length) skip -= buffer.length;
    else {
      left.push(skip === 0 ? buffer : buffer.subarray(skip));
      skip = 0;
    }
  }
  return left;
}
