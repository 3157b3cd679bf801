import type { Exchange } from '../gateway/exchange.ts';
import type { GrantPolicy, Verdict } from '../gateway/policy.ts';
import type { LimitStore } from './limit-store.ts';
import { announceLimit, refuseLimit, whenTaken } from './take-limit.ts';
import { checkRate, type Take } from './token-bucket.ts';

/** Holds a grant to its plan's rate, and every end user behind it to a rate of their own. */
export function limitRate(store: LimitStore): GrantPolicy {
  return {
    name: 'limit-rate',
    stage: 'limit',
    prepare(place) {
      const { rate, perSubject } = place.plan.spec;
      checkRate(rate, `Plan ${place.plan.metadata.name}`);
      const name = place.grant.metadata.name;
      const takeOne = store.rate(name, rate);
      const policyField = describe('rate', rate);
      const decideRate = (exchange: Exchange, take: Take) =>
        settle(exchange, take, 'rate', policyField, 'This grant has used its rate.');
      if (perSubject === undefined) {
        return (exchange) => whenTaken(exchange, takeOne, decideRate);
      }

      checkRate(perSubject, `Plan ${place.plan.metadata.name}, perSubject,`);
      const takeOfSubject = store.rateBySubject(name, perSubject);
      const subjectField = describe('subject', perSubject);
      const decideSubject = (exchange: Exchange, take: Take) =>
        settle(exchange, take, 'subject', subjectField, 'This user has used their rate.');
      return (exchange) => {
        // The subject first: one hasty user must not use up what the others share.
        const subject = exchange.caller?.subject ?? '';
        const verdict = whenTaken(exchange, () => takeOfSubject(subject), decideSubject);
        if (verdict instanceof Promise) {
          return verdict.then((refusal) => refusal ?? whenTaken(exchange, takeOne, decideRate));
        }
        return verdict ?? whenTaken(exchange, takeOne, decideRate);
      };
    },
  };
}

function settle(exchange: Exchange, take: Take, name: string, policyField: string, detail: string): Verdict {
  announceLimit(exchange, policyField, name, take);
  return take.allowed ? undefined : refuseLimit('rate-limited', detail, take);
}

function describe(name: string, rate: { readonly perSecond: number; readonly burst: number }): string {
  return `"${name}";q=${Math.floor(rate.burst)};w=${Math.max(1, Math.ceil(rate.burst / rate.perSecond))}`;
}
