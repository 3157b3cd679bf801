import type { Queries } from '../../storage/database.ts';
import { askedShapes } from './asked-shapes.ts';
import type { Question } from './question.ts';
import { shapeDetails } from './shape-details.ts';
import { joined, type Stretch } from './stretch.ts';

/** Exchanges with more records than an entry lists handles of: any record may have been among them. */
export interface Unlisted extends Stretch {
  readonly consumer: string;
  readonly interface: string;
  readonly operation: string;
}

/**
 * What a question about a record cannot answer for: exchanges that are like the asked ones, and of which the ledger does not
 * say all records. Whole days (UTC).
 */
export async function unlisted(queries: Queries, question: Question, origin?: string): Promise<readonly Unlisted[]> {
  const { handles: _, ...others } = question;
  const shapes = (await askedShapes(queries, { ...others, types: ['access'] })) ?? [];
  const rows = await queries.query<{ shape: number; exchanges: number; first: Date; last: Date }>(
    `SELECT d.shape, sum(d.entries)::bigint AS exchanges, min(d.first_time) AS first, max(d.last_time) AS last
     FROM audit_index.days d JOIN audit_index.shapes s USING (shape)
     WHERE d.shape = ANY ($1::int[]) AND s.unlisted
       AND ($4::text IS NULL OR d.log = (SELECT log FROM audit_index.logs WHERE origin = $4))
       AND d.day >= coalesce($2::timestamptz AT TIME ZONE 'UTC', '-infinity')::date
       AND d.day <= coalesce(($3::timestamptz - interval '1 ms') AT TIME ZONE 'UTC', 'infinity')::date
     GROUP BY d.shape ORDER BY d.shape`,
    [shapes, question.from ?? null, question.to ?? null, origin ?? null],
  );
  const details = await shapeDetails(
    queries,
    rows.map(({ shape }) => shape),
  );
  const found = rows.map(({ shape, exchanges, first, last }): Unlisted => {
    const { consumer = '', interface: name = '', operation = '' } = details.get(shape)?.place ?? {};
    const times = { first: first.toISOString(), last: last.toISOString() };
    return { consumer, interface: name, operation, exchanges, ...times };
  });
  const groups = Map.groupBy(found, (one) => JSON.stringify([one.consumer, one.interface, one.operation]));
  return [...groups.values()].map((group) => ({ ...group[0], ...joined(group) }) as Unlisted);
}
