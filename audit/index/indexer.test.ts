import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import type { IndexedRow } from '../questions/answer.ts';
import { ask } from '../questions/ask.ts';
import type { Question } from '../questions/question.ts';
import { scanLedger } from '../questions/scan.ts';
import { handleOf } from '../record/recorder.fixture.ts';
import { follow } from './follow.ts';
import { ENGINES, indexOn } from './indexed.fixture.ts';
import { Indexer } from './indexer.ts';
import { type CompanyOptions, companyEntries, customer, entriesLog } from './ledger-entries.fixture.ts';
import { emptyIndex } from './rebuild.ts';
import { usageOf } from './usage-rows.ts';

const COMPANY: CompanyOptions = {
  ...{ exchanges: 1500, customers: 100, changeEvery: 400 },
  ...{ from: Date.UTC(2026, 8, 1), to: Date.UTC(2026, 8, 5) },
};
const ENTRIES = [...companyEntries(COMPANY)];
const OF_CUSTOMER: Question = { handles: [handleOf(customer(1))] };
const QUESTIONS: readonly Question[] = [{}, OF_CUSTOMER, { operation: 'updateOrder' }, { fieldUse: ['masked'] }];

/** Every table but what is numbered as it comes. */
const EVERYTHING = [
  'SELECT position, time, exchange::text, trace::text, subject::text FROM audit_index.entries ORDER BY 1',
  'SELECT handle::text, position FROM audit_index.handles ORDER BY 1, 2',
  `SELECT d.day::text, s.key, d.entries, d.records, d.first_position, d.last_position, d.first_time, d.last_time
   FROM audit_index.days d JOIN audit_index.shapes s USING (shape) ORDER BY 1, 2`,
  'SELECT origin, next, epoch, minimum, unreadable, unresolved FROM audit_index.logs ORDER BY log',
];

async function contentOf(database: Database): Promise<unknown> {
  const tables: unknown[] = [];
  for (const sql of EVERYTHING) tables.push(await database.query(sql));
  return tables;
}

async function answer(database: Database, question: Question): Promise<IndexedRow[]> {
  const rows: IndexedRow[] = [];
  for await (const row of (await ask(database, question)).rows) rows.push(row);
  return rows;
}

async function assertSame(database: Database, log: LogReader): Promise<void> {
  const { size } = await log.checkpoint();
  for (const question of QUESTIONS) {
    const expected: number[] = [];
    for await (const { index } of scanLedger(log, size, question)) expected.push(index);
    assert.deepEqual(
      (await answer(database, question)).map(({ index }) => index),
      expected,
    );
  }
}

/** A database whose connection breaks at the nth statement of a transaction. */
function breaking(database: Database, statement: number): Database {
  return {
    ...database,
    kind: database.kind,
    query: (text, values) => database.query(text, values),
    close: () => database.close(),
    transaction: (work) =>
      database.transaction((queries) => {
        let left = statement;
        return work({
          query(text, values) {
            if (left-- === 0) throw new Error('the connection broke');
            return queries.query(text, values);
          },
        });
      }),
  };
}

