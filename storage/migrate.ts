import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Queries } from './database.ts';

/** One step of a schema: plain SQL, applied once and never changed afterwards. */
export interface Migration {
  /** Its file's name without the ending, such as `0001-entries`; their order is the order of the steps. */
  readonly name: string;
  readonly sql: string;
}

export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -'.sql'.length),
      sql: await readFile(join(folder, file), 'utf8'),
    })),
  );
}

/**
 * Brings a schema to its newest form, all steps or none; makes it where there is none. Two at once wait for each other.
 * Returns the names of the steps that were applied. Rejects with an Error for people when the schema was made by other
 * steps than these. The schema's name is the caller's own word, never anybody's input.
 */
export function migrate(database: Database, schema: string, migrations: readonly Migration[]): Promise<string[]> {
  return database.transaction(async (queries) => {
    await queries.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`portcullis migrations ${schema}`]);
    await queries.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await queries.query(
      `CREATE TABLE IF NOT EXISTS ${schema}.migrations
         (name text PRIMARY KEY, digest text NOT NULL, applied timestamptz NOT NULL DEFAULT now())`,
    );
    const applied = await appliedSteps(queries, schema);
    check(schema, applied, migrations);
    const missing = migrations.slice(applied.length);
    for (const { name, sql } of missing) {
      await queries.query(sql);
      await queries.query(`INSERT INTO ${schema}.migrations (name, digest) VALUES ($1, $2)`, [name, digestOf(sql)]);
    }
    return missing.map(({ name }) => name);
  });
}

interface AppliedStep {
  readonly name: string;
  readonly digest: string;
}

function appliedSteps(queries: Queries, schema: string): Promise<AppliedStep[]> {
  return queries.query<AppliedStep>(`SELECT name, digest FROM ${schema}.migrations ORDER BY name COLLATE "C"`);
}

function check(schema: string, applied: readonly AppliedStep[], known: readonly Migration[]): void {
  for (const [at, { name, digest }] of applied.entries()) {
    const own = known[at];
    if (own === undefined) throw new Error(`${schema} was made by a newer Portcullis: it has the step ${name}.`);
    if (own.name !== name || digestOf(own.sql) !== digest)
      throw new Error(`${schema} was made by another Portcullis: its step ${name} is not ours.`);
  }
}

function digestOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
