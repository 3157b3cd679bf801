import { parseSubject, subjectText } from '../handles/subject-text.ts';
import type { AskedField, FieldUse, Question } from './question.ts';

/** A question as people ask it: records and people by what they are, not by their handles. */
export type ClearQuestion = Omit<Question, 'handles' | 'subjects'> & {
  /** `erp/res.partner:7`. */
  readonly records?: readonly string[];
  /** Token subjects: `identity/embedded crm`. */
  readonly identities?: readonly string[];
};

/** What is wrong with a question, for who asked it. */
export class QuestionError extends Error {}

const TEXTS = ['consumer', 'client', 'grant', 'interface', 'version', 'operation', 'code', 'purpose'] as const;
const IDS = ['exchange', 'trace'] as const;
const TIMES = ['from', 'to'] as const;
const DECISIONS: readonly string[] = ['allowed', 'refused', 'failed'];
const USES: readonly string[] = ['returned', 'masked', 'refused', 'written'] satisfies FieldUse[];
const LISTS = ['fields', 'fieldUse', 'records', 'identities', 'types'] as const;
const KNOWN: readonly string[] = [...TEXTS, ...IDS, ...TIMES, 'decision', ...LISTS];
const MOST_TEXT = 200;
const MOST_OF_LIST = 100;

/** Reads a question that came as JSON. Throws a QuestionError that names the member and the mend. */
export function parseQuestion(value: unknown): ClearQuestion {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new QuestionError('a question is a JSON object');
  }
  const asked = value as Record<string, unknown>;
  for (const name of Object.keys(asked)) {
    if (!KNOWN.includes(name))
      throw new QuestionError(`a question has no ${JSON.stringify(name.slice(0, 40))}; it has ${KNOWN.join(', ')}`);
  }
  const question: Record<string, unknown> = {};
  for (const name of [...TEXTS, ...IDS]) if (asked[name] !== undefined) question[name] = textOf(name, asked[name]);
  for (const name of TIMES) if (asked[name] !== undefined) question[name] = timeOf(name, asked[name]);
  if (asked.decision !== undefined) question.decision = oneOf('decision', asked.decision, DECISIONS);
  const { fields, fieldUse, records, identities, types } = asked;
  if (fields !== undefined) question.fields = listOf('fields', fields).map(fieldOf);
  if (fieldUse !== undefined)
    question.fieldUse = listOf('fieldUse', fieldUse).map((use) => oneOf('fieldUse', use, USES));
  if (records !== undefined) question.records = listOf('records', records).map((one) => subjectOf('records', one));
  if (identities !== undefined)
    question.identities = listOf('identities', identities).map((one) => subjectOf('identities', one));
  if (types !== undefined) question.types = listOf('types', types).map((type) => textOf('types', type));
  return question as ClearQuestion;
}

/** Puts handles in the place of records and people; `handlesOf` gives one for each month whose key is there. */
export function withHandles(
  { records, identities, ...question }: ClearQuestion,
  handlesOf: (subject: string) => readonly { readonly handle: string }[],
): Question {
  const all = (subjects: readonly string[]): string[] =>
    subjects.flatMap((subject) => handlesOf(subject).map(({ handle }) => handle));
  return {
    ...question,
    ...(records === undefined ? {} : { handles: all(records) }),
    ...(identities === undefined ? {} : { subjects: all(identities) }),
  };
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= MOST_TEXT) return value;
  throw new QuestionError(`${name} is a text of 1 to ${MOST_TEXT} characters`);
}

function timeOf(name: string, value: unknown): string {
  const text = textOf(name, value);
  const isTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.test(text);
  if (!isTime || Number.isNaN(Date.parse(text))) {
    throw new QuestionError(`${name} is a day or a time in UTC, such as 2026-11-25 or 2026-11-25T08:30:00Z`);
  }
  return new Date(text).toISOString();
}

function oneOf(name: string, value: unknown, choices: readonly string[]): string {
  if (typeof value === 'string' && choices.includes(value)) return value;
  throw new QuestionError(`${name} is one of ${choices.join(', ')}`);
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MOST_OF_LIST) return value;
  throw new QuestionError(`${name} is a list of 1 to ${MOST_OF_LIST}`);
}

/** `Schema.path`, or `interface:Schema.path`. */
function fieldOf(value: unknown): AskedField {
  const text = textOf('fields', value);
  const [, of, field = text] = /^([a-z0-9-]+):(.+)$/.exec(text) ?? [];
  return of === undefined ? { field } : { interface: of, field };
}

function subjectOf(name: string, value: unknown): string {
  const subject = parseSubject(textOf(name, value));
  if (subject === undefined)
    throw new QuestionError(`${name} are written system/kind:identifier, such as erp/res.partner:7`);
  return subjectText(subject);
}
