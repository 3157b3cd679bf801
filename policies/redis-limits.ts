import { createHash } from 'node:crypto';
import { withinTime } from '../gateway/within-time.ts';
import { type Counter, dayKey, type RedisConnection, redisDayCounter, redisTokenBucket } from './limit-counters.ts';
import { type Clock, type LimitStore, LimitsUnavailable, utcDay } from './limit-store.ts';
import { createMemoryLimits } from './memory-limits.ts';
import type { Take } from './token-bucket.ts';

/** What becomes of limits while Redis is away: counted by each gateway for itself, or every limited request refused. */
export type WhenAway = 'local' | 'refuse';

export interface RedisLimitOptions {
  readonly connection: RedisConnection;
  /** Kept apart in one Redis: each environment counts for itself. */
  readonly environment: string;
  readonly whenAway: WhenAway;
  readonly clock: Clock;
  /** Longest wait for Redis, milliseconds; default 200. */
  readonly timeoutMs?: number;
}

/** For so long after a failure Redis is not asked again, so that a slow Redis costs one wait a second, not one per request. */
const REST_MS = 1000;

/** Limits shared by all gateways through Redis. In mode `local` an outage costs at most one more burst per gateway. */
export function createRedisLimits(options: RedisLimitOptions): LimitStore {
  const { connection, environment, whenAway, clock, timeoutMs = 200 } = options;
  const keyOf = (name: string): string => `${environment}:${name}`;
  const local = createMemoryLimits(clock);
  let restUntil = Number.NEGATIVE_INFINITY;

  async function ask(shared: () => Promise<Take>, alone: () => Take | Promise<Take>): Promise<Take> {
    if (clock.steady() >= restUntil) {
      try {
        return await withinTime(timeoutMs, shared());
      } catch {
        restUntil = clock.steady() + REST_MS;
      }
    }
    if (whenAway === 'refuse') throw new LimitsUnavailable();
    return { ...(await alone()), local: true };
  }

  return {
    rate(name, rate) {
      const counter: Counter = redisTokenBucket(connection, rate);
      const alone = local.rate(name, rate);
      return () => ask(() => counter.take(keyOf(name)), alone);
    },

    rateBySubject(name, rate) {
      const counter = redisTokenBucket(connection, rate);
      const alone = local.rateBySubject(name, rate);
      // A subject may be a person: Redis sees its digest.
      return (subject) =>
        ask(
          () => counter.take(`${keyOf(name)}:${createHash('sha256').update(subject).digest('base64url')}`),
          () => alone(subject),
        );
    },

    day(name, perDay) {
      const counter = redisDayCounter(connection, perDay);
      const alone = local.day(name, perDay);
      return async () => {
        const wall = clock.wall();
        const take = await ask(() => counter.take(dayKey(keyOf(name), wall)), alone);
        const { leftMs } = utcDay(wall);
        return { ...take, resetMs: leftMs, retryMs: take.allowed ? 0 : leftMs };
      };
    },
  };
}
