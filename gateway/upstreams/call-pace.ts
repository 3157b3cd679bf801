import type { Exchange } from '../exchange.ts';
import { RefusalError, refuse } from '../problems.ts';
import type { CallPace } from '../upstream.ts';
import type { Place } from './lane-queue.ts';
import type { Turnstile } from './turnstile.ts';

/**
 * Calls take turns at one upstream by the lanes of their grants. An exchange that has begun is finished before another of
 * its lane begins, and once it may have changed something it waits for nobody. `now`: milliseconds since the epoch.
 */
export function callPace(turns: Turnstile, now: () => number): CallPace {
  const begun = new WeakSet<Exchange>();
  const changing = new WeakSet<Exchange>();

  function placeOf(exchange: Exchange, kind: 'read' | 'change' | 'login'): Place {
    const lane = exchange.granted?.plan.spec.lane ?? 'normal';
    if (kind === 'login' || changing.has(exchange)) return { lane, standing: 'urgent' };
    return { lane, standing: begun.has(exchange) ? 'begun' : 'fresh' };
  }

  return {
    async enter({ exchange, deadline, kind }) {
      if (!turns.tryEnter()) {
        const place = placeOf(exchange, kind);
        const leftMs = deadline - now();
        // Where the first call has waited too long, the others of its exchange come too late, and all were for nothing.
        const waitMs = place.standing === 'fresh' ? leftMs / 2 : leftMs;
        const outcome = await turns.wait({ ...place, waitMs, owner: exchange });
        if (outcome === 'gone')
          throw new RefusalError(refuse('upstream-timeout', undefined, { reason: 'call-aborted' }));
        if (outcome === 'refused') {
          const headers = ['retry-after', String(turns.retryAfterSeconds(place.lane))];
          throw new RefusalError(refuse('upstream-busy', undefined, { reason: 'pace', headers }));
        }
      }
      begun.add(exchange);
      if (kind === 'change') changing.add(exchange);
    },
    leave(restSeconds) {
      if (restSeconds !== undefined) turns.rest(restSeconds * 1000);
      turns.release();
    },
  };
}
