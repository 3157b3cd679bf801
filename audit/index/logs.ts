import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';

/** How far one log has been read. */
export interface IndexedLog {
  /** Its number in positions. */
  readonly log: number;
  /** Index of the next entry. */
  next: number;
  /** Index of the epoch that it belongs to. */
  epoch: number;
}

/** The log's state, by its origin; a log that is new to the index is read from what has not been pruned. */
export async function registerLog(database: Database, { origin, minimum }: LogReader): Promise<IndexedLog> {
  await database.query(
    `INSERT INTO audit_index.logs (log, origin, next, epoch, minimum)
     SELECT coalesce(max(log), 0) + 1, $1, $2, $2, $2 FROM audit_index.logs HAVING bool_and(origin <> $1) IS NOT FALSE
     ON CONFLICT (origin) DO NOTHING`,
    [origin, minimum],
  );
  const [found] = await database.query<IndexedLog>('SELECT log, next, epoch FROM audit_index.logs WHERE origin = $1', [
    origin,
  ]);
  if (found === undefined) throw new Error(`the index does not take the log ${origin}`);
  return { ...found };
}

/** Keeps the newest checkpoint, which answers name. */
export async function noteCheckpoint(
  database: Database,
  log: number,
  { note, size, root }: Awaited<ReturnType<LogReader['checkpoint']>>,
): Promise<void> {
  await database.query(
    `UPDATE audit_index.logs SET checkpoint = $2, size = $3, root = $4, seen = now() WHERE log = $1 AND size <= $3`,
    [log, note, size, root],
  );
}
