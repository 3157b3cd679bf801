import type { OdooHosting, SystemEnvironment } from '../../catalog/documents.ts';
import type { TurnLimits } from './turnstile.ts';

const DEFAULT_CONCURRENCY = 8;
const ONLINE_INTERVAL_MS = 1000;

/**
 * How many exchanges with a system may be under way. Those with an Odoo Online wait call by call (see callLimits): a slot
 * held by a bulk job that waits would keep an order from even waiting before it.
 */
export function exchangeLimit({ concurrency, odoo }: SystemEnvironment, maxWaiting: number): number {
  switch (odoo?.hosting?.type) {
    case 'online':
      return maxWaiting + 1;
    case 'prefork':
      return callLimits(odoo.hosting, concurrency).atOnce;
    default:
      return concurrency ?? DEFAULT_CONCURRENCY;
  }
}

/** What a kind of hosting bears; a lower `concurrency` of the environment holds. */
export function callLimits(hosting: OdooHosting, concurrency = Number.POSITIVE_INFINITY): TurnLimits {
  return hosting.type === 'online'
    ? { atOnce: 1, intervalMs: ONLINE_INTERVAL_MS }
    : { atOnce: Math.min(hosting.workers, concurrency), intervalMs: 0 };
}
