import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ENGINES, type TestDatabase } from './database.fixture.ts';
import type { Database } from './database.ts';
import { type Migration, migrate } from './migrate.ts';

const FIRST: Migration = { name: '0001-first', sql: 'CREATE TABLE s.a (n int); CREATE INDEX ON s.a (n);' };
const SECOND: Migration = { name: '0002-second', sql: 'INSERT INTO s.a VALUES (1);' };
const BROKEN: Migration = { name: '0003-broken', sql: 'INSERT INTO s.a VALUES (2); SELECT 1 / 0;' };

for (const { name, create } of ENGINES) {
  describe(`migrations on ${name}`, () => {
    let place: TestDatabase;
    let database: Database;
    before(async () => {
      place = await create();
      database = await place.open();
    });
    after(async () => {
      await database?.close();
      await place?.remove();
    });
    const rows = () => database.query('SELECT n FROM s.a');

    it('applies each step once, in order', async () => {
      assert.deepEqual(await migrate(database, 's', [FIRST]), ['0001-first']);
      assert.deepEqual(await migrate(database, 's', [FIRST, SECOND]), ['0002-second']);
      assert.deepEqual(await migrate(database, 's', [FIRST, SECOND]), []);
      assert.deepEqual(await rows(), [{ n: 1 }]);
    });

    it('applies all steps or none', async () => {
      await assert.rejects(migrate(database, 's', [FIRST, SECOND, BROKEN]), /division by zero/);
      assert.deepEqual(await rows(), [{ n: 1 }]);
    });

    it('lets two at once wait for each other', async () => {
      const both = await Promise.all([migrate(database, 't', []), migrate(database, 't', [])]);
      assert.deepEqual(both, [[], []]);
      const step = { name: '0001-once', sql: 'CREATE TABLE t.once (n int);' };
      const applied = await Promise.all([1, 2, 3].map(() => migrate(database, 't', [step])));
      assert.deepEqual(applied.flat(), ['0001-once']);
    });

    it('refuses a schema that other steps have made', async () => {
      const changed = { ...SECOND, sql: 'INSERT INTO s.a VALUES (7);' };
      await assert.rejects(migrate(database, 's', [FIRST, changed]), /0002-second is not ours/);
      await assert.rejects(migrate(database, 's', [FIRST]), /newer Portcullis/);
    });
  });
}
