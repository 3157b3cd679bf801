import type { ParseArgsConfig } from 'node:util';
import { type ClearQuestion, parseQuestion, QuestionError } from '../../audit/questions/parse-question.ts';
import { UsageError } from './command.ts';

/** Options of each member of a question: the name on the command line, and the member. */
const TEXTS = {
  consumer: 'consumer',
  client: 'client',
  grant: 'grant',
  interface: 'interface',
  version: 'version',
  operation: 'operation',
  decision: 'decision',
  code: 'code',
  purpose: 'purpose',
  from: 'from',
  to: 'to',
  exchange: 'exchange',
  trace: 'trace',
} as const;
const LISTS = { field: 'fields', use: 'fieldUse', record: 'records', identity: 'identities', type: 'types' } as const;

/** What a question can be narrowed by; of lists each option may be given several times. */
export const QUESTION_OPTIONS: NonNullable<ParseArgsConfig['options']> = Object.fromEntries([
  ...Object.keys(TEXTS).map((name) => [name, { type: 'string' }]),
  ...Object.keys(LISTS).map((name) => [name, { type: 'string', multiple: true }]),
]);

export const QUESTION_USAGE =
  '[--consumer NAME] [--grant NAME] [--interface NAME] [--version V] [--operation ID] [--field [INTERFACE:]Schema.path] ' +
  '[--use returned|masked|refused|written] [--record SYSTEM/KIND:ID] [--identity "identity/ISSUER SUBJECT"] ' +
  '[--decision allowed|refused|failed] [--code CODE] [--purpose TEXT] [--type TYPE] [--from TIME] [--to TIME]';

/** What the options say, as the members of a question. */
export function askedMembers(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked: Record<string, unknown> = {};
  for (const [option, member] of Object.entries({ ...TEXTS, ...LISTS })) {
    if (values[option] !== undefined) asked[member] = values[option];
  }
  return asked;
}

/** The question that the options ask. Throws a UsageError where one of them cannot be. */
export function questionOf(values: Readonly<Record<string, unknown>>): ClearQuestion {
  try {
    return parseQuestion(askedMembers(values));
  } catch (error) {
    if (error instanceof QuestionError) throw new UsageError(`${error.message}.`);
    throw error;
  }
}
