import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ArrayColumn } from './array-column.ts';
import { ENGINES, type TestDatabase } from './database.fixture.ts';
import type { Database } from './database.ts';

for (const { name, create } of ENGINES) {
  describe(`columns as parameters on ${name}`, () => {
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
    const back = async (column: ArrayColumn, type: string): Promise<unknown[]> => {
      const rows = await database.query<{ a: unknown }>(`SELECT a::text FROM unnest($1::${type}[]) AS a`, [
        column.parameter(),
      ]);
      return rows.map(({ a }) => a);
    };

    it('arrive as they were put in, however many', async () => {
      const numbers = [0, 1, -1, 2 ** 31, -(2 ** 32), 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
      const many = Array.from({ length: 3000 }, (_, at) => at * 7 - 10_000);
      const bigints = new ArrayColumn('bigint', 1);
      for (const value of [...numbers, ...many]) bigints.bigint(value);
      assert.equal(bigints.length, 3008);
      assert.deepEqual(await back(bigints, 'bigint'), [...numbers, ...many].map(String));

      const ints = new ArrayColumn('int', 1);
      const smallints = new ArrayColumn('smallint', 1);
      for (const value of many) {
        ints.int(value * 1000);
        smallints.smallint(value);
      }
      assert.deepEqual(
        await back(ints, 'int'),
        many.map((value) => String(value * 1000)),
      );
      assert.deepEqual(await back(smallints, 'smallint'), many.map(String));
    });

    it('take bytes of any length', async () => {
      const values = [Buffer.alloc(0), Buffer.from([0, 255]), Buffer.alloc(100_000, 'ab')];
      const column = new ArrayColumn('bytea', 1);
      for (const value of values) column.bytea(value);
      assert.deepEqual(
        await back(column, 'bytea'),
        values.map((value) => `\\x${value.toString('hex')}`),
      );
    });

    it('take 64 bits as digits, and nothing for what is none', async () => {
      const column = new ArrayColumn('bigint', 1);
      for (const digits of [
        '0000000000000001',
        'ffffffffffffffff',
        '8000000000000000',
        'xyz',
        '',
        '00000000000000zz',
        'ABCDEF0123456789',
      ]) {
        column.hex(digits);
      }
      column.null();
      assert.equal(column.length, 8);
      assert.deepEqual(await back(column, 'bigint'), [
        ...['1', '-1', '-9223372036854775808', null, null, null],
        ...[BigInt.asIntN(64, 0xabcdef0123456789n).toString(), null],
      ]);
    });

    it('take times', async () => {
      const times = [0, Date.UTC(1999, 11, 31, 23, 59, 59, 999), Date.UTC(2026, 10, 25, 10, 11, 12, 345)];
      const column = new ArrayColumn('timestamptz', 1);
      for (const time of times) column.timestamptz(time);
      const rows = await database.query<{ a: Date }>('SELECT a FROM unnest($1::timestamptz[]) AS a', [
        column.parameter(),
      ]);
      assert.deepEqual(
        rows.map(({ a }) => a.getTime()),
        times,
      );
    });

    it('may be empty', async () => {
      assert.deepEqual(await back(new ArrayColumn('bigint'), 'bigint'), []);
    });
  });
}
