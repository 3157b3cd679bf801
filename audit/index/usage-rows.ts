import type { Queries } from '../../storage/database.ts';
import { MOST_NAME } from './insert-rows.ts';
import type { FieldUsage, UsageSource } from './usage.ts';

interface UsageRow extends Omit<FieldUsage, 'first' | 'last'> {
  readonly first: Date;
  readonly last: Date;
}

/**
 * What was used, from the days of the index: whole days (UTC), so that the time within `from` and `to` does not matter.
 * Costs days times sets of fields, however many exchanges there were.
 */
export function usageOf(queries: Queries): UsageSource {
  return {
    async usage({ interface: name, consumer, field, from, to }) {
      const rows = await queries.query<UsageRow>(USAGE, [
        ...[name ?? null, consumer ?? null, field?.slice(0, MOST_NAME) ?? null],
        ...[from === undefined ? null : from.slice(0, 10), to === undefined ? null : lastDay(to)],
      ]);
      return rows.map(({ first, last, ...row }) => ({
        ...row,
        first: first.toISOString(),
        last: last.toISOString(),
      }));
    },
  };
}

/** Shapes are summed up before their fields are spelt out: most days have the same ones. */
const USAGE = `
  WITH used AS (
    SELECT d.shape, sum(d.entries)::bigint AS entries, sum(d.records)::bigint AS records,
      min(d.first_time) AS first, max(d.last_time) AS last
    FROM audit_index.days d
    WHERE d.day >= coalesce($4::date, '-infinity') AND d.day <= coalesce($5::date, 'infinity')
    GROUP BY d.shape)
  SELECT p.consumer, coalesce(p.grant_name, '') AS grant, p.interface, p.version, p.operation, name AS field, kind,
    sum(u.entries)::bigint AS exchanges, sum(u.records)::bigint AS records, min(u.first) AS first, max(u.last) AS last
  FROM used u
    JOIN audit_index.shapes s USING (shape)
    JOIN audit_index.places p USING (place)
    CROSS JOIN LATERAL (VALUES ('returned', s.returned), ('masked', s.masked), ('refused', s.refused),
      ('written', s.written)) AS uses (kind, list)
    JOIN audit_index.lists l ON l.list = uses.list
    CROSS JOIN LATERAL unnest(l.names) AS name
  WHERE s.type = 'access' AND p.consumer IS NOT NULL AND p.interface IS NOT NULL AND p.operation IS NOT NULL
    AND ($1::text IS NULL OR p.interface = $1) AND ($2::text IS NULL OR p.consumer = $2)
    AND ($3::text IS NULL OR name = $3)
  GROUP BY p.consumer, p.grant_name, p.interface, p.version, p.operation, name, kind
  ORDER BY p.consumer COLLATE "C", p.grant_name COLLATE "C", p.interface COLLATE "C", p.version COLLATE "C",
    p.operation COLLATE "C", name COLLATE "C", kind COLLATE "C"`;

/** `to` is not included: of a midnight the day before is the last. */
function lastDay(to: string): string {
  return new Date(Date.parse(to) - 1).toISOString().slice(0, 10);
}
