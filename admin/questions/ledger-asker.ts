import { ask } from '../../audit/questions/ask.ts';
import { type ClearQuestion, QuestionError, withHandles } from '../../audit/questions/parse-question.ts';
import type { AskedField, Question } from '../../audit/questions/question.ts';
import { summarize } from '../../audit/questions/summarize.ts';
import { unlisted } from '../../audit/questions/unlisted.ts';
import { type InForce, Landscape } from '../../lineage/landscape.ts';
import type { Queries } from '../../storage/database.ts';
import { askedFields } from './asked-fields.ts';
import { denials, maskings } from './denials.ts';
import { grantUses } from './grant-uses.ts';
import type { Asked } from './parse-asked.ts';
import { parties } from './parties.ts';
import type { EntriesReport, ReportName, Reports } from './reports.ts';

/** What questions are answered from. */
export interface AskerParts {
  /** The index. */
  readonly database: Queries;
  /** What is in force: what names mean, who owns what. */
  readonly inForce: () => InForce;
  /** What a record or person is called in each month; throws where the keys cannot be read. */
  readonly handlesOf: (subject: string) => readonly { readonly month: string; readonly handle: string }[];
  /** The log whose handles these are. */
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A question that went into the index, and what came out. */
export interface Reported<N extends ReportName = ReportName> {
  readonly report: Reports[N];
  readonly rows: number;
}

type Answers = { readonly [N in ReportName]: (asked: Asked, ready: Ready) => Promise<Reported<N>> };

/** A question as the index takes it. */
interface Ready {
  readonly question: Question;
  readonly months?: readonly string[];
  readonly origin?: string;
}

const DAY_MS = 86_400_000;
const MOST_HANDLES = 2000;
const CHANGES = ['change', 'approval'];

/** Answers questions by name. Whoever asks puts on record that they did, before they hand the answer on. */
export class LedgerAsker {
  readonly #parts: AskerParts;
  #landscape: Landscape | undefined;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  /** Rejects with a QuestionError where the question cannot be asked. */
  answer<N extends ReportName>(name: N, asked: Asked): Promise<Reported<N>> {
    return this.#answers[name](asked, this.#ready(asked.question));
  }

  readonly #answers: Answers = {
    entries: (asked, ready) => this.#entries(asked, ready),
    writes: (asked, ready) => {
      if (ready.question.handles === undefined) throw new QuestionError('records names the record that was written');
      return this.#entries(asked, { ...ready, question: { ...ready.question, fieldUse: ['written'] } });
    },
    changes: (asked, ready) => {
      const { types = CHANGES } = ready.question;
      return this.#entries(asked, { ...ready, question: { ...ready.question, types } });
    },
    recipients: async (_asked, ready) => {
      const { question, origin, ...about } = ready;
      if (question.handles === undefined && question.fields === undefined)
        throw new QuestionError('records or fields names whose data, or which, was received');
      const { database, inForce } = this.#parts;
      const { catalog } = inForce();
      const received: Question = { ...question, fieldUse: ['returned', 'masked'] };
      const { summaries, logs } = await summarize(database, received, origin);
      const sources = await summarize(database, { ...question, fieldUse: ['written'] }, origin);
      const beyond = question.handles === undefined ? [] : await unlisted(database, received, origin);
      const recipients = parties(catalog, summaries);
      const report = {
        question,
        ...about,
        logs,
        recipients,
        sources: parties(catalog, sources.summaries),
        unlisted: beyond,
      };
      return { report, rows: recipients.length };
    },
    grants: async ({ unusedDays }, { question }) => {
      const { database, inForce, now } = this.#parts;
      const { catalog, environment } = inForce();
      const { summaries, logs } = await summarize(database, question);
      const before = unusedDays === undefined ? undefined : new Date(now() - unusedDays * DAY_MS).toISOString();
      const grants = grantUses(catalog, environment, summaries).filter(
        ({ grant, consumer, interface: of, last = '' }) =>
          (before === undefined || last < before) &&
          (question.grant ?? grant) === grant &&
          (question.consumer ?? consumer) === consumer &&
          (question.interface ?? of) === of,
      );
      const [row] = await database.query<{ since: string | null }>(
        'SELECT min(day)::text AS since FROM audit_index.days',
      );
      const since = row?.since ?? undefined;
      return { report: { question, logs, grants, ...(since === undefined ? {} : { since }) }, rows: grants.length };
    },
    denied: async (_asked, { question, origin, ...about }) => {
      const { database } = this.#parts;
      const refused = await summarize(database, { ...question, decision: 'refused' }, origin);
      const hidden = await summarize(database, { ...question, fieldUse: ['masked'] }, origin);
      const [denied, masked] = [denials(refused.summaries), maskings(hidden.summaries)];
      return {
        report: { question, ...about, logs: refused.logs, denied, masked },
        rows: denied.length + masked.length,
      };
    },
  };

  async #entries({ limit, after }: Asked, { question, origin, ...about }: Ready): Promise<Reported<'entries'>> {
    const { logs, rows } = await ask(this.#parts.database, question, { after, origin });
    const page: EntriesReport['rows'][number][] = [];
    let next: EntriesReport['next'];
    for await (const row of rows) {
      const last = page.at(-1);
      if (page.length === limit && last !== undefined) {
        next = { origin: last.origin, index: last.index };
        break;
      }
      page.push(row);
    }
    const report = { question, ...about, logs, rows: page, ...(next === undefined ? {} : { next }) };
    return { report, rows: page.length };
  }

  #ready({ fields, ...clear }: ClearQuestion): Ready {
    const asked = fields?.flatMap((field: AskedField) => askedFields(this.#landscapeNow(), field));
    const question = withHandles(asked === undefined ? clear : { ...clear, fields: asked }, this.#parts.handlesOf);
    const { handles = [], subjects = [] } = question;
    if (handles.length + subjects.length > MOST_HANDLES)
      throw new QuestionError('fewer records or people can be asked for at once');
    const named = [...(clear.records ?? []), ...(clear.identities ?? [])];
    if (named.length === 0) return { question };
    const months = named.flatMap((subject) => this.#parts.handlesOf(subject).map(({ month }) => month));
    // Handles are made with the keys of this gateway: in the logs of others they mean nothing.
    return { question, months: [...new Set(months)].sort(), origin: this.#parts.origin };
  }

  /** Made anew when another catalog is in force. */
  #landscapeNow(): Landscape {
    const inForce = this.#parts.inForce();
    if (this.#landscape?.catalog !== inForce.catalog) this.#landscape = new Landscape(inForce);
    return this.#landscape;
  }
}
