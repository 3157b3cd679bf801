import { after, before } from 'node:test';
import { ENGINES, type TestDatabase } from '../../storage/database.fixture.ts';
import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import { Indexer } from './indexer.ts';
import { migrateIndex } from './open-index.ts';
import { tidy } from './tidy.ts';

/** An index on one engine, for the tests of the suite that it is called in. */
export function indexOn(engine: (typeof ENGINES)[number], logs: readonly LogReader[] = []): { database: Database } {
  const held: { database: Database } = { database: undefined as unknown as Database };
  let place: TestDatabase | undefined;
  before(async () => {
    place = await engine.create();
    held.database = await place.open();
    await migrateIndex(held.database);
    for (const log of logs) await new Indexer({ database: held.database }).catchUp(log);
    await tidy(held.database);
  });
  after(async () => {
    await held.database?.close();
    await place?.remove();
  });
  return held;
}

export { ENGINES };
