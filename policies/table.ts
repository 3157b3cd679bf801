import type { RevocationList } from '../gateway/identity/revocations.ts';
import type { TokenVerifier } from '../gateway/identity/token-verifier.ts';
import type { Policy } from '../gateway/policy.ts';
import { announceDeprecation } from './announce-deprecation.ts';
import { applyRecordFilter } from './apply-record-filter.ts';
import { authorizeGrant } from './authorize-grant.ts';
import { guardQueryFields } from './guard-query-fields.ts';
import { guardWrittenFields } from './guard-written-fields.ts';
import { IdempotencyStore } from './idempotency-store.ts';
import { identifyJwt } from './identify-jwt.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { limitQuota } from './limit-quota.ts';
import { limitRate } from './limit-rate.ts';
import { type Clock, type LimitStore, systemClock } from './limit-store.ts';
import { requireIdempotencyKey } from './require-idempotency-key.ts';
import { restrictNetwork } from './restrict-network.ts';
import { selectFields } from './select-fields.ts';
import { validateBody } from './validate-body.ts';
import { validateRequest } from './validate-request.ts';
import { validateResponse } from './validate-response.ts';

/** What policies keep across snapshots, handed in by main. */
export interface PolicyDependencies {
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  readonly limits: LimitStore;
  /** Of masks that hash; every consumer gets its own key from it. */
  readonly maskKey: Buffer;
  readonly clock?: Clock;
}

/**
 * THE table: every policy, in the order in which it may stop or shape a call. Limits of size and form are the server's
 * own and come before all of them. A body is validated after its fields are guarded, so that a wrong type in a hidden
 * field tells nothing about it.
 */
export function policyTable(dependencies: PolicyDependencies): readonly Policy[] {
  const { verifier, revocations, limits, maskKey, clock = systemClock } = dependencies;
  return [
    identifyJwt({ verifier, revocations }),

    restrictNetwork(),
    authorizeGrant(),

    limitRate(limits),
    limitQuota(limits),
    limitConcurrency(),

    validateRequest(),
    guardWrittenFields(),
    guardQueryFields(),
    validateBody(),
    requireIdempotencyKey(new IdempotencyStore(), clock.steady),

    applyRecordFilter(),

    validateResponse(),
    selectFields(maskKey),
    announceDeprecation(),
  ];
}
