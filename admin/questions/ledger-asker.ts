import { type ClearQuestion, QuestionError, withHandles } from '../../audit/questions/parse-question.ts';
import type { AskedField } from '../../audit/questions/question.ts';
import { type InForce, Landscape } from '../../lineage/landscape.ts';
import type { Queries } from '../../storage/database.ts';
import { ANSWERS, type Ready, type Reported } from './answers.ts';
import { askedFields } from './asked-fields.ts';
import type { Asked } from './parse-asked.ts';
import type { ReportName, Reports } from './reports.ts';

/** What is needed to understand a question. */
export interface AskerParts {
  /** What names mean, and who owns what. */
  readonly inForce: () => InForce;
  /** What a record or person is called in each month; throws where the keys cannot be read. */
  readonly handlesOf: (subject: string) => readonly { readonly month: string; readonly handle: string }[];
  /** The log whose handles these are. */
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Those of a hundred records over a year and a half. */
const MOST_HANDLES = 2000;

/** Answers questions by name from an index. Who asks puts that on record before they hand the answer on. */
export class LedgerAsker {
  readonly #parts: AskerParts;
  #landscape: Landscape | undefined;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  /** Rejects with a QuestionError where the question cannot be asked. */
  async answer<N extends ReportName>(index: Queries, name: N, asked: Asked): Promise<Reported<Reports[N]>> {
    const { catalog, environment } = this.#parts.inForce();
    const landscape = this.#landscapeNow();
    const isData = (of: string, field: string): boolean => !isEnvelope(landscape, of, field);
    const about = { index, asked, catalog, environment, isData, now: this.#parts.now() };
    return await ANSWERS[name]({ ...about, ...(await this.#understood(index, asked.question)) });
  }

  async #understood(
    index: Queries,
    { fields, ...clear }: ClearQuestion,
  ): Promise<Pick<Ready, 'question' | 'months' | 'origin'>> {
    const { handlesOf, origin } = this.#parts;
    const meant: AskedField[] | undefined = fields && [];
    for (const field of fields ?? []) meant?.push(...(await askedFields(this.#landscapeNow(), index, field)));
    const question = withHandles(meant === undefined ? clear : { ...clear, fields: meant }, handlesOf);
    const named = [...(clear.records ?? []), ...(clear.identities ?? [])];
    if (named.length === 0) return { question };
    const { handles = [], subjects = [] } = question;
    if (handles.length + subjects.length > MOST_HANDLES)
      throw new QuestionError('so many records or people cannot be asked for at once');
    const months = new Set(named.flatMap((subject) => handlesOf(subject).map(({ month }) => month)));
    // Handles are made with the keys of this gateway: in the logs of others they mean nothing.
    return { question, months: [...months].sort(), origin };
  }

  /** Made anew when another catalog is in force. */
  #landscapeNow(): Landscape {
    const inForce = this.#parts.inForce();
    if (this.#landscape?.catalog !== inForce.catalog) this.#landscape = new Landscape(inForce);
    return this.#landscape;
  }
}

function isEnvelope(landscape: Landscape, interfaceName: string, field: string): boolean {
  return landscape.versions.some(
    (version) =>
      version.interface.metadata.name === interfaceName &&
      landscape.fieldsOf(version).get(field)?.field.annotation.envelope === true,
  );
}
