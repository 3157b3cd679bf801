import { type Database, sqlState } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import { positionOf } from './position.ts';

const UNIQUE_VIOLATION = '23505';
const MOST_ATTEMPTS = 10;

/** How far one log has been read. */
export interface IndexedLog {
  /** Its number in positions. */
  readonly log: number;
  readonly generation: string;
  /** Index of the next entry. */
  readonly next: number;
  /** Index of the epoch that it belongs to. */
  readonly epoch: number;
}

/**
 * The log's state, by its origin; a log that is new to the index is read from what has not been pruned. What was pruned
 * before it was read is passed over.
 */
export async function registerLog(database: Database, log: LogReader): Promise<IndexedLog> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await register(database, log);
    } catch (error) {
      // Two logs that are new at once have taken the same number.
      if (sqlState(error) !== UNIQUE_VIOLATION || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function register(database: Database, { origin, minimum }: LogReader): Promise<IndexedLog> {
  await database.query(
    `INSERT INTO audit_index.logs (log, origin, next, epoch, minimum)
     SELECT coalesce(max(log), 0) + 1, $1, $2, $2, $2 FROM audit_index.logs
     ON CONFLICT (origin) DO UPDATE SET
       next = greatest(logs.next, excluded.next),
       epoch = greatest(logs.epoch, excluded.epoch),
       minimum = greatest(logs.minimum, excluded.minimum)`,
    [origin, minimum],
  );
  const [found] = await database.query<IndexedLog>(
    'SELECT log, generation, next, epoch FROM audit_index.logs WHERE origin = $1',
    [origin],
  );
  if (found === undefined) throw new Error(`the index does not take the log ${origin}`);
  return found;
}

/** Whether entries below a log's minimum still stand in the index. */
export async function hasPruned(database: Database, log: number, minimum: number): Promise<boolean> {
  const [row] = await database.query<{ first: number | null }>(
    'SELECT min(position) AS first FROM audit_index.texts WHERE position >= $1',
    [positionOf(log, 0)],
  );
  return row !== undefined && row.first !== null && row.first < positionOf(log, minimum);
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
