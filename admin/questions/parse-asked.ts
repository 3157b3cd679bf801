import type { Cursor } from '../../audit/questions/ask.ts';
import { type ClearQuestion, parseQuestion, QuestionError } from '../../audit/questions/parse-question.ts';
import type { ApiRequest } from '../api.ts';

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
const TEXTS = [
  ...['consumer', 'client', 'grant', 'interface', 'version', 'operation', 'decision', 'code', 'purpose'],
  ...['from', 'to', 'exchange', 'trace'],
];
/** A query names one of them at a time, as often as it wants. */
const LISTS = { field: 'fields', use: 'fieldUse', record: 'records', identity: 'identities', type: 'types' } as const;

/** Reads `{question, limit, after, unusedDays}`. Throws a QuestionError that names the member and the mend. */
export function askedByOrder(body: unknown): Asked {
  const { question = {}, limit, after, unusedDays, ...others } = (body ?? {}) as Record<string, unknown>;
  const [strange] = Object.keys(others);
  if (strange !== undefined)
    throw new QuestionError(`an order has question, limit, after and unusedDays, nothing else`);
  return {
    question: parseQuestion(question),
    limit: limit === undefined ? ROWS : countOf('limit', limit, MOST_ROWS),
    ...(after === undefined ? {} : { after: cursorOf(after) }),
    ...(unusedDays === undefined ? {} : { unusedDays: countOf('unusedDays', unusedDays, MOST_DAYS) }),
  };
}

/** Reads the same from query parameters. */
export function askedByMembers({ query, queries }: Pick<ApiRequest, 'query' | 'queries'>): Asked {
  const question: Record<string, unknown> = {};
  for (const name of TEXTS) question[name] = query(name);
  for (const [name, member] of Object.entries(LISTS)) {
    const values = queries(name);
    if (values.length > 0) question[member] = values;
  }
  const [origin, index] = [query('afterOrigin'), query('afterIndex')];
  return askedByOrder({
    question,
    limit: numberOf(query('limit')),
    unusedDays: numberOf(query('unusedDays')),
    after: origin === undefined && index === undefined ? undefined : { origin, index: numberOf(index) },
  });
}

function numberOf(text: string | undefined): unknown {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function countOf(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new QuestionError(`${name} is a whole number from 1 to ${most}`);
}

function cursorOf(value: unknown): Cursor {
  const { origin, index } = (value ?? {}) as Record<string, unknown>;
  if (typeof origin === 'string' && origin.length <= 500 && typeof index === 'number' && Number.isSafeInteger(index)) {
    if (index >= 0) return { origin, index };
  }
  throw new QuestionError('after is what an answer gave as next');
}
