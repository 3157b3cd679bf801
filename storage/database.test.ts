import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ENGINES, type TestDatabase } from './database.fixture.ts';
import { type Database, StatementTimeout, sqlState } from './database.ts';

const STATEMENT_MS = 4000;

/** What every database must do, on whichever engine: the contract of database.ts. */
const BEHAVIOURS: Readonly<Record<string, (database: Database) => Promise<void>>> = {
  'keeps what goes in as it comes out': async (database) => {
    const bytes = Buffer.from([0, 1, 0xff, 0x27, 0x5c]);
    const time = new Date('2026-11-25T10:11:12.345Z');
    const text = `O'Neill "§" \\ \n 漢字 🚪`;
    const [row] = await database.query(
      `SELECT $1::int AS a, $2::bigint AS b, $3::text AS c, $4::bytea AS d, $5::timestamptz AS e, $6::boolean AS f,
              $7::text AS g, $8::text[] AS h, $9::bigint[] AS i`,
      [-7, 2 ** 53 - 1, text, bytes, time, true, null, [text, '', 'a,b{}'], [1, -2]],
    );
    assert.deepEqual(row, {
      ...{ a: -7, b: 2 ** 53 - 1, c: text, d: bytes, e: time, f: true, g: null },
      ...{ h: [text, '', 'a,b{}'], i: ['1', '-2'] },
    });
  },

  'does not round a number that is too large': async (database) => {
    await assert.rejects(database.query('SELECT 9007199254740993::bigint AS a'), /beyond 2\^53/);
    assert.deepEqual(await database.query(`SELECT (-9223372036854775808)::bigint::text AS a`), [
      { a: '-9223372036854775808' },
    ]);
  },

  'takes rows as arrays, and takes them once': async (database) => {
    await database.query('CREATE TABLE batch (id bigint PRIMARY KEY, name text)');
    const ids = Array.from({ length: 2000 }, (_, id) => id);
    const insert = `INSERT INTO batch SELECT * FROM unnest($1::bigint[], $2::text[]) ON CONFLICT DO NOTHING RETURNING id`;
    const values = [ids, ids.map((id) => `n${id}`)];
    assert.equal((await database.query(insert, values)).length, 2000);
    assert.equal((await database.query(insert, values)).length, 0);
    assert.deepEqual(await database.query('SELECT count(*) AS n, max(name) AS name FROM batch'), [
      { n: 2000, name: 'n999' },
    ]);
  },

  'does all of a transaction or nothing': async (database) => {
    await database.query('CREATE TABLE account (id int PRIMARY KEY, amount int NOT NULL CHECK (amount >= 0))');
    await database.transaction(async (queries) => {
      await queries.query('INSERT INTO account VALUES (1, 10), (2, 0)');
    });
    const move = (amount: number, then: () => void): Promise<string> =>
      database.transaction(async (queries) => {
        await queries.query('UPDATE account SET amount = amount + $1 WHERE id = 2', [amount]);
        await queries.query('UPDATE account SET amount = amount - $1 WHERE id = 1', [amount]);
        then();
        return 'moved';
      });
    await assert.rejects(
      move(11, () => {}),
      (error) => sqlState(error) === '23514',
    );
    await assert.rejects(
      move(5, () => {
        throw new Error('thought better of it');
      }),
      /thought better/,
    );
    assert.deepEqual(await database.query('SELECT id, amount FROM account ORDER BY id'), [
      { id: 1, amount: 10 },
      { id: 2, amount: 0 },
    ]);
    assert.equal(await move(10, () => {}), 'moved');
    assert.deepEqual(await database.query('SELECT amount FROM account ORDER BY id'), [{ amount: 0 }, { amount: 10 }]);
  },

  'says by its SQLSTATE why it refuses, and goes on': async (database) => {
    await database.query('CREATE TABLE one (id int PRIMARY KEY)');
    await database.query('INSERT INTO one VALUES (1)');
    const refused: Readonly<Record<string, string>> = {
      '23505': 'INSERT INTO one VALUES (1)',
      '42601': 'SELEC 1',
      '42P01': 'SELECT * FROM nothing_of_this_name',
      '22012': 'SELECT 1 / 0',
    };
    for (const [state, sql] of Object.entries(refused)) {
      await assert.rejects(database.query(sql), (error) => sqlState(error) === state, sql);
    }
    assert.deepEqual(await database.query('SELECT id FROM one'), [{ id: 1 }]);
  },

  'ends a statement that takes too long, and goes on': async (database) => {
    await database.query('CREATE TABLE kept AS SELECT 1 AS id');
    await assert.rejects(
      database.query('SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b'),
      StatementTimeout,
    );
    assert.deepEqual(await database.query('SELECT id FROM kept'), [{ id: 1 }]);
    await assert.rejects(
      database.transaction(async (queries) => {
        await queries.query('INSERT INTO kept VALUES (2)');
        await queries.query('SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b');
      }),
      StatementTimeout,
    );
    assert.deepEqual(await database.query('SELECT id FROM kept'), [{ id: 1 }]);
  },

  'answers many at once': async (database) => {
    const asked = Array.from({ length: 40 }, (_, at) => at);
    const answers = await Promise.all(
      asked.map((at) =>
        at % 4 === 0
          ? database.transaction((queries) => queries.query<{ a: number }>('SELECT $1::int AS a', [at]))
          : database.query<{ a: number }>('SELECT $1::int AS a', [at]),
      ),
    );
    assert.deepEqual(
      answers.map((rows) => rows[0]?.a),
      asked,
    );
  },

  'carries large values both ways': async (database) => {
    const large = Buffer.alloc(4 * 1024 * 1024, 'portcullis ');
    const [row] = await database.query<{ size: number; back: Buffer }>(
      'SELECT length($1::bytea) AS size, $1::bytea AS back',
      [large],
    );
    assert.equal(row?.size, large.length);
    assert.ok(row.back.equals(large));
    const rows = await database.query<{ a: number }>(
      `SELECT a, repeat('x', 100) AS b FROM generate_series(1, 20000) a`,
    );
    assert.equal(rows.length, 20_000);
    assert.equal(rows.at(-1)?.a, 20_000);
  },

  'runs several statements without parameters as one': async (database) => {
    await database.query('CREATE TABLE first (a int); CREATE TABLE second (a int); INSERT INTO second VALUES (3)');
    assert.deepEqual(await database.query('SELECT a FROM second'), [{ a: 3 }]);
    await assert.rejects(database.query('INSERT INTO first VALUES (1); SELECT 1 / 0'));
    assert.deepEqual(await database.query('SELECT a FROM first'), []);
  },

  'sorts by bytes where it is told to': async (database) => {
    const rows = await database.query<{ a: string }>(
      `SELECT a FROM unnest(ARRAY['b', 'B', 'a-c', 'ab', 'é']) a ORDER BY a COLLATE "C"`,
    );
    assert.equal(rows.map(({ a }) => a).join(' '), 'B a-c ab b é');
  },
};

for (const { name, create } of ENGINES) {
  describe(`a database on ${name}`, () => {
    let place: TestDatabase;
    let database: Database;
    before(async () => {
      place = await create();
      database = await place.open({ statementMs: STATEMENT_MS });
    });
    after(async () => {
      await database?.close();
      await place?.remove();
    });

    for (const [behaviour, test] of Object.entries(BEHAVIOURS)) it(behaviour, () => test(database));

    it('has what was committed when it is opened again', async () => {
      await database.query('CREATE TABLE lasting AS SELECT 42 AS a');
      await database.close();
      await assert.rejects(database.query('SELECT 1'));
      database = await place.open({ statementMs: STATEMENT_MS });
      assert.deepEqual(await database.query('SELECT a FROM lasting'), [{ a: 42 }]);
    });
  });
}
