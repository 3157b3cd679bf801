import type { Database } from '../../storage/database.ts';

const TABLES = ['entries', 'handles', 'texts', 'days', 'shapes', 'lists', 'list_names', 'places', 'logs'];
const OFTEN = 20_000;
const SELDOM = 500_000;

/**
 * Whether tables were vacuumed and analysed, after so many entries since the last time: nobody else does it for the
 * embedded database, and a question reads the index alone only where it was done.
 */
export async function tidyAfter(database: Database, entries: number): Promise<boolean> {
  if (entries < OFTEN) return false;
  if (entries < SELDOM) {
    const [row] = await database.query<{ known: number }>(
      `SELECT greatest(reltuples, 0)::bigint AS known FROM pg_class WHERE oid = 'audit_index.entries'::regclass`,
    );
    // Whenever a fifth has been added, as a server's own vacuum does.
    if (entries < (row?.known ?? 0) / 5) return false;
  }
  await tidy(database);
  return true;
}

export async function tidy(database: Database): Promise<void> {
  for (const table of TABLES) await database.query(`VACUUM (ANALYZE) audit_index.${table}`);
}
