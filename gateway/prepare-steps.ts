import type { OperationPlan, Step } from './plan.ts';
import { type GrantPolicy, type OperationPolicy, type Policy, STAGES } from './policy.ts';

/** The steps that run before a grant is known. */
export function prepareEntry(plan: OperationPlan, policies: readonly Policy[], stages: readonly string[]): Step[] {
  const isEntry = (policy: Policy): policy is OperationPolicy => stages.includes(policy.stage);
  return ordered(policies, stages)
    .filter(isEntry)
    .flatMap((policy) => stepOf(policy.name, policy.prepare(plan)));
}

/** The policies of these stages that are prepared per grant, in the order in which they run. */
export function grantPolicies(policies: readonly Policy[], stages: readonly string[]): GrantPolicy[] {
  const isGranted = (policy: Policy): policy is GrantPolicy => stages.includes(policy.stage);
  return ordered(policies, stages).filter(isGranted);
}

/** By stage, and within a stage as the table has them. */
function ordered(policies: readonly Policy[], stages: readonly string[]): Policy[] {
  return STAGES.filter((stage) => stages.includes(stage)).flatMap((stage) =>
    policies.filter((policy) => policy.stage === stage),
  );
}

/** A step, or none where the policy has nothing to do. */
export function stepOf(policy: string, enforce: Step['enforce'] | undefined): Step[] {
  return enforce === undefined ? [] : [{ policy, enforce }];
}
