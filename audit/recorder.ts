import { keyedHash } from './keyed-hash.ts';
import type { AuditLog } from './log.ts';

/** What was learnt while the exchange ran. */
export interface LearntFacts {
  /** JSON array text of returned field ids, or '' for none. */
  readonly returned: string;
  readonly masked: readonly string[];
  readonly refused: readonly string[];
  readonly written: readonly string[];
  /** Clear record ids; only their keyed hashes are stored. */
  readonly recordIds: readonly string[];
  readonly recordCount: number;
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
  readonly upstreamMs: number;
  readonly upstreamStatus: number;
}

/** One exchange as it goes on record. */
export interface RecordedExchange {
  readonly type: 'access' | 'access-begin';
  /** What `recordPrefix` made for the plan. */
  readonly prefix: Buffer;
  /** Client id where the prefix does not say it. */
  readonly client?: string | undefined;
  /** Milliseconds since the epoch at which the request came. */
  readonly time: number;
  readonly exchange: string;
  readonly trace: string;
  /** Clear token subject, stored as a keyed hash; '' where nobody was identified. */
  readonly subject: string;
  readonly decision: 'allowed' | 'refused' | 'failed';
  readonly code: string | undefined;
  readonly reason: string | undefined;
  /** JSON array text. */
  readonly policies: string;
  readonly facts: LearntFacts;
  readonly status: number;
  readonly bytes: number;
  /** Milliseconds from the request to the record. */
  readonly ms: number;
}

export interface Recorder {
  /** Writes one record and returns its sequence number in the log. Throws when the log has failed. */
  put(exchange: RecordedExchange): number;
}

/** Record ids that one entry lists; `records` counts all. */
const MOST_IDS = 100;
const MOST_NAMES = 100;
const MOST_REASON = 200;
/**
 * What may pass for the name of a field, parameter or header. Refused and ignored names come from the client, who can
 * put any text in the place of a name: a text of another form is not kept.
 */
const NAME = /^@?[\p{L}\p{N}_$*:[\]-]+(?:\.@?[\p{L}\p{N}_$*:[\]-]+)*$/u;
const MOST_NAME = 100;

/** Builds the lines of the trail as text: constant members come ready from the plan, nothing is serialized twice. */
export function createRecorder(options: { readonly log: AuditLog; readonly hashKey: Buffer }): Recorder {
  const { log } = options;
  const hashed = keyedHash(options.hashKey);
  let lastSecond = Number.NaN;
  let lastSecondText = '';

  /** ISO 8601 with milliseconds; the long part changes once a second. */
  function timeText(time: number): string {
    const second = Math.floor(time / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      lastSecondText = new Date(second * 1000).toISOString().slice(0, -4);
    }
    return `${lastSecondText}${String(time - second * 1000).padStart(3, '0')}Z`;
  }

  return {
    put(exchange) {
      const { facts } = exchange;
      const before = `{"v":1,"type":"${exchange.type}","time":"${timeText(exchange.time)}","exchange":"${exchange.exchange}","trace":"${exchange.trace}",`;
      let line = exchange.client === undefined ? '' : `,"client":${JSON.stringify(exchange.client)}`;
      if (exchange.subject !== '') line += `,"subject":"${hashed(exchange.subject)}"`;
      line += `,"decision":"${exchange.decision}"`;
      if (exchange.code !== undefined) line += `,"code":"${exchange.code}"`;
      if (exchange.reason !== undefined) line += `,"reason":${JSON.stringify(exchange.reason.slice(0, MOST_REASON))}`;
      line += `,"policies":${exchange.policies}`;
      if (facts.returned !== '') line += `,"returned":${facts.returned}`;
      if (facts.masked.length > 0) line += `,"masked":${JSON.stringify(facts.masked)}`;
      if (facts.refused.length > 0) line += `,"refused":${JSON.stringify(clientNames(facts.refused))}`;
      // Of a write that was refused or failed nobody may read that it happened.
      if (facts.written.length > 0 && mayHaveWritten(exchange)) line += `,"written":${JSON.stringify(facts.written)}`;
      if (facts.recordCount > 0) line += `,"records":${facts.recordCount}`;
      if (facts.recordIds.length > 0) line += `,"ids":["${hashes(facts.recordIds, hashed)}"]`;
      if (facts.ignored.length > 0) line += `,"ignored":${JSON.stringify(clientNames(facts.ignored))}`;
      if (facts.notes.length > 0) line += `,"notes":${JSON.stringify(facts.notes)}`;
      line += `,"status":${exchange.status},"bytes":${exchange.bytes},"ms":${tenths(exchange.ms)}`;
      if (facts.upstreamStatus > 0) {
        line += `,"upstreamMs":${tenths(facts.upstreamMs)},"upstreamStatus":${facts.upstreamStatus}`;
      }
      return log.append(before, exchange.prefix, `${line}}`);
    },
  };
}

/** A refused write wrote nothing; of one whose outcome is unknown the auditor must know what it may have written. */
function mayHaveWritten({ decision, code }: RecordedExchange): boolean {
  return decision === 'allowed' || code === 'outcome-unknown';
}

function hashes(ids: readonly string[], hashed: (value: string) => string): string {
  const most = Math.min(ids.length, MOST_IDS);
  let text = '';
  for (let at = 0; at < most; at++) text += at === 0 ? hashed(ids[at] as string) : `","${hashed(ids[at] as string)}`;
  return text;
}

function clientNames(names: readonly string[]): string[] {
  return names
    .slice(0, MOST_NAMES)
    .map((name) => (name.length <= MOST_NAME && NAME.test(name) ? name : '(not a name)'));
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
