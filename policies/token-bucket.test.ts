import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { checkRate, TokenBucket } from './token-bucket.ts';

test('a bucket lets its burst pass, then its rate, then nothing more in that second (SC-02)', () => {
  const bucket = new TokenBucket();
  const rate = { perSecond: 10, burst: 50 };
  const passedAt = (now: number, tries: number) =>
    Array.from({ length: tries }, () => bucket.take(rate, now)).filter((take) => take.allowed).length;
  assert.equal(passedAt(0, 80), 50);
  let passed = 0;
  for (let now = 1; now <= 1000; now++) passed += passedAt(now, 1);
  assert.equal(passed, 10);
  const eleventh = bucket.take(rate, 1000);
  assert.equal(eleventh.allowed, false);
  assert.equal(eleventh.remaining, 0);
  assert.ok(eleventh.retryMs > 0 && eleventh.retryMs <= 100);
});

test('no sequence of calls gets more than burst and refill, even when the clock goes back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: -500, max: 1500 }), { maxLength: 200 }),
      (perSecond, burst, steps) => {
        const bucket = new TokenBucket();
        let now = 10_000;
        // The bucket's time begins with the first call.
        const first = now + (steps[0] ?? 0);
        let latest = first;
        let passed = 0;
        for (const step of steps) {
          now += step;
          latest = Math.max(latest, now);
          if (bucket.take({ perSecond, burst }, now).allowed) passed += 1;
        }
        assert.ok(passed <= burst + (perSecond * (latest - first)) / 1000 + 1e-6);
      },
    ),
  );
});

test('a clock that is set back and forth earns nothing', () => {
  const bucket = new TokenBucket();
  const rate = { perSecond: 1, burst: 1 };
  assert.equal(bucket.take(rate, 10_000).allowed, true);
  for (let count = 0; count < 10; count++) {
    assert.equal(bucket.take(rate, 5_000).allowed, false);
    assert.equal(bucket.take(rate, 10_000).allowed, false);
  }
});

test('a smaller plan applies to the tokens that are left', () => {
  const bucket = new TokenBucket();
  bucket.take({ perSecond: 1, burst: 50 }, 0);
  const take = bucket.take({ perSecond: 1, burst: 5 }, 0);
  assert.equal(take.remaining, 4);
});

test('a rate that lets nothing pass is a mistake', () => {
  for (const rate of [
    { perSecond: 0, burst: 5 },
    { perSecond: 1, burst: 0.5 },
    { perSecond: Number.NaN, burst: 1 },
  ]) {
    assert.throws(() => checkRate(rate, 'Plan p'), /Plan p needs/);
  }
});
