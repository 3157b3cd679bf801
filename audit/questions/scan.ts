import type { LogReader } from '../log-reader.ts';
import { resolvedEntries } from '../record/entry-reader.ts';
import { matches } from './matches.ts';
import type { AnswerRow, Question } from './question.ts';

/**
 * The answer to a question from the ledger itself, entry by entry: slow on a long log, and what an index is held against.
 * Reads from the first entry that is kept to `size`.
 */
export async function* scanLedger(
  log: Pick<LogReader, 'minimum' | 'entries'>,
  size: number,
  question: Question,
): AsyncGenerator<AnswerRow> {
  for await (const row of resolvedEntries(log.entries(log.minimum, size))) if (matches(question, row)) yield row;
}
