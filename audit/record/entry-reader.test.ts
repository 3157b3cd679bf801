import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from './canonical-json.ts';
import { definitionId } from './definition-id.ts';
import { EntryReader } from './entry-reader.ts';
import { EXCHANGE, NOON, PLACE, testRecorder } from './recorder.fixture.ts';

const LIST = ['Customer.name'];
const ID = definitionId(canonicalJson(LIST));

function reading(entries: readonly unknown[]) {
  const reader = new EntryReader();
  return entries.map((entry, index) => reader.read(index, Buffer.from(JSON.stringify(entry)))).at(-1);
}

const access = (verdicts: string) => ({ type: 'access', place: 'p', verdicts });

describe('a reader of entries', () => {
  test('forgets with an epoch what was defined before', () => {
    const define = { type: 'define', id: ID, list: LIST };
    assert.deepEqual(reading([define, access(ID)])?.lists?.verdicts, LIST);
    const forgotten = reading([define, { type: 'epoch' }, access(ID)]);
    assert.deepEqual(forgotten?.lists?.verdicts, []);
    assert.deepEqual(forgotten?.missing, ['p', ID]);
  });

  test('may begin in the middle, and is complete from the next epoch on', () => {
    const { log, recorder } = testRecorder();
    recorder.put(EXCHANGE);
    recorder.put(EXCHANGE);
    recorder.put({ ...EXCHANGE, time: NOON + 86_400_000 });
    const reader = new EntryReader();
    const read = log.entries.slice(3).map((entry, index) => reader.read(index, Buffer.from(entry)));
    assert.deepEqual(read[0]?.missing, [EXCHANGE.place.id]);
    assert.deepEqual(read.at(-1)?.place, PLACE);
  });

  test('takes no list or place under a name that is not its own', () => {
    for (const forged of [
      { type: 'define', id: ID, list: ['Customer.other'] },
      { type: 'define', id: ID, list: LIST, part: [2, 2] },
      { type: 'define', id: ID, list: LIST, part: [1, 2] },
      { type: 'define', id: ID, place: PLACE },
    ]) {
      assert.deepEqual(reading([forged, access(ID)])?.missing, ['p', ID]);
    }
  });

  test('refuses what is no entry, and more definitions than an epoch may hold', () => {
    for (const text of ['nonsense', 'null', '7', '{}']) {
      assert.throws(() => new EntryReader().read(41, Buffer.from(text)), /entry 41 is no entry/);
    }
    const reader = new EntryReader();
    assert.throws(() => {
      for (let index = 0; index < 50_000; index++) {
        const list = [String(index)];
        const entry = { type: 'define', id: definitionId(canonicalJson(list)), list };
        reader.read(index, Buffer.from(JSON.stringify(entry)));
      }
    }, /entry 32768 defines more/);
  });
});

describe('canonical JSON', () => {
  test('is that of RFC 8785', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ud83d\ude02': [3, null, true], '1': 4.5, '\ufb33': 1e21, gone: undefined };
    assert.equal(canonicalJson(value), '{"\\r":2,"1":4.5,"\u20ac":1,"\ud83d\ude02":[3,null,true],"\ufb33":1e+21}');
    assert.equal(canonicalJson({ a: '\ud800' }), '{"a":"\ufffd"}');
  });
});
