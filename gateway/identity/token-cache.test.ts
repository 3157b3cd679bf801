import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { tokenCache } from './token-cache.ts';

const named = (n: number) => `header.${n}.${String(n).padStart(43, 's')}`;

it('stays within its capacity and keeps what is used', () => {
  const cache = tokenCache<number>(100);
  cache.set(named(0), 0);
  for (let n = 1; n < 10_000; n++) {
    cache.set(named(n), n);
    assert.ok(cache.size <= 100);
    assert.equal(cache.get(named(0)), 0);
  }
  assert.equal(cache.get(named(5000)), undefined);
  assert.equal(cache.get(named(9999)), 9999);
});

it('compares the whole token', () => {
  const cache = tokenCache<number>();
  cache.set(named(1), 1);
  assert.equal(cache.get(`x${named(1)}`), undefined);
});

it('answers like a map while nothing has to go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(20), fc.nat())), (steps) => {
      const cache = tokenCache<number>(1000);
      const map = new Map<string, number>();
      for (const [put, n, value] of steps) {
        if (put) {
          cache.set(named(n), value);
          map.set(named(n), value);
        } else {
          cache.delete(named(n));
          map.delete(named(n));
        }
        assert.equal(cache.get(named(n)), map.get(named(n)));
      }
    }),
  );
});
