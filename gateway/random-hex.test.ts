import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomHex, randomId } from './random-hex.ts';

test('ids are UUIDs of version 4, and no two are alike', () => {
  const ids = new Set(Array.from({ length: 5000 }, randomId));
  assert.equal(ids.size, 5000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('digits are as many as wanted, whatever was drawn before', () => {
  for (let n = 0; n < 3000; n++) assert.match(randomHex(32), /^[0-9a-f]{32}$/);
});
