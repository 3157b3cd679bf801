import type { MonthHandles } from '../handles/month-handles.ts';
import { jsonText } from './canonical-json.ts';
import type { Definitions } from './definitions.ts';
import { handleList, MOST_HANDLES } from './handle-list.ts';
import type { LearntFacts, RecordedExchange } from './recorded-exchange.ts';

const MOST_REASON = 200;
const MOST_CLIENT = 200;

/**
 * The entry of one exchange, its members in order of their names. What it refers to is defined first.
 * Written by hand: this runs once per exchange, and nothing in it is serialized twice.
 */
export function accessEntry(
  exchange: RecordedExchange,
  time: string,
  definitions: Definitions,
  handles: MonthHandles,
): string {
  const { facts, client, code, hasLeft, reason } = exchange;
  const hasWritten = mayHaveWritten(exchange);
  const place = definitions.place(exchange.place);
  let text = `{"bytes":${exchange.bytes}`;
  if (client !== undefined) text += `,"client":${jsonText(client.slice(0, MOST_CLIENT))}`;
  if (code !== undefined) text += `,"code":"${code}"`;
  text += `,"decision":"${exchange.decision}","exchange":"${exchange.exchange}"`;
  const isAbout = hasLeft || hasWritten;
  const subjects = isAbout && facts.subjects.length > 0 ? handleList(facts.subjects, handles) : '';
  if (subjects !== '') text += `,"handles":${subjects}`;
  if (facts.ignored.length > 0) text += `,"ignored":${definitions.clientList(facts.ignored)}`;
  if (facts.masked.length > 0 && hasLeft) text += `,"masked":${definitions.list(JSON.stringify(facts.masked))}`;
  text += `,"ms":${tenths(exchange.ms)}`;
  const notes = notesOf(facts, handles);
  if (notes.length > 0) text += `,"notes":${definitions.list(JSON.stringify(notes))}`;
  text += `,"place":"${place}"`;
  if (reason !== undefined) text += `,"reason":${jsonText(reason.slice(0, MOST_REASON))}`;
  if (facts.recordCount > 0 && isAbout) text += `,"records":${facts.recordCount}`;
  if (facts.refused.length > 0) text += `,"refused":${definitions.clientList(facts.refused)}`;
  if (facts.returned !== '' && hasLeft) text += `,"returned":${definitions.list(facts.returned)}`;
  text += `,"status":${exchange.status}`;
  const subject = exchange.subject === '' ? undefined : handles.handleOf(exchange.subject);
  if (subject !== undefined) text += `,"subject":"${subject}"`;
  text += `,"time":"${time}","trace":"${exchange.trace}","type":"${exchange.type}"`;
  if (facts.upstreamStatus > 0) {
    text += `,"upstreamMs":${tenths(facts.upstreamMs)},"upstreamStatus":${facts.upstreamStatus}`;
  }
  text += `,"verdicts":${definitions.list(exchange.verdicts)}`;
  if (facts.written.length > 0 && hasWritten) {
    text += `,"written":${definitions.list(JSON.stringify(facts.written))}`;
  }
  return `${text}}`;
}

/** An auditor must see where there are fewer handles than there could be. */
function notesOf({ notes, subjects }: LearntFacts, { month }: MonthHandles): readonly string[] {
  if (month === '') return [...notes, 'handles-unavailable'];
  return subjects.length >= MOST_HANDLES ? [...notes, 'handles-at-limit'] : notes;
}

/**
 * Of a write that was refused or failed nobody may read that it happened, unless it did; of one whose outcome is unknown
 * the auditor must know what it may have written.
 */
function mayHaveWritten({ decision, code, facts }: RecordedExchange): boolean {
  return decision === 'allowed' || code === 'outcome-unknown' || facts.hasChanged === true;
}

/** A clock that was set back makes no time negative. */
function tenths(ms: number): number {
  return ms > 0 ? Math.round(ms * 10) / 10 : 0;
}
