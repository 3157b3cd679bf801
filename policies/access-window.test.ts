import assert from 'node:assert/strict';
import test from 'node:test';
import { accessWindow } from './access-window.ts';

const utc = (day: number, hour: number, minute = 0) => Date.UTC(2026, 0, day, hour, minute);

test('days count in the zone of the window', () => {
  // 2026-01-17 is a Saturday; in Auckland it begins at 11:00 UTC of the day before.
  const isOpen = accessWindow({ from: '00:00', to: '24:00', timeZone: 'Pacific/Auckland', days: ['sat'] });
  assert.equal(isOpen(utc(16, 10, 59)), false);
  assert.equal(isOpen(utc(16, 11)), true);
  assert.equal(isOpen(utc(17, 10, 59)), true);
  assert.equal(isOpen(utc(17, 11)), false);
});

test('a window over midnight belongs to the day on which it began', () => {
  const isOpen = accessWindow({ from: '22:00', to: '04:00', timeZone: 'UTC', days: ['fri'] });
  assert.equal(isOpen(utc(16, 21, 59)), false);
  assert.equal(isOpen(utc(16, 22)), true);
  assert.equal(isOpen(utc(17, 3, 59)), true);
  assert.equal(isOpen(utc(17, 4)), false);
  assert.equal(isOpen(utc(17, 22)), false);
  assert.equal(isOpen(utc(16, 3)), false);
});

test('an answer is kept for its minute only', () => {
  const isOpen = accessWindow({ from: '06:00', to: '20:00', timeZone: 'UTC' });
  assert.equal(isOpen(utc(15, 19, 59) + 59_999), true);
  assert.equal(isOpen(utc(15, 20)), false);
  assert.equal(isOpen(utc(15, 19, 59)), true);
});

test('a window that cannot be read is a mistake', () => {
  const good = { from: '06:00', to: '20:00', timeZone: 'UTC' };
  for (const wrong of [{ from: '6:00' }, { to: '25:00' }, { to: '06:00' }, { timeZone: 'Mars/Olympus' }]) {
    assert.throws(() => accessWindow({ ...good, ...wrong }));
  }
});
