import type { Queries } from '../../storage/database.ts';
import type { LogRange } from './answered-logs.ts';
import { driverOf } from './driver.ts';
import type { Question } from './question.ts';

/** Hits that are looked for at a time. */
const PAGE = 500;

/**
 * Positions of the entries of one log that may answer a question, in order, a page at a time. A page costs what is on it,
 * however long the log is. Times are narrowed to days only.
 */
export async function* findHits(
  queries: Queries,
  question: Question,
  shapes: readonly number[] | undefined,
  range: LogRange,
): AsyncGenerator<readonly number[]> {
  if (shapes?.length === 0) return;
  const { text, values, byDays } = driverOf(question, shapes);
  for await (const { start, end } of byDays ? busyDays(queries, range, shapes ?? []) : [range]) {
    for (let from = start; from < end; ) {
      const rows = await queries.query<{ position: number }>(text, [from, end, PAGE, ...values]);
      if (rows.length > 0) yield rows.map(({ position }) => position);
      if (rows.length < PAGE) break;
      from = (rows.at(-1)?.position ?? end) + 1;
    }
  }
}

/** Stretches of the log with about a page of hits each, or one day of more. */
async function* busyDays(
  queries: Queries,
  { log, start, end }: LogRange,
  shapes: readonly number[],
): AsyncGenerator<{ readonly start: number; readonly end: number }> {
  const days = await queries.query<{ first: number; last: number; entries: number }>(
    `SELECT min(first_position) AS first, max(last_position) AS last, sum(entries)::bigint AS entries
     FROM audit_index.days WHERE log = $1 AND shape = ANY ($2::int[]) GROUP BY day ORDER BY 1`,
    [log, shapes],
  );
  let group: { readonly start: number; end: number; entries: number } | undefined;
  let done = start;
  for (const { first, last, entries } of days) {
    if (last < done || first >= end) continue;
    if (group !== undefined && group.entries + entries > PAGE) {
      yield group;
      done = group.end;
      group = undefined;
    }
    const to = Math.min(end, last + 1);
    if (to <= done) continue;
    if (group === undefined) group = { start: Math.max(done, first), end: to, entries };
    else [group.end, group.entries] = [Math.max(group.end, to), group.entries + entries];
  }
  if (group !== undefined) yield group;
}
