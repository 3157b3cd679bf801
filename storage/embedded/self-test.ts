import type { DiskWork } from './synced-files.ts';

/** PostgreSQL 18 in PGlite 0.5: another one may keep its files, or its syncs, in another way. */
const MAJOR = 18;

/** What of PGlite is needed here. */
export interface Asked {
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Throws where a commit would not be durable, or the engine is another than the one that was tried. */
export async function selfTest(database: Asked, work: Pick<DiskWork, 'syncs'>): Promise<void> {
  const { rows } = await database.query(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('fsync') AS fsync`,
  );
  const { major, fsync } = rows[0] as { major: number; fsync: string };
  if (major !== MAJOR) throw new Error(`the embedded database is PostgreSQL ${major}; it was tried with ${MAJOR} only`);
  const before = work.syncs;
  // Writes to the log alone, so that its commit has something to sync.
  await database.query(`SELECT pg_logical_emit_message(true, 'portcullis', 'self-test')`);
  if (fsync !== 'on' || work.syncs === before)
    throw new Error('a commit of the embedded database does not reach the disk; it is not used');
}
