/** Stands where entries are missing: what was lost is itself on record. */
export interface GapRecord {
  readonly v: 1;
  readonly type: 'gap';
  /** When the gap was closed. ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** An unfinished last line found at start; a write or sync that failed; more waiting entries than memory allows. */
  readonly cause: 'torn-line' | 'write-failed' | 'overload';
  /** Entries that were handed over and are not in the log. */
  readonly lost?: number;
  /** Bytes that were cut from the end of the file. */
  readonly bytes?: number;
}
