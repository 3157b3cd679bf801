import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearest-name.ts';

test('a slip of the finger finds its name, another word finds none', () => {
  const names = ['quota', 'rate', 'concurrency', 'perSubject'];
  assert.equal(nearestName('qouta', names), 'quota');
  assert.equal(nearestName('Rate', names), 'rate');
  assert.equal(nearestName('concurency', names), 'concurrency');
  assert.equal(nearestName('per_subject', names), 'perSubject');
  assert.equal(nearestName('lane', names), undefined);
  assert.equal(nearestName('', names), undefined);
  assert.equal(nearestName('x'.repeat(10_000), ['x'.repeat(10_001)]), undefined);
});
