import { join } from 'node:path';
import type { Database } from '../../storage/database.ts';
import { migrate, readMigrations } from '../../storage/migrate.ts';
import { type DatabaseOptions, openDatabase } from '../../storage/open-database.ts';

const SCHEMA = 'audit_index';
/** A batch, or a page of an answer, takes a fraction of that. */
const STATEMENT_MS = 60_000;

/** Opens the index, brings its schema to its newest form, and makes it where there is none. Rejects with an Error for people. */
export async function openIndex(
  place: DatabaseOptions['place'],
  onFault: (error: unknown) => void = () => undefined,
): Promise<Database> {
  const database = await openDatabase({ place, statementMs: STATEMENT_MS, onFault });
  try {
    await migrateIndex(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

export async function migrateIndex(database: Database): Promise<void> {
  await migrate(database, SCHEMA, await readMigrations(join(import.meta.dirname, 'migrations')));
}
