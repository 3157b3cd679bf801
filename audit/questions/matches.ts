import { type EntryLists, isAccess, type ResolvedEntry } from '../record/entry-reader.ts';
import type { AskedField, FieldUse, Question } from './question.ts';

const SHOWN: readonly FieldUse[] = ['returned', 'masked'];
const NONE: readonly string[] = [];

/** What `matches` compares with the place of an exchange, and with the entry itself. */
const OF_PLACE = ['consumer', 'grant', 'interface', 'version', 'operation', 'purpose'] as const;
const OF_ENTRY = ['decision', 'code', 'exchange', 'trace'] as const;

/** True where an entry is part of the answer: what a question means, said once and plainly. */
export function matches(question: Question, { entry, place, lists }: ResolvedEntry): boolean {
  const { types, from, to } = question;
  if (types !== undefined && !types.includes(entry.type)) return false;
  if (from !== undefined && entry.time < isoTime(from)) return false;
  if (to !== undefined && entry.time >= isoTime(to)) return false;
  if (!isAccess(entry)) return asksForNoExchange(question) && matchesApproval(question, entry);
  if (OF_PLACE.some((name) => question[name] !== undefined && place?.[name] !== question[name])) return false;
  if (OF_ENTRY.some((name) => question[name] !== undefined && entry[name] !== question[name])) return false;
  if (question.client !== undefined && (entry.client ?? place?.client) !== question.client) return false;
  if (!anyOf(question.subjects, entry.subject === undefined ? NONE : [entry.subject])) return false;
  if (!anyOf(question.handles, entry.handles ?? NONE)) return false;
  return matchesFields(question, place?.interface, lists);
}

/** An approval names a grant and its consumer; every other entry that is no exchange has none of what exchanges have. */
function matchesApproval(question: Question, entry: ResolvedEntry['entry']): boolean {
  const names = ['consumer', 'grant', 'interface', 'purpose'] as const;
  const named: Partial<Record<string, unknown>> = entry.type === 'approval' ? { ...entry } : {};
  return names.every((name) => question[name] === undefined || named[name] === question[name]);
}

function asksForNoExchange(question: Question): boolean {
  const { client, version, operation, fields, fieldUse, handles, subjects } = question;
  const ofExchanges = [client, version, operation, fields, fieldUse, handles, subjects];
  return [...ofExchanges, ...OF_ENTRY.map((name) => question[name])].every((asked) => asked === undefined);
}

function matchesFields(
  { fields, fieldUse }: Question,
  interfaceName: string | undefined,
  lists: EntryLists | undefined,
): boolean {
  if (fields === undefined && fieldUse === undefined) return true;
  const used = (fieldUse ?? SHOWN).flatMap((use) => lists?.[use] ?? NONE);
  if (fields === undefined) return used.length > 0;
  const isAsked = ({ interface: of, field }: AskedField): boolean =>
    (of === undefined || of === interfaceName) && used.includes(field);
  return fields.some(isAsked);
}

function anyOf(asked: readonly string[] | undefined, found: readonly string[]): boolean {
  return asked === undefined || found.some((one) => asked.includes(one));
}

/** Entries tell times in UTC with milliseconds: texts of that form are in the order of time. */
function isoTime(time: string): string {
  return new Date(time).toISOString();
}
