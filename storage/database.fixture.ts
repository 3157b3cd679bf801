import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { placeEmptyFiles } from './embedded/empty-files.fixture.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';

/** A database that is there for one test file. */
export interface TestDatabase {
  /** Another handle on the same database; not of an embedded one that is open. */
  open(options?: Pick<DatabaseOptions, 'statementMs'>): Promise<Database>;
  readonly place: DatabaseOptions['place'];
  remove(): Promise<void>;
}

/** One table of tests is run against each of these. */
export const ENGINES: readonly { readonly name: string; create(): Promise<TestDatabase> }[] = [
  { name: 'PostgreSQL', create: () => createOnServer(testServer()) },
  { name: 'the embedded twin', create: createEmbedded },
];

function testServer(): string {
  const server = process.env.PORTCULLIS_TEST_POSTGRES_URL;
  if (server === undefined) throw new Error('PORTCULLIS_TEST_POSTGRES_URL is not set: run this by npm test -- FILE');
  return server;
}

/** A database of its own on a server whose user may make some. */
export async function createOnServer(server: string): Promise<TestDatabase> {
  const name = `portcullis_test_${randomBytes(8).toString('hex')}`;
  const onServer = async (sql: string): Promise<void> => {
    const admin = await openDatabase({ place: { url: server } });
    await admin.query(sql);
    await admin.close();
  };
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const place = { url: url.href };
  return {
    place,
    open: (options) => openDatabase({ place, ...options }),
    remove: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function createEmbedded(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-embedded-'));
  await placeEmptyFiles(folder);
  const place = { folder };
  return {
    place,
    open: (options) => openDatabase({ place, ...options }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
