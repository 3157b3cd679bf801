import type { ReadinessCheck } from '../admin/health.ts';
import type { StoreState } from '../gateway/telemetry/state-metrics.ts';
import type { UpstreamState } from '../gateway/upstreams/layers.ts';
import type { Settings } from '../settings.ts';

/** How far the gateway is: it answers calls only while `serving`. */
export type Phase = 'starting' | 'serving' | 'stopping';

export interface ReadinessParts {
  readonly phase: () => Phase;
  readonly isLogHealthy: () => boolean;
  /** What is wrong with the index of the ledger; undefined where nothing is. */
  readonly indexProblem: () => string | undefined;
  readonly source: () => 'folder' | 'last-good';
  readonly stores: () => readonly StoreState[];
  readonly upstreams: () => readonly UpstreamState[];
}

/** What must work before calls may come, and what is only told. */
export function readinessChecks(parts: ReadinessParts, settings: Settings): readonly ReadinessCheck[] {
  const crowded = () => [...new Set(parts.upstreams().flatMap(({ system, isCrowded }) => (isCrowded ? [system] : [])))];
  const isDown = (store: StoreState['store']) => parts.stores().some((one) => one.store === store && !one.isUp);
  return [
    {
      name: 'gateway',
      problem: () => (parts.phase() === 'serving' ? undefined : `it is ${parts.phase()}`),
    },
    {
      name: 'audit-log',
      problem: () => (parts.isLogHealthy() ? undefined : 'records cannot be made durable'),
    },
    {
      // Calls go on: the index comes after the ledger.
      name: 'audit-index',
      isNeeded: false,
      problem: parts.indexProblem,
    },
    {
      name: 'catalog',
      isNeeded: false,
      problem: () => (parts.source() === 'folder' ? undefined : 'the last good copy is served: the folder cannot be'),
    },
    {
      name: 'revocations',
      isNeeded: settings.revocationWhenRedisAway === 'refuse',
      problem: () => (isDown('revocations') ? 'not current: a revoked token could be missed' : undefined),
    },
    {
      name: 'limits',
      isNeeded: settings.limitsWhenRedisAway === 'refuse',
      problem: () => (isDown('limits') ? 'the shared counters cannot be reached' : undefined),
    },
    {
      // Only requests that carry a key are refused: no reason to send reads away.
      name: 'idempotency',
      isNeeded: false,
      problem: () => (isDown('idempotency') ? 'the shared keys cannot be reached' : undefined),
    },
    {
      // Another gateway would stand before the same system.
      name: 'queues',
      isNeeded: false,
      problem: () => {
        const systems = crowded();
        return systems.length === 0
          ? undefined
          : `calls are being turned away: too many wait for ${systems.join(', ')}`;
      },
    },
  ];
}
