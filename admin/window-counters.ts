import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { withinTime } from '../gateway/within-time.ts';

/** How it stands with a key: 0 while it is within its bound, else the milliseconds until it is again. */
export type WaitMs = number;

/** Counts per key in windows of time that begin with a key's first count. Rejects where the store is away and may not be done without. */
export interface WindowCounter {
  /** Counts one more. */
  take(key: string): Promise<WaitMs>;
  /** Counts nothing: what the next take would find. */
  peek(key: string): Promise<WaitMs>;
}

/** A counter of this process alone, in which a count can be taken back. */
export interface LocalCounter extends WindowCounter {
  give(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

export interface WindowOptions {
  /** So many are within the bound. */
  readonly points: number;
  readonly seconds: number;
  /** Of all names of counters in one store. */
  readonly name: string;
}

/** What is needed of a Redis client. */
export interface RedisConnection {
  readonly isReady: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

const TIMEOUT_MS = 200;
const MOST_KEYS = 50_000;

/** In memory, at most `most` keys: beyond, the oldest begins anew. */
export function localCounter({ points, seconds }: WindowOptions, most = MOST_KEYS): LocalCounter {
  const limiter = new RateLimiterMemory({ points, duration: seconds, keyPrefix: '' });
  const keys = new Set<string>();

  async function remember(key: string): Promise<void> {
    if (keys.has(key)) return;
    if (keys.size >= most) {
      for (const oldest of keys) {
        keys.delete(oldest);
        await limiter.delete(oldest);
        break;
      }
    }
    keys.add(key);
  }

  return {
    async take(key) {
      await remember(key);
      return waitOf(limiter.consume(key));
    },
    async peek(key) {
      const found = await limiter.get(key);
      return found !== null && found.consumedPoints >= points ? Math.max(1, found.msBeforeNext) : 0;
    },
    async give(key) {
      if (keys.has(key)) await limiter.reward(key);
    },
    async forget(key) {
      keys.delete(key);
      await limiter.delete(key);
    },
  };
}

/** Shared by all gateways of one Redis. While it is away each counts for itself, or, without `standIn`, nobody may go on. */
export function sharedCounter(
  connection: RedisConnection,
  options: WindowOptions,
  standIn: WindowCounter | undefined,
): WindowCounter {
  const shared = { storeClient: connection, useRedisPackage: true, rejectIfRedisNotReady: true };
  const { points, seconds, name } = options;
  const limiter = new RateLimiterRedis({ ...shared, points, duration: seconds, keyPrefix: name });
  // Nothing is asked of Redis but scripts, so a look is a take of nothing, against one less.
  const looker = new RateLimiterRedis({ ...shared, points: points - 1, duration: seconds, keyPrefix: name });

  async function ask(work: () => Promise<WaitMs>, alone: (() => Promise<WaitMs>) | undefined): Promise<WaitMs> {
    try {
      return await withinTime(TIMEOUT_MS, work());
    } catch (error) {
      if (alone === undefined) throw error;
      return alone();
    }
  }

  return {
    take: (key) => ask(() => waitOf(limiter.consume(key)), standIn && (() => standIn.take(key))),
    peek: (key) => ask(() => waitOf(looker.consume(key, 0)), standIn && (() => standIn.peek(key))),
  };
}

async function waitOf(taking: Promise<unknown>): Promise<WaitMs> {
  try {
    await taking;
    return 0;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
    throw refused;
  }
}
