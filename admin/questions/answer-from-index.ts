import type { AuditReadEntry } from '../../audit/entry.ts';
import { QuestionError } from '../../audit/questions/parse-question.ts';
import { canonicalJson } from '../../audit/record/canonical-json.ts';
import { withinTime } from '../../gateway/within-time.ts';
import { type Database, StatementTimeout } from '../../storage/database.ts';
import type { ApiRequest, JsonAnswer } from '../api.ts';

export interface IndexParts {
  /** The index, as far as the ledger goes now; undefined while it cannot be had. */
  readonly database: () => Promise<Database | undefined>;
  /** Puts on record who asked what; resolves once that is durable, rejects where it cannot be: then nothing leaves. */
  readonly record: (entry: AuditReadEntry) => Promise<void>;
}

/** An answer and how it is put on record: the question in canonical form, with handles, and how many rows it has. */
export interface Found {
  readonly query: unknown;
  readonly rows: number;
  readonly body: unknown;
}

/** Answers a call from the index. */
export type AnswerFromIndex = (
  request: ApiRequest,
  find: (database: Database) => Promise<Found>,
) => Promise<JsonAnswer>;

/** Questions that may be answered at once, and how long one may take. */
const MOST_RUNNING = 4;
const DEADLINE_MS = 60_000;

/** Bounds what questions may cost, and puts each on record before its answer leaves. */
export function answerFromIndex({ database, record }: IndexParts): AnswerFromIndex {
  let running = 0;
  /** One that is given up runs on to its end, and counts until then. */
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    running++;
    try {
      return await work;
    } finally {
      running--;
    }
  };
  return async (request, find) => {
    if (running >= MOST_RUNNING) return fault(503, 'busy', 'other questions are being answered: ask again');
    const index = await database();
    if (index === undefined) return fault(503, 'index-away', 'the index is off or not open yet: ask again, or export');
    try {
      const found = await withinTime(DEADLINE_MS, counted(find(index)), () => new StatementTimeout());
      const time = new Date(request.now).toISOString();
      const { query, rows, body } = found;
      await record({ type: 'audit-read', actor: request.actor, query: canonicalJson(query), rows, time });
      return { status: 200, body };
    } catch (error) {
      if (error instanceof QuestionError) return fault(400, 'request-malformed', error.message);
      if (error instanceof StatementTimeout) return fault(503, 'too-slow', 'the question takes too long: narrow it');
      throw error;
    }
  };
}

function fault(status: number, error: string, detail: string): JsonAnswer {
  return { status, body: { error, detail } };
}
