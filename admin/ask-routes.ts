import type { AuditReadEntry } from '../audit/entry.ts';
import { usageOf } from '../audit/index/usage-rows.ts';
import type { IndexedRow } from '../audit/questions/answer.ts';
import { ask, type Cursor } from '../audit/questions/ask.ts';
import { parseQuestion, QuestionError, withHandles } from '../audit/questions/parse-question.ts';
import { canonicalJson } from '../audit/record/canonical-json.ts';
import { type Database, StatementTimeout } from '../storage/database.ts';
import type { ApiAnswer, ApiRequest, ApiRoute } from './api.ts';

export interface AskRouteParts {
  /** The index; undefined while it cannot be had. */
  readonly database: () => Database | undefined;
  /** What a record or person is called in each month. */
  readonly handlesOf: (subject: string) => readonly { readonly handle: string }[];
  /** Puts on record who asked what; resolves once that is durable, rejects where it cannot be: then nothing leaves. */
  readonly record: (entry: AuditReadEntry) => Promise<void>;
}

const MOST_ROWS = 1000;
const USAGE_MEMBERS = ['interface', 'consumer', 'field', 'from', 'to'] as const;

/** Questions to the ledger, answered from its index, for auditors, too. Each is itself on record before its answer leaves. */
export function askRoutes({ database, handlesOf, record }: AskRouteParts): readonly ApiRoute[] {
  const told = (request: ApiRequest, query: unknown, rows: number): Promise<void> => {
    const time = new Date(request.now).toISOString();
    return record({ type: 'audit-read', actor: request.actor, query: canonicalJson(query), rows, time });
  };
  const answered = async (act: (database: Database) => Promise<ApiAnswer>): Promise<ApiAnswer> => {
    const index = database();
    if (index === undefined) return fault(503, 'index-away', 'the index is off or not open yet: ask again, or export');
    try {
      return await act(index);
    } catch (error) {
      if (error instanceof QuestionError) return fault(400, 'request-malformed', error.message);
      if (error instanceof StatementTimeout) return fault(503, 'too-slow', 'the question takes too long: narrow it');
      throw error;
    }
  };
  return [
    {
      method: 'post',
      path: '/audit/ask',
      forAuditors: true,
      handle: (request) =>
        answered(async (index) => {
          const { question = {}, after, limit = 100 } = (request.body ?? {}) as Record<string, unknown>;
          if (!Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > MOST_ROWS) {
            throw new QuestionError(`limit is a whole number from 1 to ${MOST_ROWS}`);
          }
          const asked = withHandles(parseQuestion(question), handlesOf);
          const { logs, rows } = await ask(index, asked, cursorOf(after));
          const page = await pageOf(rows, Number(limit));
          await told(request, asked, page.rows.length);
          return { status: 200, body: { logs, ...page } };
        }),
    },
    {
      method: 'post',
      path: '/audit/usage',
      forAuditors: true,
      handle: (request) =>
        answered(async (index) => {
          const { interface: name, consumer, fields, from, to } = parseQuestion(usageQuestion(request.body));
          const filter = { interface: name, consumer, field: fields?.[0]?.field, from, to };
          const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
          const usage = await usageOf(index).usage(given);
          await told(request, { usage: given }, usage.length);
          return { status: 200, body: { usage } };
        }),
    },
  ];
}

/** One row more than a page tells that there is another. */
async function pageOf(rows: AsyncIterable<IndexedRow>, limit: number) {
  const page: IndexedRow[] = [];
  for await (const row of rows) {
    if (page.length === limit) {
      const { origin, index } = page.at(-1) as IndexedRow;
      return { rows: page, next: { origin, index } };
    }
    page.push(row);
  }
  return { rows: page };
}

function cursorOf(after: unknown): Cursor | undefined {
  if (after === undefined) return undefined;
  const { origin, index } = (after ?? {}) as Record<string, unknown>;
  if (typeof origin === 'string' && origin.length <= 500 && Number.isSafeInteger(index)) {
    return { origin, index: Number(index) };
  }
  throw new QuestionError('after is what an answer gave as next');
}

/** Of a question, usage knows these members; its field is one of any interface. */
function usageQuestion(body: unknown): object {
  const asked = (body ?? {}) as Record<string, unknown>;
  const strange = Object.keys(asked).find((name) => !USAGE_MEMBERS.some((known) => known === name));
  if (strange !== undefined) throw new QuestionError(`usage is asked by ${USAGE_MEMBERS.join(', ')}`);
  const { field, ...others } = asked;
  return field === undefined ? others : { ...others, fields: [field] };
}

function fault(status: number, error: string, detail: string): ApiAnswer {
  return { status, body: { error, detail } };
}
