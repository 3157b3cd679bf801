import { redisRevocations } from '../gateway/identity/redis-revocations.ts';
import { memoryRevocations, type RevocationList } from '../gateway/identity/revocations.ts';
import { openRedisCounters } from '../gateway/redis-connection.ts';
import type { Log } from '../gateway/telemetry/log.ts';
import { type LimitStore, systemClock } from '../policies/limit-store.ts';
import { createMemoryLimits } from '../policies/memory-limits.ts';
import { createRedisLimits } from '../policies/redis-limits.ts';
import type { Settings } from '../settings.ts';

/** What several gateways share through Redis, and one keeps in memory. */
export interface SharedStores {
  readonly limits: LimitStore;
  readonly revocations: RevocationList;
  close(): Promise<void>;
}

export function openSharedStores(settings: Settings, log: Log): SharedStores {
  const { redisUrl: url, environment } = settings;
  if (url === undefined) {
    const revocations = memoryRevocations();
    return { limits: createMemoryLimits(systemClock), revocations, close: () => revocations.close() };
  }
  const connection = openRedisCounters(url, (state) => log.warn('limits store', { state }));
  const revocations = redisRevocations({
    url,
    prefix: `portcullis:${environment}:`,
    whenAway: settings.revocationWhenRedisAway,
    onState: (state) => log.warn('revocations', { state }),
  });
  return {
    limits: createRedisLimits({ connection, environment, whenAway: settings.limitsWhenRedisAway, clock: systemClock }),
    revocations,
    async close() {
      connection.close();
      await revocations.close();
    },
  };
}
