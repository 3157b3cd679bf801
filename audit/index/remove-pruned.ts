import { zstdDecompressSync } from 'node:zlib';
import { ArrayColumn } from '../../storage/array-column.ts';
import type { Database, Queries } from '../../storage/database.ts';
import { isAccess } from '../record/entry-reader.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import { hasPruned } from './logs.ts';
import { parseIndexed } from './parse-indexed.ts';
import { logOf, positionOf } from './position.ts';

/** Packs of entries that are removed together. */
const PACKS = 40;

interface Pack {
  readonly position: number;
  readonly count: number;
  readonly body: Buffer;
}

/** Takes out what stands below a log's minimum, some at a time; what is asked meanwhile does not see it any more. */
export async function removePruned(
  database: Database,
  log: number,
  minimum: number,
  signal?: AbortSignal,
): Promise<void> {
  if (!(await hasPruned(database, log, minimum))) return;
  const end = positionOf(log, minimum);
  for (;;) {
    if (signal?.aborted === true) return;
    const removed = await database.transaction((queries) => removeSome(queries, positionOf(log, 0), end));
    if (removed === 0) break;
  }
  await database.transaction((queries) => mendDays(queries, log, end));
}

async function removeSome(queries: Queries, start: number, end: number): Promise<number> {
  const packs = await queries.query<Pack>(
    `DELETE FROM audit_index.texts WHERE position IN (
       SELECT position FROM audit_index.texts WHERE position >= $1 AND position + count <= $2 ORDER BY position LIMIT $3)
     RETURNING position, count, body`,
    [start, end, PACKS],
  );
  if (packs.length === 0) return 0;
  const handle = new ArrayColumn('bigint');
  const ofHandle = new ArrayColumn('bigint');
  const position = new ArrayColumn('bigint');
  const records = new ArrayColumn('bigint');
  for (const pack of packs) {
    for (const [at, bytes] of entriesOf(zstdDecompressSync(pack.body)).entries()) {
      const entry = parseIndexed(bytes);
      position.bigint(pack.position + at);
      const isCounted = entry !== undefined && isAccess(entry);
      records.bigint(isCounted ? (entry.records ?? 0) : 0);
      for (const digits of isCounted ? (entry.handles ?? []) : []) {
        handle.hex(digits);
        ofHandle.bigint(pack.position + at);
      }
    }
  }
  await queries.query(
    `DELETE FROM audit_index.handles h USING unnest($1::bigint[], $2::bigint[]) AS gone (handle, position)
     WHERE h.handle = gone.handle AND h.position = gone.position`,
    [handle.parameter(), ofHandle.parameter()],
  );
  await queries.query(
    `WITH gone AS (
       DELETE FROM audit_index.entries e USING unnest($1::bigint[], $2::bigint[]) AS asked (position, records)
       WHERE e.position = asked.position RETURNING e.shape, (e.time AT TIME ZONE 'UTC')::date AS day, asked.records),
     summed AS (SELECT shape, day, count(*) AS entries, sum(records) AS records FROM gone GROUP BY shape, day)
     UPDATE audit_index.days d SET entries = d.entries - s.entries, records = d.records - s.records
     FROM summed s WHERE d.shape = s.shape AND d.day = s.day AND d.log = $3`,
    [position.parameter(), records.parameter(), logOf(start)],
  );
  return packs.length;
}

/** Days of which nothing is left go; of one that was cut the first entry is another. */
async function mendDays(queries: Queries, log: number, start: number): Promise<void> {
  await queries.query('DELETE FROM audit_index.days WHERE log = $1 AND entries <= 0', [log]);
  await queries.query(
    `UPDATE audit_index.days d SET first_position = kept.position, first_time = kept.time
     FROM audit_index.days cut CROSS JOIN LATERAL (
       SELECT min(position) AS position, min(time) AS time FROM audit_index.entries
       WHERE shape = cut.shape AND position >= $2 AND position <= cut.last_position) AS kept
     WHERE cut.log = $1 AND cut.first_position < $2
       AND d.log = cut.log AND d.shape = cut.shape AND d.day = cut.day AND kept.position IS NOT NULL`,
    [log, start],
  );
}
