import type { Database } from '../../storage/database.ts';
import { migrateIndex } from './open-index.ts';

/** Throws everything away that the index knows. Who follows a log into it begins from the log's start. */
export async function emptyIndex(database: Database): Promise<void> {
  await database.query('DROP SCHEMA IF EXISTS audit_index CASCADE');
  await migrateIndex(database);
}
