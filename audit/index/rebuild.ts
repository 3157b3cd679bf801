import type { Database } from '../../storage/database.ts';
import { migrateIndex } from './open-index.ts';

/** Throws everything away that the index knows. Who follows a log into it begins from the log's start. */
export async function emptyIndex(database: Database): Promise<void> {
  await database.query('DROP SCHEMA IF EXISTS audit_index CASCADE');
  await migrateIndex(database);
}

/** Bytes that the index takes on the disk. */
export async function indexBytes(database: Database): Promise<number> {
  const [row] = await database.query<{ bytes: number }>(
    `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS bytes FROM pg_class
     WHERE relnamespace = 'audit_index'::regnamespace AND relkind = 'r'`,
  );
  return row?.bytes ?? 0;
}
