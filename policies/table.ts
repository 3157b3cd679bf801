import type { DpopProofs } from '../gateway/identity/dpop-proof.ts';
import type { RevocationList } from '../gateway/identity/revocations.ts';
import type { TokenVerifier } from '../gateway/identity/token-verifier.ts';
import type { Policy } from '../gateway/policy.ts';
import { announceDeprecation } from './announce-deprecation.ts';
import { answerOdooService } from './answer-odoo-service.ts';
import { applyRecordFilter } from './apply-record-filter.ts';
import { authorizeGrant } from './authorize-grant.ts';
import { authorizeOdooCall } from './authorize-odoo-call.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { guardQueryFields } from './guard-query-fields.ts';
import { guardWrittenFields } from './guard-written-fields.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import { identifyApiKey } from './identify-api-key.ts';
import { identifyJwt } from './identify-jwt.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { limitQuota } from './limit-quota.ts';
import { limitRate } from './limit-rate.ts';
import type { LimitStore } from './limit-store.ts';
import { requireIdempotencyKey } from './require-idempotency-key.ts';
import { restrictNetwork } from './restrict-network.ts';
import { selectFields } from './select-fields.ts';
import { validateBody } from './validate-body.ts';
import { validateRequest } from './validate-request.ts';
import { validateResponse } from './validate-response.ts';

/** What the policies need of the process around them. */
export interface PolicyDependencies {
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  readonly proofs: DpopProofs;
  /** Of API keys. */
  readonly attempts: FailedAttempts;
  readonly limits: LimitStore;
  readonly idempotency: IdempotencyStore;
  /** 32 secret bytes from which every consumer's key for hash masks is derived. */
  readonly maskKey: Buffer;
}

/**
 * Every policy, in the order in which they run; the stages of gateway/policy.ts in their order. Made once per process:
 * some policies remember from exchange to exchange (concurrency), and must remember across snapshots.
 */
export function policyTable(dependencies: PolicyDependencies): readonly Policy[] {
  const { verifier, revocations, proofs, attempts, limits, idempotency, maskKey } = dependencies;
  return [
    // admit
    answerOdooService(),
    // identify
    identifyJwt({ verifier, revocations, proofs }),
    identifyApiKey({ verifier, revocations, proofs }, attempts),
    // authorize. The network is checked here and not at admit: whose networks count is known only now.
    restrictNetwork(),
    authorizeGrant(),
    authorizeOdooCall(),
    // limit, before the body is read
    limitRate(limits),
    limitQuota(limits),
    limitConcurrency(),
    // validate. The guards stand before the body's schema: an error about a value would tell that a hidden field exists.
    validateRequest(),
    guardWrittenFields(),
    guardQueryFields(),
    validateBody(),
    requireIdempotencyKey(idempotency),
    // shape
    applyRecordFilter(),
    // (upstream), then inspect
    validateResponse(),
    selectFields(maskKey),
    announceDeprecation(),
  ];
}
