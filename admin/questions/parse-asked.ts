import type { Cursor } from '../../audit/questions/ask.ts';
import { type ClearQuestion, parseQuestion, QuestionError } from '../../audit/questions/parse-question.ts';

/** A question with how much of its answer is wanted. */
export interface Asked {
  readonly question: ClearQuestion;
  /** Rows of one page. */
  readonly limit: number;
  readonly after?: Cursor;
  /** Of grants: only those that were not used for so many days. */
  readonly unusedDays?: number;
}

const MOST_ROWS = 1000;
const ROWS = 100;
const MOST_DAYS = 3650;

/** Reads what came as JSON. Throws a QuestionError that names the member and the mend. */
export function parseAsked(value: unknown): Asked {
  const { limit, after, unusedDays, ...question } = (value ?? {}) as Record<string, unknown>;
  return {
    question: parseQuestion(question),
    limit: limit === undefined ? ROWS : countOf('limit', limit, MOST_ROWS),
    ...(after === undefined ? {} : { after: cursorOf(after) }),
    ...(unusedDays === undefined ? {} : { unusedDays: countOf('unusedDays', unusedDays, MOST_DAYS) }),
  };
}

/** How a cursor is written in one text: `origin#index`. */
export function cursorText({ origin, index }: Cursor): string {
  return `${origin}#${index}`;
}

function countOf(name: string, value: unknown, most: number): number {
  const count = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new QuestionError(`${name} is a number from 1 to ${most}`);
}

function cursorOf(value: unknown): Cursor {
  const [, origin, index] = (typeof value === 'string' && /^([^\s#]{1,300})#(\d{1,13})$/.exec(value)) || [];
  if (origin === undefined) throw new QuestionError('after is what stood in "next" of the page before');
  return { origin, index: Number(index) };
}
