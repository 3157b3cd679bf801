import { type TokenLimits, tokenLimits } from '../admin/token-limits.ts';
import { redisRevocations } from '../gateway/identity/redis-revocations.ts';
import { memoryRevocations, type RevocationList } from '../gateway/identity/revocations.ts';
import { openRedisScripts } from '../gateway/redis-connection.ts';
import type { KeyRing } from '../gateway/secrets.ts';
import type { Log } from '../gateway/telemetry/log.ts';
import type { StoreState } from '../gateway/telemetry/state-metrics.ts';
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
  readonly tokenLimits: TokenLimits;
  states(): readonly StoreState[];
  close(): Promise<void>;
}

const STORES = ['limits', 'idempotency', 'revocations'] as const;

export function openSharedStores(settings: Settings, keys: KeyRing, log: Log): SharedStores {
  return settings.redisUrl === undefined ? inMemory(settings) : inRedis(settings.redisUrl, settings, keys, log);
}

function inMemory(settings: Settings): SharedStores {
  const revocations = memoryRevocations();
  return {
    limits: createMemoryLimits(systemClock),
    idempotency: new MemoryIdempotency(() => systemClock.steady()),
    revocations,
    tokenLimits: tokenLimits(tokenBounds(settings)),
    states: () => STORES.map((store) => ({ store, kind: 'memory', isUp: true })),
    close: () => revocations.close(),
  };
}

function tokenBounds({ tokenRequests, tokenFailures }: Settings) {
  return { ...tokenRequests, failures: tokenFailures };
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
    tokenLimits: tokenLimits({
      ...tokenBounds(settings),
      redis: {
        connection,
        prefix: `portcullis:${environment}:`,
        whenAway: settings.limitsWhenRedisAway,
        key: keys.key('token-limit-handles'),
      },
    }),
    states: () =>
      STORES.map((store) => ({
        store,
        kind: 'redis',
        isUp: store === 'revocations' ? revocations.state().state === 'current' : connection.isReady,
      })),
    async close() {
      await idempotency.close();
      connection.close();
      await revocations.close();
    },
  };
}
