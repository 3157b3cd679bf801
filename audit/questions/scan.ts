import type { LogReader } from '../log-reader.ts';
import { resolvedEntries } from '../record/entry-reader.ts';
import { epochBefore } from '../record/epochs.ts';
import { matches } from './matches.ts';
import type { AnswerRow, Question } from './question.ts';

export interface ScanOptions {
  readonly from?: number | undefined;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The answer to a question from the ledger itself, entry by entry: slow on a long log, and what an index is held against.
 * Reads to `size`, from the first entry that is kept or from `from`, and before that as far as the entries there need.
 */
export async function* scanLedger(
  log: Pick<LogReader, 'minimum' | 'entries'>,
  size: number,
  question: Question,
  { from = log.minimum, signal }: ScanOptions = {},
): AsyncGenerator<AnswerRow> {
  if (from >= size) return;
  const start = await epochBefore(log, Math.max(from, log.minimum));
  for await (const row of resolvedEntries(log.entries(start, size))) {
    signal?.throwIfAborted();
    if (row.index >= from && matches(question, row)) yield row;
  }
}
