import type { Queries } from '../../storage/database.ts';
import { signed64 } from '../index/signed64.ts';
import type { AnsweredLog } from './answer.ts';
import { logRanges } from './answered-logs.ts';
import { askedShapes } from './asked-shapes.ts';
import type { Question } from './question.ts';
import { type ShapeDetail, shapeDetails } from './shape-details.ts';
import { joined, type Stretch } from './stretch.ts';

/** Exchanges that have all in common but their time and records. */
export interface Summary extends Stretch {
  readonly detail: ShapeDetail;
}

export interface SummedAnswer {
  readonly logs: readonly AnsweredLog[];
  readonly summaries: readonly Summary[];
}

interface SumRow {
  readonly shape: number;
  readonly exchanges: number;
  readonly first: Date;
  readonly last: Date;
}

/** What a summary can be narrowed by. */
export type SummedQuestion = Omit<Question, 'types' | 'exchange' | 'trace' | 'subjects'>;

/**
 * How often something happened. With handles it is counted exchange by exchange; without, from the days of the index: then
 * a time counts as the whole day (UTC) that it lies in. An exchange that was begun and never ended counts where a record
 * is asked for, for its answer may have gone out.
 */
export async function summarize(queries: Queries, question: SummedQuestion, origin?: string): Promise<SummedAnswer> {
  const { handles, from, to } = question;
  const ranges = await logRanges(queries, { from, to, origin });
  const types: Question['types'] = handles === undefined ? ['access'] : ['access', 'access-begin'];
  const shapes = (await askedShapes(queries, { ...question, types })) ?? [];
  const sums = new Map<number, Stretch[]>();
  for (const { log, start, end } of shapes.length === 0 ? [] : ranges) {
    const rows =
      handles === undefined
        ? await queries.query<SumRow>(OF_DAYS, [shapes, log, from ?? null, to ?? null])
        : await queries.query<SumRow>(OF_HANDLES, [
            ...[shapes, handles.flatMap((handle) => signed64(handle) ?? []), start, end],
            ...[from ?? null, to ?? null],
          ]);
    for (const { shape, exchanges, first, last } of rows) {
      const sum = { exchanges, first: first.toISOString(), last: last.toISOString() };
      sums.set(shape, [...(sums.get(shape) ?? []), sum]);
    }
  }
  const details = await shapeDetails(queries, [...sums.keys()]);
  const summaries = [...sums].flatMap(([shape, stretches]): Summary[] => {
    const [detail, sum] = [details.get(shape), joined(stretches)];
    return detail === undefined || sum === undefined ? [] : [{ detail, ...sum }];
  });
  return { logs: ranges.map(({ known }) => known), summaries };
}

const OF_DAYS = `
  SELECT shape, sum(entries)::bigint AS exchanges, min(first_time) AS first, max(last_time) AS last
  FROM audit_index.days
  WHERE shape = ANY ($1::int[]) AND log = $2
    AND day >= coalesce($3::timestamptz AT TIME ZONE 'UTC', '-infinity')::date
    AND day <= coalesce(($4::timestamptz - interval '1 ms') AT TIME ZONE 'UTC', 'infinity')::date
  GROUP BY shape`;

const OF_HANDLES = `
  WITH hits AS (
    SELECT DISTINCT h.position, h.shape FROM unnest($2::bigint[]) AS asked (handle)
      JOIN audit_index.handles h ON h.handle = asked.handle
    WHERE h.position >= $3 AND h.position < $4 AND h.shape = ANY ($1::int[]))
  SELECT hits.shape, count(*) AS exchanges, min(e.time) AS first, max(e.time) AS last
  FROM hits JOIN audit_index.entries e USING (position) JOIN audit_index.shapes s ON s.shape = hits.shape
  WHERE ($5::timestamptz IS NULL OR e.time >= $5) AND ($6::timestamptz IS NULL OR e.time < $6)
    AND (s.type = 'access' OR NOT EXISTS (
      SELECT FROM audit_index.entries ended JOIN audit_index.shapes o ON o.shape = ended.shape
      WHERE ended.exchange = e.exchange AND o.type = 'access'))
  GROUP BY hits.shape`;
