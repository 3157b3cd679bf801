import type { LedgerFileSystem } from '../journal/ledger-file-system.ts';
import { segmentPath, segmentStarts } from '../journal/segment-names.ts';
import { SegmentReader } from '../journal/segment-reader.ts';

/** Reads a journal's entries in order, over all its segments, from one index on. */
export class JournalCursor {
  readonly #system: LedgerFileSystem;
  readonly #folder: string;
  #start = -1;
  #reader: SegmentReader | undefined = undefined;
  /** Index of the entry that the next batch begins with. */
  #next = 0;
  #from: number;

  constructor(system: LedgerFileSystem, folder: string, from: number) {
    this.#system = system;
    this.#folder = folder;
    this.#from = from;
  }

  /** Calls `take` with each entry, framed as in a bundle, of whole batches until `limit` entries are passed. Throws where one is missing. */
  read(limit: number, take: (framed: Buffer) => void): void {
    while (this.#from < limit) {
      const batch = (this.#reader ?? this.#open()).next();
      if (batch === undefined) {
        this.#open();
        continue;
      }
      let at = 0;
      for (let count = 0; count < batch.count; count++) {
        const end = at + 2 + batch.payload.readUInt16BE(at);
        if (this.#next >= this.#from) take(batch.payload.subarray(at, end));
        this.#next++;
        at = end;
      }
      this.#from = Math.max(this.#from, this.#next);
    }
  }

  /** Removes segments all of whose entries are below `size`. The last one stays. */
  drop(size: number): void {
    const starts = segmentStarts(this.#system, this.#folder);
    for (let at = 0; at + 1 < starts.length && (starts[at + 1] as number) <= size; at++) {
      const start = starts[at] as number;
      if (start === this.#start) this.close();
      this.#system.unlinkSync(segmentPath(this.#folder, start));
    }
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#start = -1;
  }

  /** Opens the segment that holds the next entry; throws where it is the one that has just been read to its end. */
  #open(): SegmentReader {
    const start = segmentStarts(this.#system, this.#folder).findLast((first) => first <= this.#from);
    if (start === undefined || start === this.#start) {
      throw new Error(`the journal in ${this.#folder} lacks entry ${this.#from}`);
    }
    this.close();
    this.#start = start;
    this.#next = start;
    this.#reader = new SegmentReader(this.#system, segmentPath(this.#folder, start));
    return this.#reader;
  }
}
