import { AnswerScanner, type PassedAnswer, type StreamedAnswer } from './answer-scanner.ts';
import { SelectionError } from './selection-error.ts';
import type { SelectionTable } from './selection-table.ts';

/** The one scanner of the process. */
let current = new AnswerScanner();

/** A whole answer, known to be UTF-8. Throws a SelectionError. */
export function passAnswer(table: SelectionTable, body: Buffer): PassedAnswer {
  const scanner = current;
  try {
    return scanner.pass(table, body);
  } catch (error) {
    settle(scanner, error);
    throw error;
  }
}

/** The next bytes of a streamed answer, known to be UTF-8: gives what may leave of them. Throws a SelectionError. */
export function writeAnswer(answer: StreamedAnswer, chunk: Buffer): Buffer {
  const scanner = current;
  try {
    return scanner.write(answer, chunk);
  } catch (error) {
    settle(scanner, error);
    throw error;
  }
}

/** A streamed answer is over. Throws a SelectionError. */
export function endAnswer(answer: StreamedAnswer): PassedAnswer {
  const scanner = current;
  try {
    return scanner.end(answer);
  } catch (error) {
    settle(scanner, error);
    throw error;
  }
}

/**
 * A refusal is one answer's matter. After anything else, a trap above all, the memory is not trusted any more: the next
 * answer gets a new one, and streamed answers that wait go on there.
 */
function settle(scanner: AnswerScanner, error: unknown): void {
  if (error instanceof SelectionError) scanner.giveUp();
  else if (scanner === current) current = new AnswerScanner();
}
