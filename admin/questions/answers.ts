import { ask } from '../../audit/questions/ask.ts';
import { QuestionError } from '../../audit/questions/parse-question.ts';
import type { Question } from '../../audit/questions/question.ts';
import { summarize } from '../../audit/questions/summarize.ts';
import { unlisted } from '../../audit/questions/unlisted.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Queries } from '../../storage/database.ts';
import { denials, maskings } from './denials.ts';
import { grantUses } from './grant-uses.ts';
import type { Asked } from './parse-asked.ts';
import { type IsData, parties } from './parties.ts';
import type { EntriesReport, GrantUse, ReportName, Reports } from './reports.ts';

/** A question as the index takes it, and what else its report needs. */
export interface Ready {
  readonly index: Queries;
  readonly asked: Asked;
  readonly question: Question;
  /** Months in which the asked records have handles. */
  readonly months?: readonly string[];
  /** The one log in which they have. */
  readonly origin?: string;
  readonly catalog: Catalog;
  readonly environment: string;
  readonly isData: IsData;
  readonly now: number;
}

/** What came out of a question, and how much of it. */
export interface Reported<R> {
  readonly report: R;
  readonly rows: number;
}

const DAY_MS = 86_400_000;
const RULES = ['change', 'approval'];
/** What is counted by days or by records, and not looked at one by one. */
const OF_ENTRIES = { subjects: 'identities', exchange: 'exchange', trace: 'trace', types: 'types' } as const;

/** How each report is made. */
export const ANSWERS: { readonly [N in ReportName]: (ready: Ready) => Promise<Reported<Reports[N]>> } = {
  entries: (ready) => entries(ready, {}),

  writes(ready) {
    if (ready.question.handles === undefined) throw new QuestionError('records must name what was written');
    return entries(ready, { fieldUse: ['written'] });
  },

  changes: (ready) => entries(ready, { types: ready.question.types ?? RULES }),

  async recipients(ready) {
    const { index, question, origin, catalog, isData } = ready;
    countable(question);
    if (question.handles === undefined && question.fields === undefined)
      throw new QuestionError('records must name whose data was received, or fields which');
    const received: Question = { ...question, fieldUse: ['returned', 'masked'] };
    const { summaries, logs } = await summarize(index, received, origin);
    const written = await summarize(index, { ...question, fieldUse: ['written'] }, origin);
    const recipients = parties(catalog, isData, summaries);
    const sources = parties(catalog, isData, written.summaries);
    const beyond = question.handles === undefined ? [] : await unlisted(index, received, origin);
    return { report: { ...said(ready), logs, recipients, sources, unlisted: beyond }, rows: recipients.length };
  },

  async grants(ready) {
    const { index, question, catalog, environment, now, asked } = ready;
    countable(question);
    const { summaries, logs } = await summarize(index, question, ready.origin);
    const { unusedDays } = asked;
    const before = unusedDays === undefined ? undefined : new Date(now - unusedDays * DAY_MS).toISOString();
    const isAsked = ({ grant, consumer, interface: of, last = '' }: GrantUse): boolean =>
      (question.grant ?? grant) === grant &&
      (question.consumer ?? consumer) === consumer &&
      (question.interface ?? of) === of &&
      (before === undefined || last < before);
    const grants = grantUses(catalog, environment, summaries).filter(isAsked);
    const [oldest] = await index.query<{ day: string | null }>('SELECT min(day)::text AS day FROM audit_index.days');
    const since = oldest?.day === undefined || oldest.day === null ? {} : { since: oldest.day };
    return { report: { ...said(ready), logs, grants, ...since }, rows: grants.length };
  },

  async denied(ready) {
    const { index, question, origin } = ready;
    countable(question);
    const refused = await summarize(index, { ...question, decision: 'refused' }, origin);
    // A code says why something was refused: what went out has none.
    const { code: _, ...others } = question;
    const hidden = await summarize(index, { ...others, fieldUse: ['masked'] }, origin);
    const [denied, masked] = [denials(refused.summaries), maskings(hidden.summaries)];
    return { report: { ...said(ready), logs: refused.logs, denied, masked }, rows: denied.length + masked.length };
  },
};

async function entries(ready: Ready, more: Partial<Question>): Promise<Reported<EntriesReport>> {
  const { limit, after } = ready.asked;
  const question = { ...ready.question, ...more };
  const { logs, rows } = await ask(ready.index, question, { after, origin: ready.origin });
  const page: EntriesReport['rows'][number][] = [];
  let next: EntriesReport['next'];
  for await (const row of rows) {
    const last = page.at(-1);
    // One row more than a page tells that there is another.
    if (page.length === limit && last !== undefined) {
      next = { origin: last.origin, index: last.index };
      break;
    }
    page.push(row);
  }
  const report = { ...said({ ...ready, question }), logs, rows: page, ...(next === undefined ? {} : { next }) };
  return { report, rows: page.length };
}

/** What every report says of itself. */
function said({ question, months }: Pick<Ready, 'question' | 'months'>) {
  return { question, ...(months === undefined ? {} : { months }) };
}

function countable(question: Question): void {
  for (const [member, name] of Object.entries(OF_ENTRIES)) {
    if (question[member as keyof typeof OF_ENTRIES] !== undefined)
      throw new QuestionError(`${name} can be asked of entries only`);
  }
}
