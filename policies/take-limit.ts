import type { Exchange } from '../gateway/exchange.ts';
import type { Verdict } from '../gateway/policy.ts';
import { type ProblemCode, type Refusal, refuse } from '../gateway/problems.ts';
import { LimitsUnavailable } from './limit-store.ts';
import type { Take } from './token-bucket.ts';

/**
 * Adds the RateLimit-Policy and RateLimit members of one limit to the answer, whatever it will be
 * (draft-ietf-httpapi-ratelimit-headers-10: lists of RFC 9651, one field line each). `q` is the quota and
 * `w` its window, `r` what is left, `t` the seconds until it is whole again.
 */
export function announceLimit(exchange: Exchange, policyField: string, name: string, take: Take): void {
  if (take.local && !exchange.facts.notes.includes('limits-local')) exchange.facts.notes.push('limits-local');
  const headers = exchange.responseHeaders;
  const state = `"${name}";r=${take.remaining};t=${Math.ceil(take.resetMs / 1000)}`;
  const at = headers.indexOf('ratelimit-policy');
  if (at < 0) {
    headers.push('ratelimit-policy', policyField, 'ratelimit', state);
  } else {
    headers[at + 1] += `, ${policyField}`;
    headers[at + 3] += `, ${state}`;
  }
}

/** A 429 that says when to come back (RFC 9110 §10.2.3, at least one second). */
export function refuseLimit(code: ProblemCode, detail: string, take: Take): Refusal {
  const seconds = Math.max(1, Math.ceil(take.retryMs / 1000));
  return refuse(code, detail, { headers: ['retry-after', String(seconds)] });
}

/** Runs a take and its decision without a promise where the store answers at once; an absent store becomes its refusal. */
export function whenTaken(
  exchange: Exchange,
  takeOne: () => Take | Promise<Take>,
  decide: (exchange: Exchange, take: Take) => Verdict,
): Verdict | Promise<Verdict> {
  const take = takeOne();
  if (!(take instanceof Promise)) return decide(exchange, take);
  return take.then(
    (taken) => decide(exchange, taken),
    (error) => {
      if (error instanceof LimitsUnavailable) {
        return refuse('limits-unavailable', undefined, { headers: ['retry-after', '1'] });
      }
      throw error;
    },
  );
}
