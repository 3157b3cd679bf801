import type { GrantPolicy } from '../gateway/policy.ts';
import type { LimitStore } from './limit-store.ts';
import { announceLimit, refuseLimit, whenTaken } from './take-limit.ts';

/** Holds a grant to its plan's quota per UTC day. Counted in memory the quota is forgotten at a restart; in Redis it is not. */
export function limitQuota(store: LimitStore): GrantPolicy {
  return {
    name: 'limit-quota',
    stage: 'limit',
    prepare(place) {
      const { quota } = place.plan.spec;
      if (quota === undefined) return undefined;
      if (!(Number.isSafeInteger(quota.perDay) && quota.perDay >= 0)) {
        throw new Error(`Plan ${place.plan.metadata.name} needs a whole number for quota.perDay.`);
      }
      const takeOne = store.day(place.grant.metadata.name, quota.perDay);
      const policyField = `"day";q=${quota.perDay};w=86400`;
      return (exchange) =>
        whenTaken(exchange, takeOne, (limited, take) => {
          announceLimit(limited, policyField, 'day', take);
          return take.allowed
            ? undefined
            : refuseLimit('quota-exhausted', 'The quota of this UTC day is used up.', take);
        });
    },
  };
}
