import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessEntry } from '../entry.ts';
import type { MemoryLog } from './memory-log.fixture.ts';
import { recentEntries } from './recent-entries.ts';
import { EXCHANGE, NOON, NOTHING, PLACE, testRecorder } from './recorder.fixture.ts';

async function exchanges(log: MemoryLog, count: number, minimum = 0): Promise<string[]> {
  const entries = await recentEntries(log.reader(minimum), count);
  return entries.map(({ entry }) => (entry as AccessEntry).exchange ?? entry.type);
}

const LONG = JSON.stringify(Array.from({ length: 3000 }, (_, n) => `Customer.property_number_${n}`));

describe('the last entries', () => {
  test('come oldest first, as many as there are, without definitions', async () => {
    const { log, recorder } = testRecorder();
    for (const exchange of ['1', '2', '3']) recorder.put({ ...EXCHANGE, exchange });
    assert.deepEqual(await exchanges(log, 2), ['2', '3']);
    assert.deepEqual(await exchanges(log, 99), ['epoch', '1', '2', '3']);
    assert.deepEqual(await exchanges(log, 0), []);
    assert.deepEqual(await exchanges(testRecorder().log, 5), []);
  });

  test('are complete however far back their parts are defined, and no further is read', async () => {
    const { log, recorder } = testRecorder();
    const returned = { ...NOTHING, returned: LONG };
    for (let n = 0; n < 2000; n++) recorder.put({ ...EXCHANGE, time: NOON - 86_400_000 });
    recorder.put({ ...EXCHANGE, exchange: 'first', facts: returned });
    for (let n = 0; n < 3000; n++) recorder.put({ ...EXCHANGE, exchange: String(n) });
    recorder.put({ ...EXCHANGE, exchange: 'last', facts: returned });
    const reader = log.reader();
    const [before, last] = await recentEntries(reader, 2);
    assert.deepEqual(before?.place, PLACE);
    assert.equal(JSON.stringify(last?.lists?.returned), LONG);
    assert.deepEqual([before?.missing, last?.missing], [[], []]);
    assert.ok(reader.blocks < 14, `${reader.blocks} blocks were read`);
  });

  test('say what they miss where it has been pruned', async () => {
    const { log, recorder } = testRecorder();
    for (let n = 0; n < 10; n++) recorder.put({ ...EXCHANGE, exchange: String(n) });
    const entries = await recentEntries(log.reader(5), 3);
    assert.deepEqual(
      entries.map(({ missing }) => missing),
      Array(3).fill([EXCHANGE.place.id]),
    );
    assert.deepEqual(await exchanges(log, 100, 5), ['3', '4', '5', '6', '7', '8', '9']);
  });
});
