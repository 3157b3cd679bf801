/** Reads a ledger's folder (or a copy of it) as far as its checkpoint goes; takes no lock and writes nothing. */
export interface LogReader {
  readonly origin: string;
  /** Index of the first entry that has not been pruned. */
  readonly minimum: number;
  /** The latest checkpoint, a signed note; reads it anew. */
  checkpoint(): Promise<{ readonly note: string; readonly size: number; readonly root: Buffer }>;
  /** Entries `from` to `to` (not included; within the checkpoint and not pruned), in order, a bundle at a time. */
  entries(from: number, to: number): AsyncIterable<EntryRun>;
  /** Hash of the perfect subtree of 2^level entries at `index` of that level, from the tiles. */
  subtree(level: number, index: number): Promise<Buffer>;
}

/** Entries that follow each other. */
export interface EntryRun {
  /** Index of the first. */
  readonly first: number;
  readonly entries: readonly Buffer[];
}
