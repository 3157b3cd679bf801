import { redisRevocations } from '../gateway/identity/redis-revocations.ts';
import { memoryRevocations, type RevocationList } from '../gateway/identity/revocations.ts';
import { openRedisScripts } from '../gateway/redis-connection.ts';
import type { KeyRing } from '../gateway/secrets.ts';
import type { Log } from '../gateway/telemetry/log.ts';
import type { IdempotencyStore } from '../policies/idempotency-store.ts';
import { type LimitStore, systemClock } from '../policies/limit-store.ts';
import { MemoryIdempotency } from '../policies/memory-idempotency.ts';
import { createMemoryLimits } from '../policies/memory-limits.ts';
import { RedisIdempotency } from '../policies/redis-idempotency.ts';
import { createRedisLimits } from '../policies/redis-limits.ts';
import type { Settings } from '../settings.ts';

/** What several gateways share through Redis, and one keeps in memory. */
export interface SharedStores {
  readonly limits: LimitStore;
  readonly idempotency: IdempotencyStore;
  readonly revocations: RevocationList;
  close(): Promise<void>;
}

export function openSharedStores(settings: Settings, keys: KeyRing, log: Log): SharedStores {
  return settings.redisUrl === undefined ? inMemory() : inRedis(settings.redisUrl, settings, keys, log);
}

function inMemory(): SharedStores {
  const revocations = memoryRevocations();
  return {
    limits: createMemoryLimits(systemClock),
    idempotency: new MemoryIdempotency(() => systemClock.steady()),
    revocations,
    close: () => revocations.close(),
  };
}

function inRedis(url: string, settings: Settings, keys: KeyRing, log: Log): SharedStores {
  const { environment } = settings;
  const connection = openRedisScripts(url, (state) => log.warn('limits and idempotency store', { state }));
  const idempotency = new RedisIdempotency({
    connection,
    environment,
    handleKey: keys.key('idempotency-handles'),
    answerKey: keys.key('idempotency-answers'),
    whenAway: settings.idempotencyWhenRedisAway,
    steady: () => systemClock.steady(),
  });
  const revocations = redisRevocations({
    url,
    prefix: `portcullis:${environment}:`,
    whenAway: settings.revocationWhenRedisAway,
    onState: (state) => log.warn('revocations', { state }),
  });
  return {
    limits: createRedisLimits({ connection, environment, whenAway: settings.limitsWhenRedisAway, clock: systemClock }),
    idempotency,
    revocations,
    async close() {
      await idempotency.close();
      connection.close();
      await revocations.close();
    },
  };
}
