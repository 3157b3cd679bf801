import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LANES, type Lane, LaneQueue, type Place } from './lane-queue.ts';

function queueOf(
  ...waiters: readonly (readonly [name: string, lane: Lane, standing?: Place['standing']])[]
): LaneQueue<string> {
  const queue = new LaneQueue<string>();
  for (const [name, lane, standing = 'fresh'] of waiters) queue.push(name, { lane, standing });
  return queue;
}

function emptied(queue: LaneQueue<string>): string[] {
  const names: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) names.push(next);
  return names;
}

describe('lane queue', () => {
  test('by lane, then who has begun, then by arrival; what is urgent before all', () => {
    const queue = queueOf(
      ['low', 'low'],
      ['normal 1', 'normal'],
      ['normal 2', 'normal'],
      ['normal begun', 'normal', 'begun'],
      ['high', 'high'],
      ['urgent', 'low', 'urgent'],
    );
    assert.equal(queue.size, 6);
    assert.deepEqual([...queue].toSorted(), emptied(queue).toSorted());
    assert.equal(queue.size, 0);
    assert.deepEqual(
      emptied(
        queueOf(
          ['low', 'low'],
          ['b', 'normal'],
          ['a', 'normal', 'begun'],
          ['high', 'high'],
          ['first', 'low', 'urgent'],
        ),
      ),
      ['first', 'high', 'a', 'b', 'low'],
    );
  });

  test('a lane that waits is passed over so many times and no more', () => {
    const queue = new LaneQueue<Lane>();
    const shares: Record<Lane, number> = { high: 0, normal: 0, low: 0 };
    for (const lane of LANES) queue.push(lane, { lane, standing: 'fresh' });
    const turns: Lane[] = [];
    for (let turn = 0; turn < 1300; turn++) {
      const lane = queue.shift();
      assert.ok(lane !== undefined);
      turns.push(lane);
      shares[lane]++;
      queue.push(lane, { lane, standing: 'fresh' });
    }
    assert.deepEqual(turns.slice(0, 10), [
      ...['high', 'high', 'high', 'normal', 'high', 'high', 'high', 'normal', 'high', 'low'],
    ]);
    assert.ok(shares.high > 800 && shares.normal > 250 && shares.low > 120, JSON.stringify(shares));
  });

  test('passes are forgotten by the turn', () => {
    const queue = queueOf(['low', 'low'], ...Array.from({ length: 20 }, () => ['high', 'high'] as const));
    const order = emptied(queue);
    assert.equal(order.indexOf('low'), 9);
    assert.equal(order.lastIndexOf('low'), 9);
  });

  test('makes room at the end of the lowest lane below, never by who has begun', () => {
    const queue = queueOf(['n', 'normal'], ['l1', 'low'], ['l2', 'low'], ['begun', 'low', 'begun']);
    assert.equal(queue.popBelow('low'), undefined);
    assert.deepEqual(
      [queue.popBelow('high'), queue.popBelow('normal'), queue.popBelow('normal')],
      ['l2', 'l1', undefined],
    );
    assert.deepEqual([queue.popBelow('high'), queue.popBelow('high'), queue.size], ['n', undefined, 1]);
  });

  test('who leaves is no longer counted', () => {
    const queue = queueOf(['a', 'high'], ['b', 'normal'], ['c', 'low'], ['u', 'low', 'urgent']);
    assert.deepEqual(
      LANES.map((lane) => queue.ahead(lane)),
      [2, 3, 4],
    );
    queue.remove('b', { lane: 'normal', standing: 'fresh' });
    queue.remove('b', { lane: 'normal', standing: 'fresh' });
    assert.deepEqual(
      LANES.map((lane) => queue.ahead(lane)),
      [2, 2, 3],
    );
    assert.equal(queue.size, 3);
    assert.deepEqual(emptied(queue), ['u', 'a', 'c']);
  });
});
