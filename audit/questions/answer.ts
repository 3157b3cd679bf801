import type { AnswerRow } from './question.ts';

/** One entry of an answer, and in which log it stands. */
export interface IndexedRow extends AnswerRow {
  readonly origin: string;
}

/** What an answer leans on: a log at one of its checkpoints, as far as the index has read it. */
export interface AnsweredLog {
  readonly origin: string;
  /** Entries under the newest checkpoint that was seen, and its root, base64. */
  readonly size: number;
  readonly root: string;
  /** The checkpoint itself, a signed note (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
  /** When it was seen, ISO 8601. */
  readonly seen: string;
  /** Entries that the index has read; what stands behind is not in the answer. */
  readonly indexed: number;
  /** Index of the first entry that has not been pruned. */
  readonly minimum: number;
  /** Entries that could not be read, or refer to what nothing defines. */
  readonly unreadable: number;
  readonly unresolved: number;
}

/** Rows by log, then by index. They are found and read while they are taken. */
export interface Answer {
  readonly logs: readonly AnsweredLog[];
  readonly rows: AsyncIterable<IndexedRow>;
}
