import { DayCounter } from './day-counter.ts';
import type { Clock, LimitStore } from './limit-store.ts';
import { TokenBucket } from './token-bucket.ts';

const MOST_SUBJECTS = 100_000;

/** Limits of one process: exact here, unknown to other gateways, empty after a restart. */
export function createMemoryLimits(clock: Clock): LimitStore {
  const buckets = new Map<string, TokenBucket>();
  const subjects = new Map<string, TokenBucket>();
  const days = new Map<string, DayCounter>();

  return {
    rate(name, rate) {
      const bucket = buckets.get(name) ?? new TokenBucket();
      buckets.set(name, bucket);
      return () => bucket.take(rate, clock.steady());
    },

    rateBySubject: (name, rate) => (subject) => {
      const key = `${name} ${subject}`;
      let bucket = subjects.get(key);
      if (bucket === undefined) {
        bucket = new TokenBucket();
        // The oldest subject is forgotten and starts again with a full bucket; the grant's own bucket still holds.
        if (subjects.size >= MOST_SUBJECTS) forgetOldest(subjects);
        subjects.set(key, bucket);
      }
      return bucket.take(rate, clock.steady());
    },

    day(name, perDay) {
      const counter = days.get(name) ?? new DayCounter();
      days.set(name, counter);
      return () => counter.take(perDay, clock.wall());
    },
  };
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
