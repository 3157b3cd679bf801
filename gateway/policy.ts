import type { Exchange } from './exchange.ts';
import type { GrantedOperation, OperationPlan } from './plan.ts';
import type { Refusal } from './problems.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** The order of stages is the order of this list. */
export const STAGES = ['admit', 'identify', 'authorize', 'limit', 'validate', 'shape', 'inspect'] as const;

/** An answer given by a policy itself (an idempotent replay, say) instead of the upstream's. */
export interface ReadyAnswer {
  readonly kind: 'answer';
  readonly answer: UpstreamAnswer;
}

/** What a policy says. `undefined` passes. */
export type Verdict = undefined | Refusal | ReadyAnswer;

/** Runs per exchange. Returns its verdict at once, or a promise where it must wait. Throwing refuses. */
export type Enforce = (exchange: Exchange) => Verdict | Promise<Verdict>;

/**
 * A policy decides; only the pipeline continues, stops or answers. `prepare` runs once per snapshot and place and does
 * all slow work; where it returns undefined the policy has nothing to do at that place and does not run.
 * Policies of the stages admit, identify and authorize are prepared per operation (no grant is known yet);
 * all others per granted operation.
 */
export interface OperationPolicy {
  readonly name: string;
  readonly stage: 'admit' | 'identify' | 'authorize';
  prepare(place: OperationPlan): Enforce | undefined;
}

export interface GrantPolicy {
  readonly name: string;
  readonly stage: 'limit' | 'validate' | 'shape' | 'inspect';
  prepare(place: GrantedOperation): Enforce | undefined;
}

export type Policy = OperationPolicy | GrantPolicy;
