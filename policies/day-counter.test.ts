import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DayCounter } from './day-counter.ts';

const DAY = 86_400_000;
const NOON = 20_000 * DAY + DAY / 2;

test('counts to the quota of the UTC day and begins anew with the next', () => {
  const counter = new DayCounter();
  assert.deepEqual(
    [counter.take(2, NOON), counter.take(2, NOON), counter.take(2, NOON)].map(({ allowed }) => allowed),
    [true, true, false],
  );
  assert.equal(counter.take(2, NOON).retryMs, DAY / 2);
  assert.equal(counter.take(3, NOON).allowed, true, 'a larger quota counts from what was used');
  assert.equal(counter.take(2, NOON + DAY / 2).allowed, true);
});

test('a clock that is set back to the day before gives nothing', () => {
  const counter = new DayCounter();
  counter.take(1, NOON);
  assert.equal(counter.take(1, NOON - DAY).allowed, false);
});

test('a clock that was far ahead once does not hold up the days that come', () => {
  const counter = new DayCounter();
  counter.take(1, NOON + 400 * DAY);
  assert.equal(counter.take(1, NOON).allowed, true);
  assert.equal(counter.take(1, NOON).allowed, false);
  assert.equal(counter.take(1, NOON + DAY).allowed, true);
});
