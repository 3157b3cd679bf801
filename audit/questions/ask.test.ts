import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ENGINES, indexOn } from '../index/indexed.fixture.ts';
import { companyEntries, customer, entriesLog } from '../index/ledger-entries.fixture.ts';
import { handleOf } from '../record/recorder.fixture.ts';
import type { IndexedRow } from './answer.ts';
import { ask } from './ask.ts';
import type { AnswerRow, Question } from './question.ts';
import { scanLedger } from './scan.ts';

const [FROM, TO] = [Date.UTC(2026, 8, 1), Date.UTC(2026, 8, 12)];
const COMPANY = { exchanges: 4000, customers: 300, from: FROM, to: TO, changeEvery: 1500 };
const LOG = entriesLog([...companyEntries(COMPANY)]);
const EMAIL = { interface: 'customer-master', field: 'Customer.email' };
const handles = (...numbers: readonly number[]) => numbers.map((number) => handleOf(customer(number)));

/** Questions as people ask them; the index must say of each what reading the whole ledger says. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  everything: {},
  'who received a field of a customer in a week': {
    ...{ fields: [EMAIL], handles: handles(7) },
    ...{ from: '2026-09-03T00:00:00.000Z', to: '2026-09-10T00:00:00.000Z' },
  },
  'who received a field of any interface': { fields: [{ field: 'Customer.email' }] },
  'a field of an interface that has none of it': { fields: [{ ...EMAIL, interface: 'order-status' }] },
  'what was masked': { fieldUse: ['masked'] },
  'what was refused': { fieldUse: ['refused'], decision: 'refused' },
  'a field in any use': { fields: [{ field: 'Order.state' }], fieldUse: ['returned', 'masked', 'refused', 'written'] },
  'all writes to a record': { handles: [handleOf('erp/sale.order 3')], fieldUse: ['written'] },
  'several records': { handles: handles(1, 2, 3, 299) },
  'a record that nobody knows': { handles: ['0123456789abcdef'] },
  'no handle at all': { handles: [] },
  'no field at all': { fields: [] },
  'no use at all': { fieldUse: [] },
  'a field in no use': { fields: [EMAIL], fieldUse: [] },
  'what one consumer did': { consumer: 'crm', operation: 'listCustomers' },
  'by client': { client: 'webshop-client' },
  'by grant and purpose': { grant: 'webshop-customer-master', purpose: 'delivery' },
  'by version': { interface: 'order-status', version: '1.2' },
  'denied, with the code': { decision: 'refused', code: 'field-not-granted', consumer: 'crm' },
  'changes of the rules': { types: ['change', 'approval'] },
  'approvals of a grant': { types: ['approval'], grant: 'crm-customer-master' },
  'approvals of another grant': { types: ['approval'], grant: 'webshop-customer-master' },
  'no type at all': { types: [] },
  'an hour within a day': { from: '2026-09-05T10:00:00.000Z', to: '2026-09-05T11:00:00.000Z' },
  'before everything': { to: '2026-08-01T00:00:00.000Z' },
  'behind everything': { from: '2026-12-01T00:00:00.000Z' },
  'a person behind the token': { subjects: [handleOf('identity/embedded crm')], operation: 'updateOrder' },
  'a person and a record': { subjects: [handleOf('identity/embedded crm')], handles: handles(0) },
};

async function collect<R extends AnswerRow>(rows: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const scanned = async (question: Question) => collect(scanLedger(LOG, (await LOG.checkpoint()).size, question));
const withoutOrigin = ({ origin, ...row }: IndexedRow): AnswerRow => row;

for (const engine of ENGINES) {
  describe(`the index on ${engine.name}`, () => {
    const index = indexOn(engine, [LOG]);
    const asked = async (question: Question) => collect((await ask(index.database, question)).rows);

    for (const [name, question] of Object.entries(QUESTIONS)) {
      it(`answers as the ledger itself does: ${name}`, async () => {
        const expected = await scanned(question);
        const found = await asked(question);
        assert.deepEqual(found.map(withoutOrigin), expected);
        assert.ok(found.every(({ origin }) => origin === LOG.origin));
      });
    }

    it('finds an exchange by its id or trace, and none that only begins alike', async () => {
      const rows = await scanned({ consumer: 'crm' });
      const { entry } = rows[17] ?? assert.fail();
      assert.ok(entry.type === 'access');
      for (const question of [
        { exchange: entry.exchange },
        { trace: entry.trace },
        { exchange: entry.exchange, trace: entry.trace },
      ]) {
        assert.deepEqual((await asked(question)).map(withoutOrigin), await scanned(question));
        assert.equal((await asked(question)).length, 1);
      }
      assert.deepEqual(await asked({ exchange: `${entry.exchange.slice(0, -1)}x` }), []);
      assert.deepEqual(await asked({ exchange: 'no id' }), []);
      assert.deepEqual(await asked({ exchange: entry.exchange, consumer: 'bank' }), []);
    });

    it('answers any question as the ledger itself does', { timeout: 100_000 }, async () => {
      const some = <T>(...choices: T[]) => fc.option(fc.constantFrom(...choices), { nil: undefined });
      const time = some('2026-09-02T13:00:00.000Z', '2026-09-07T00:00:00.000Z', '2026-09-11T23:59:59.999Z');
      const question = fc.record({
        consumer: some('crm', 'webshop', 'nobody'),
        interface: some('customer-master', 'order-status'),
        operation: some('getCustomer', 'updateOrder'),
        fields: some([EMAIL], [{ field: 'Order.state' }, { field: 'Customer.vat' }]),
        fieldUse: some(['returned'], ['written', 'masked'], ['refused']),
        handles: some(handles(0), handles(1, 5, 9)),
        subjects: some([handleOf('identity/embedded crm')]),
        decision: some('allowed', 'refused'),
        types: some(['access'], ['access', 'change', 'epoch']),
        from: time,
        to: time,
      });
      const plain = (value: object): Question => JSON.parse(JSON.stringify(value)) as Question;
      await fc.assert(
        fc.asyncProperty(question, async (asking) => {
          const expected = (await scanned(plain(asking))).map((row) => row.index);
          assert.deepEqual(
            (await asked(plain(asking))).map((row) => row.index),
            expected,
          );
        }),
        { numRuns: 40 },
      );
    });

    it('goes on behind an entry', async () => {
      const all = await asked({ consumer: 'crm' });
      const at = all[all.length >> 1] ?? assert.fail();
      const { rows } = await ask(
        index.database,
        { consumer: 'crm' },
        { after: { origin: at.origin, index: at.index } },
      );
      assert.deepEqual(await collect(rows), all.slice((all.length >> 1) + 1));
      const none = await ask(index.database, {}, { after: { origin: 'another/log', index: 0 } });
      assert.deepEqual(await collect(none.rows), []);
    });

    it('says at which checkpoint of the log it answers', async () => {
      const { logs } = await ask(index.database, {});
      const { size } = await LOG.checkpoint();
      assert.equal(logs.length, 1);
      const [log = assert.fail()] = logs;
      assert.deepEqual(
        [log.origin, log.size, log.indexed, log.minimum, log.unreadable, log.unresolved, log.checkpoint],
        [LOG.origin, size, size, 0, 0, 0, `note ${size}`],
      );
      assert.equal(log.root, Buffer.alloc(32, 7).toString('base64'));
    });
  });

  describe(`an index of several logs on ${engine.name}`, () => {
    const others = ['one.test/log', 'two.test/log'].map((origin) =>
      entriesLog([...companyEntries({ ...COMPANY, exchanges: 700, origin })], 0, origin),
    );
    const index = indexOn(engine, [...others, entriesLog(['{"type":"epoch"}'], 0, 'three.test/log')]);

    it('answers from all of them, one after the other', async () => {
      const { rows, logs } = await ask(index.database, { operation: 'updateOrder' });
      const found = await collect(rows);
      assert.deepEqual(
        logs.map(({ origin }) => origin),
        ['one.test/log', 'two.test/log', 'three.test/log'],
      );
      const expected: [string, number][] = [];
      for (const log of others) {
        const { size } = await log.checkpoint();
        for await (const row of scanLedger(log, size, { operation: 'updateOrder' }))
          expected.push([log.origin, row.index]);
      }
      assert.deepEqual(
        found.map(({ origin, index: at }) => [origin, at]),
        expected,
      );
    });
  });
}
