import type { Queries } from '../../storage/database.ts';
import { positionOf } from '../index/position.ts';
import type { AnsweredLog } from './answer.ts';

/** A log, and the positions in which an answer lies. */
export interface LogRange {
  readonly log: number;
  readonly known: AnsweredLog;
  /** Positions; `end` is not included. */
  readonly start: number;
  readonly end: number;
}

interface LogRow {
  readonly log: number;
  readonly origin: string;
  readonly next: number;
  readonly minimum: number;
  readonly checkpoint: string;
  readonly size: number;
  readonly root: Buffer;
  readonly seen: Date;
  readonly unreadable: number;
  readonly unresolved: number;
}

/** Which part of an index is asked. */
export interface Scope {
  /** ISO 8601; `to` is not included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** One log of it alone. */
  readonly origin?: string | undefined;
}

/** Every log that is asked, and where in it the entries of a stretch of time stand, with some of their neighbours. */
export async function logRanges(queries: Queries, { from, to, origin }: Scope): Promise<readonly LogRange[]> {
  const rows = await queries.query<LogRow>(
    `SELECT log, origin, next, minimum, checkpoint, size, root, seen, unreadable, unresolved
     FROM audit_index.logs WHERE $1::text IS NULL OR origin = $1 ORDER BY log`,
    [origin ?? null],
  );
  const ranges: LogRange[] = [];
  for (const row of rows) {
    const [start, end] = [positionOf(row.log, row.minimum), positionOf(row.log, row.next)];
    const found =
      from === undefined && to === undefined ? { first: start, last: end } : await daysOf(queries, row.log, from, to);
    ranges.push({
      log: row.log,
      known: answeredLog(row),
      start: Math.max(start, found.first),
      end: Math.min(end, found.last + 1),
    });
  }
  return ranges;
}

/** First and last position of the days that a time lies in; an empty stretch where nothing happened then. */
async function daysOf(
  queries: Queries,
  log: number,
  from?: string,
  to?: string,
): Promise<{ first: number; last: number }> {
  const [row] = await queries.query<{ first: number | null; last: number | null }>(
    `SELECT min(first_position) AS first, max(last_position) AS last FROM audit_index.days
     WHERE log = $1 AND day >= coalesce($2::timestamptz AT TIME ZONE 'UTC', '-infinity')::date
       AND day <= coalesce($3::timestamptz AT TIME ZONE 'UTC', 'infinity')::date`,
    [log, from ?? null, to ?? null],
  );
  return { first: row?.first ?? 0, last: row?.last ?? -1 };
}

function answeredLog({ root, seen, next, log: _, ...row }: LogRow): AnsweredLog {
  return { ...row, root: root.toString('base64'), seen: seen.toISOString(), indexed: next };
}
