import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ENGINES, indexOn } from '../index/indexed.fixture.ts';
import { companyEntries, customer, entriesLog } from '../index/ledger-entries.fixture.ts';
import { recordPlace } from '../record/record-place.ts';
import { handleOf } from '../record/recorder.fixture.ts';
import { scanLedger } from './scan.ts';
import { type SummedQuestion, summarize } from './summarize.ts';
import { unlisted } from './unlisted.ts';

const ENTRIES = [
  ...companyEntries({ exchanges: 2000, customers: 100, from: Date.UTC(2026, 8, 1), to: Date.UTC(2026, 8, 6) }),
];
const LOG = entriesLog(ENTRIES);
const SHOWN = { fieldUse: ['returned', 'masked'] } as const;
const day = { from: '2026-09-02T00:00:00.000Z', to: '2026-09-04T00:00:00.000Z' };

const QUESTIONS: Readonly<Record<string, SummedQuestion>> = {
  'everybody who received anything of a customer': { ...SHOWN, handles: [handleOf(customer(3))] },
  'within some hours': {
    ...{ ...SHOWN, handles: [handleOf(customer(3))] },
    ...{ from: '2026-09-02T07:00:00.000Z', to: '2026-09-04T19:00:00.000Z' },
  },
  'within whole days': { decision: 'refused', ...day },
  'what was masked': { fieldUse: ['masked'], consumer: 'crm' },
  'all there is': {},
  nothing: { consumer: 'nobody' },
};

/** The same counts by what tells shapes apart. */
async function counted(question: SummedQuestion): Promise<Record<string, { n: number; first: string; last: string }>> {
  const counts: Record<string, { n: number; first: string; last: string }> = {};
  for await (const { entry, place, lists } of scanLedger(LOG, ENTRIES.length, { ...question, types: ['access'] })) {
    const key = JSON.stringify([place, lists?.returned, lists?.masked, lists?.written]);
    const { n, first } = counts[key] ?? { n: 0, first: entry.time };
    counts[key] = { n: n + 1, first, last: entry.time };
  }
  return counts;
}

/** `access-begin` before `access`, one without an end, and one with more records than handles. */
const time = (second: number): string => new Date(Date.UTC(2026, 8, 1, 0, 0, second)).toISOString();
const LIST = recordPlace({
  ...{ consumer: 'crm', interface: 'customers', operation: 'list' },
  ...{ method: 'GET', environment: 'production', snapshot: 'sha256:1' },
});
const access = (second: number, exchange: string, more: object = {}) => ({
  ...{
    type: 'access',
    time: time(second),
    exchange,
    trace: exchange,
    place: LIST.id,
    decision: 'allowed',
    verdicts: ['a'],
  },
  ...{ returned: ['Customer.name'], handles: [handleOf(customer(1))], records: 1, status: 200, bytes: 1, ms: 1 },
  ...more,
});
const STREAMED = entriesLog(
  [
    { type: 'epoch', time: time(0), format: 1, origin: 'streamed.test/log', environment: 'e', software: '0' },
    LIST.entry,
    access(1, '00000000-0000-4000-8000-000000000001', { type: 'access-begin' }),
    access(2, '00000000-0000-4000-8000-000000000001'),
    access(3, '00000001-0000-4000-8000-000000000002', { type: 'access-begin' }),
    access(4, '00000002-0000-4000-8000-000000000003', {
      notes: ['handles-at-limit'],
      handles: ['0123456789abcdef'],
      records: 5000,
    }),
    access(5, '00000003-0000-4000-8000-000000000004', {
      notes: ['handles-unavailable'],
      handles: undefined,
      records: 2,
    }),
  ],
  0,
  'streamed.test/log',
);

for (const engine of ENGINES) {
  describe(`summaries on ${engine.name}`, () => {
    const index = indexOn(engine, [LOG]);
    for (const [name, question] of Object.entries(QUESTIONS)) {
      it(`count what the ledger counts: ${name}`, async () => {
        const { summaries, logs } = await summarize(index.database, question);
        const sums = summaries.map(({ detail, exchanges, first, last }) => [
          JSON.stringify([detail.place, detail.returned, detail.masked, detail.written]),
          { n: exchanges, first, last },
        ]);
        assert.deepEqual(Object.fromEntries(sums), await counted(question));
        assert.equal(logs[0]?.indexed, ENTRIES.length);
      });
    }
  });

  describe(`summaries of streamed and large answers on ${engine.name}`, () => {
    const index = indexOn(engine, [STREAMED]);
    it('count an answer once, and one that was begun and never ended', async () => {
      const { summaries } = await summarize(index.database, { ...SHOWN, handles: [handleOf(customer(1))] });
      assert.deepEqual(summaries.map(({ detail: { type }, exchanges, first }) => [type, exchanges, first]).sort(), [
        ['access', 1, time(2)],
        ['access-begin', 1, time(3)],
      ]);
    });
    it('say which answers had more records than are named', async () => {
      const asked = { ...SHOWN, handles: [handleOf(customer(1))] };
      assert.deepEqual(await unlisted(index.database, asked), [
        { consumer: 'crm', interface: 'customers', operation: 'list', exchanges: 2, first: time(4), last: time(5) },
      ]);
      assert.deepEqual(await unlisted(index.database, { ...asked, consumer: 'bank' }), []);
      assert.deepEqual(await unlisted(index.database, { ...asked, from: '2026-09-02T00:00:00.000Z' }), []);
    });
  });
}
