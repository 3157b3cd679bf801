import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { utcDay } from './limit-store.ts';
import type { Rate, Take } from './token-bucket.ts';

/** What is needed of a Redis client; the `redis` package's client is one. */
export interface RedisConnection {
  readonly isReady: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A counter of requests per key. Rejects with an Error when the store cannot be asked. */
export interface Counter {
  /** `points` may change with a new plan; what was counted stays. */
  resize(points: number): void;
  take(key: string): Promise<Take>;
}

const DAY_SECONDS = 86_400;

/** Quota per UTC day in Redis: one atomic count for all gateways. */
export function redisDayCounter(connection: RedisConnection, perDay: number): Counter {
  return counter(
    new RateLimiterRedis({
      storeClient: connection,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      points: perDay,
      duration: DAY_SECONDS,
      keyPrefix: 'portcullis:day',
    }),
  );
}

/** A token bucket in Redis, refilled by the clock of Redis, so that the clocks of the gateways do not matter. */
export function redisTokenBucket(connection: RedisConnection, rate: Rate): Counter {
  return counter(
    new RateLimiterRedis({
      storeClient: connection,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      points: rate.burst,
      duration: Math.max(1, Math.ceil(rate.burst / rate.perSecond)),
      keyPrefix: 'portcullis:rate',
      customIncrTtlLuaScript: bucketScript(rate),
    }),
    rate,
  );
}

/** Which key a grant's quota has today; counting under a new key each day is what resets it. */
export function dayKey(name: string, wall: number): string {
  return `${name}:${utcDay(wall).day}`;
}

/**
 * The library's contract for a script is to return {points used, milliseconds}: more than the capacity means refused.
 * ARGV: points to take, seconds to keep the key, capacity, duration.
 */
function bucketScript({ perSecond, burst }: Rate): string {
  return `
local clock = redis.call('time')
local now = clock[1] * 1000 + clock[2] / 1000
local held = redis.call('hmget', KEYS[1], 'tokens', 'at')
local tokens = ${burst}
if held[1] then
  tokens = math.min(${burst}, tonumber(held[1]) + math.max(0, now - tonumber(held[2])) * ${perSecond} / 1000)
end
local used = ${burst} + 1
local wait = 0
if tokens >= 0.999999 then
  tokens = math.max(0, tokens - 1)
  used = ${burst} - math.floor(tokens)
  wait = (${burst} - tokens) * 1000 / ${perSecond}
else
  wait = (1 - tokens) * 1000 / ${perSecond}
end
redis.call('hset', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.3f', now))
redis.call('expire', KEYS[1], ARGV[2] + 1)
return {math.ceil(used), math.ceil(wait)}`;
}

function counter(limiter: RateLimiterRedis, rate?: Rate): Counter {
  return {
    resize: (points) => {
      limiter.points = points;
    },
    take: async (key) => {
      try {
        return takeOf(await limiter.consume(key), true, rate);
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return takeOf(refused, false, rate);
        throw refused;
      }
    },
  };
}

function takeOf(result: RateLimiterRes, allowed: boolean, rate: Rate | undefined): Take {
  const wait = Math.max(0, result.msBeforeNext);
  // A refused bucket tells when the next token comes; it is whole again only when all have come.
  const resetMs = rate === undefined || allowed ? wait : wait + ((rate.burst - 1) * 1000) / rate.perSecond;
  return {
    allowed,
    remaining: allowed ? result.remainingPoints : 0,
    resetMs,
    retryMs: allowed ? 0 : wait,
    local: false,
  };
}
