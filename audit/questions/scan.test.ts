import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companyEntries, entriesLog } from '../index/ledger-entries.fixture.ts';
import type { AnswerRow } from './question.ts';
import { scanLedger } from './scan.ts';

const ENTRIES = [...companyEntries({ exchanges: 3000 })];
const LOG = entriesLog(ENTRIES);

async function scanned(from?: number): Promise<AnswerRow[]> {
  const rows: AnswerRow[] = [];
  for await (const row of scanLedger(LOG, ENTRIES.length, { types: ['access'] }, { from })) rows.push(row);
  return rows;
}

test('a scan that begins later gives the same rows from there on, with all that they refer to', async () => {
  const all = await scanned();
  for (const from of [0, 1, 255, 256, 2000, ENTRIES.length - 1, ENTRIES.length]) {
    assert.deepEqual(
      await scanned(from),
      all.filter(({ index }) => index >= from),
      `from ${from}`,
    );
  }
  assert.ok(all.every(({ missing }) => missing.length === 0));
});

test('a scan is broken off, also where nothing is found', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(scanLedger(LOG, ENTRIES.length, { consumer: 'nobody' }, { signal }).next(), /enough/);
});

test('a scan of what the index has not read yet does not read the ledger from its beginning', async () => {
  let read = 0;
  const log = {
    minimum: 0,
    async *entries(from: number, to: number) {
      for await (const run of LOG.entries(from, to)) {
        read += run.entries.length;
        yield run;
      }
    },
  };
  for await (const _ of scanLedger(log, ENTRIES.length, {}, { from: ENTRIES.length }))
    assert.fail('there is nothing behind the end');
  assert.equal(read, 0);
});
