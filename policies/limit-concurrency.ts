import type { GrantPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';

/**
 * Holds a grant to its plan's number of exchanges under way at once, per gateway process. Counts are kept by grant
 * name, so that exchanges which began under an earlier snapshot still count.
 */
export function limitConcurrency(): GrantPolicy {
  const underWay = new Map<string, { count: number }>();
  return {
    name: 'limit-concurrency',
    stage: 'limit',
    prepare(place) {
      const most = place.plan.spec.concurrency;
      if (most === undefined) return undefined;
      if (!(Number.isSafeInteger(most) && most >= 1)) {
        throw new Error(`Plan ${place.plan.metadata.name} needs a concurrency of at least 1.`);
      }
      const name = place.grant.metadata.name;
      const slots = underWay.get(name) ?? { count: 0 };
      underWay.set(name, slots);
      return (exchange) => {
        if (slots.count >= most) {
          return refuse('concurrency-limited', `At most ${most} requests may be under way at once.`, {
            headers: ['retry-after', '1'],
          });
        }
        slots.count += 1;
        exchange.onEnd(() => {
          slots.count -= 1;
        });
        return undefined;
      };
    },
  };
}