for (const engine of ENGINES) {
  describe(`the indexer on ${engine.name}`, () => {
    const index = indexOn(engine);
    const log = entriesLog(ENTRIES);

    it('reads a log once, however it is cut and broken off', async () => {
      const { database } = index;
      const half = entriesLog(ENTRIES.slice(0, 777));
      assert.equal(await new Indexer({ database, batch: 5000 }).catchUp(log), ENTRIES.length);
      const whole = await contentOf(database);
      await emptyIndex(database);
      for (let statement = 0; statement < 12; statement++) {
        const broken = new Indexer({ database: breaking(database, statement), batch: 100 });
        await assert.rejects(broken.catchUp(half), /connection broke/, `statement ${statement}`);
      }
      // A new process each time, and one that goes on after its fault.
      assert.equal(await new Indexer({ database, batch: 100 }).catchUp(half), 777);
      const on = new Indexer({ database, batch: 64 });
      assert.equal(await on.catchUp(entriesLog(ENTRIES.slice(0, 900))), 123);
      assert.equal(await on.catchUp(log), ENTRIES.length - 900);
      assert.equal(await on.catchUp(log), 0);
      assert.deepEqual(await contentOf(database), whole);
      await assertSame(database, log);
    });

    it('lets two read the same log at once', async () => {
      const { database } = index;
      const whole = await contentOf(database);
      await emptyIndex(database);
      const read = await Promise.all([1, 2].map(() => new Indexer({ database, batch: 50 }).catchUp(log)));
      assert.equal(
        read.reduce((sum, count) => sum + count),
        ENTRIES.length,
      );
      assert.deepEqual(await contentOf(database), whole);
    });

    it('goes on from the start when somebody has the index made anew', async () => {
      const { database } = index;
      const remembering = new Indexer({ database, batch: 500 });
      await remembering.catchUp(entriesLog(ENTRIES.slice(0, 1000)));
      await emptyIndex(database);
      // Other numbers, and just as far as the first one believes to be.
      await new Indexer({ database }).catchUp(entriesLog(['{"type":"epoch"}'], 0, 'another.test/log'));
      await new Indexer({ database }).catchUp(entriesLog(ENTRIES.slice(0, 1000)));
      await remembering.catchUp(log);
      const rows = await answer(database, OF_CUSTOMER);
      assert.ok(rows.length > 10 && rows.every(({ place, missing }) => place !== undefined && missing.length === 0));
      const written = await answer(database, { operation: 'updateOrder' });
      assert.ok(written.length > 50 && written.every(({ place }) => place?.operation === 'updateOrder'));
      await emptyIndex(database);
    });

    it('passes over what is no entry, counts it, and says so', async () => {
      const { database } = index;
      const time = '2026-09-01T00:00:00.000Z';
      const access = {
        type: 'access',
        place: 'nothing-of-this-name',
        exchange: 'e',
        trace: 't',
        time,
        decision: 'allowed',
      };
      const strange = [
        ...['not JSON', '[]', 'null', '{"type":"access"}', '{"type":"gap","time":"yesterday"}'],
        { ...access, verdicts: ['a'], handles: 'none', records: 1 },
        { ...access, verdicts: ['a'], handles: [], records: 1.5 },
        { ...access, verdicts: 7 },
        { type: 'gap', time: '+275760-09-13T00:00:00.000Z', cause: 'overload' },
      ];
      const unknown = {
        ...access,
        verdicts: 'no-such-list',
        returned: 'no-such-list',
        handles: ['00ff00ff00ff00ff', 'x'],
      };
      const nul = { ...access, verdicts: ['a\0b'], returned: [`Schema.\0\ud800${'x'.repeat(5000)}`], code: 'c\0' };
      const log = entriesLog(
        [...strange, unknown, nul, { type: 'gap', time, cause: 'overload' }],
        0,
        'strange.test/log',
      );
      await new Indexer({ database }).catchUp(log);
      const { logs } = await ask(database, {});
      const [own = assert.fail()] = logs;
      assert.equal(own.indexed, strange.length + 3);
      assert.ok(own.unreadable >= 8 && own.unreadable <= strange.length, `${own.unreadable}`);
      assert.ok(own.unresolved >= 2);
      const rows = await answer(database, { handles: ['00ff00ff00ff00ff'] });
      assert.deepEqual(
        rows.map(({ index: at, missing }) => [at, missing]),
        [[strange.length, ['nothing-of-this-name', 'no-such-list', 'no-such-list']]],
      );
      assert.equal((await answer(database, { types: ['gap'] })).length, 1);
      await emptyIndex(database);
    });

    it('removes what was pruned, and nothing else', async () => {
      const { database } = index;
      const epochs = ENTRIES.flatMap((bytes, at) => (bytes.includes('"type":"epoch"') ? [at] : []));
      const minimum = epochs[2] ?? assert.fail();
      const pruned = entriesLog(ENTRIES, minimum);
      const indexer = new Indexer({ database, batch: 300 });
      await indexer.catchUp(log);
      await indexer.catchUp(pruned);
      const kept = await contentOf(database);
      await assertSame(database, pruned);
      const [{ texts = -1 } = {}] = await database.query<{ texts: number }>(
        'SELECT sum(count)::bigint AS texts FROM audit_index.texts',
      );
      assert.equal(texts, ENTRIES.length - minimum);
      await emptyIndex(database);
      // As if it had never been there.
      await new Indexer({ database }).catchUp(pruned);
      assert.deepEqual(await contentOf(database), kept);
      await emptyIndex(database);
      // Pruned before it was read.
      const late = new Indexer({ database });
      await late.catchUp(entriesLog(ENTRIES.slice(0, (epochs[1] ?? 0) - 5)));
      await late.catchUp(pruned);
      await assertSame(database, pruned);
      await emptyIndex(database);
    });

    it('follows a log that grows, and goes on after a fault', async () => {
      const { database } = index;
      let size = 100;
      let attempts = 0;
      const faults: unknown[] = [];
      const following = follow({
        ...{ database, pauseMs: 1, faultPauseMs: 1 },
        async open() {
          attempts++;
          if (attempts === 1) return undefined;
          if (attempts === 2) throw new Error('the folder cannot be read');
          return entriesLog(ENTRIES.slice(0, size));
        },
        onFault: (error) => faults.push(error),
      });
      assert.ok(await following.reaches(100, 30_000));
      size = 1200;
      assert.ok(await following.reaches(1200, 30_000));
      assert.equal(await following.reaches(1201, 1), false);
      assert.deepEqual([following.isFailing, following.behind, faults.length], [false, 0, 1]);
      await following.stop();
      assert.deepEqual(await database.query('SELECT next FROM audit_index.logs'), [{ next: 1200 }]);
    });

    it('sums up what was used by the day', async () => {
      const { database } = index;
      await emptyIndex(database);
      await new Indexer({ database }).catchUp(log);
      const { usage } = usageOf(database);
      const filter = { consumer: 'crm', interface: 'customer-master', field: 'Customer.email' };
      const days = { from: '2026-09-02T00:00:00.000Z', to: '2026-09-04T00:00:00.000Z' };
      const counted = new Map<string, { exchanges: number; records: number; times: string[] }>();
      for await (const { entry, place, lists } of scanLedger(log, ENTRIES.length, { consumer: 'crm', ...days })) {
        if (entry.type !== 'access' || place?.interface !== 'customer-master') continue;
        if (lists?.returned.includes('Customer.email') !== true) continue;
        const key = place.operation ?? '';
        const sum = counted.get(key) ?? { exchanges: 0, records: 0, times: [] };
        counted.set(key, {
          exchanges: sum.exchanges + 1,
          records: sum.records + (entry.records ?? 0),
          times: [...sum.times, entry.time],
        });
      }
      const rows = await usage({ ...filter, ...days });
      assert.deepEqual(
        rows,
        [...counted.keys()].sort().map((operation) => {
          const { exchanges = 0, records = 0, times = [] } = counted.get(operation) ?? {};
          return {
            ...{
              consumer: 'crm',
              grant: 'crm-customer-master',
              interface: 'customer-master',
              version: '1.2',
              operation,
            },
            ...{ field: 'Customer.email', kind: 'returned', exchanges, records, first: times[0], last: times.at(-1) },
          };
        }),
      );
      assert.ok((await usage({})).length > 100);
      assert.deepEqual(await usage({ consumer: 'nobody' }), []);
      assert.ok((await usage({ interface: 'order-status' })).some(({ kind }) => kind === 'masked'));
    });
  });
}
