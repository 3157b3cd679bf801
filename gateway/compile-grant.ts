import type { RecordPlace } from '../audit/record/record-place.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { GrantDocument } from '../catalog/documents.ts';
import { ImpossibleGrant, throwAll } from '../catalog/impossible-grant.ts';
import type { Contract, Operation } from '../openapi/contract.ts';
import { childPointer } from '../openapi/json-pointer.ts';
import { resolveSelection, resolveWritable } from '../openapi/resolve-grant.ts';
import type { Selection } from '../openapi/selection.ts';
import type { GrantedOperation, Step, VersionPlan } from './plan.ts';
import type { Policy } from './policy.ts';
import { grantPolicies, stepOf } from './prepare-steps.ts';
import { UnusableSecret } from './secrets.ts';
import type { Send, Upstream } from './upstream.ts';

/** Everything a plan without its steps; what adapters and makers of record places see. */
export type GrantedPlace = Parameters<Upstream['prepare']>[0];

export interface GrantDependencies {
  readonly policies: readonly Policy[];
  /** By system type. */
  readonly upstreams: Readonly<Record<'odoo' | 'http', Upstream>>;
  /** Puts the layers (deadline, retry, breaker, concurrency) around an adapter. */
  readonly wrap: (place: GrantedPlace, send: Send) => Send;
  readonly recordPlace: (place: GrantedPlace) => RecordPlace;
}

/** A secret that cannot be read is named in the system: there, or where it is kept, it is mended. */
function placedInSystem(error: unknown, { environment, system }: VersionPlan): unknown {
  if (!(error instanceof UnusableSecret)) return error;
  const entry = Object.entries(system.spec.environments).find(([, held]) => held === environment);
  const isOwn = environment.credential?.secret === error.reference && entry !== undefined;
  if (!isOwn) return error;
  const pointer = `${childPointer('/spec/environments', entry[0])}/credential/secret`;
  return new ImpossibleGrant(error.message, pointer, 'system');
}

/** Stands in for an upstream that could not be prepared, so that the policies can tell what they have against the grant. */
const NEVER_SENT: Send = () => {
  throw new Error('the grant could not be compiled');
};

/**
 * Makes all that runs for one operation under one grant. Throws what keeps it from running, all causes at once (see
 * `causesOf`).
 */
export function grantOperation(
  catalog: Catalog,
  version: VersionPlan,
  operation: Operation,
  grant: GrantDocument,
  entry: readonly Step[],
  dependencies: GrantDependencies,
): GrantedOperation {
  const { spec } = grant;
  const consumer = catalog.consumers.get(spec.consumer)?.document;
  const plan = catalog.plans.get(spec.plan)?.document;
  if (consumer === undefined || plan === undefined) throw new Error('its consumer or plan is not in the catalog');
  const place: GrantedPlace = {
    snapshot: catalog.id,
    version,
    operation,
    consumer,
    grant,
    plan,
    selection: selectionOf(version.contract, operation, grant),
    writable: resolveWritable(version.contract, operation, spec.write ?? {}),
  };
  const causes: unknown[] = [];
  const attempt = <T>(prepare: () => T, instead: T): T => {
    try {
      return prepare();
    } catch (error) {
      causes.push(placedInSystem(error, version));
      return instead;
    }
  };
  const adapter = dependencies.upstreams[version.system.spec.type];
  const send = attempt(() => dependencies.wrap(place, adapter.prepare(place, catalog)), NEVER_SENT);
  // Policies see the whole plan but for the steps, which are being made.
  const unfinished: GrantedOperation = {
    ...place,
    send,
    limits: [],
    before: [],
    after: [],
    allPassed: '[]',
    recordPlace: dependencies.recordPlace(place),
  };
  const prepared = (stages: readonly string[]): Step[] =>
    grantPolicies(dependencies.policies, stages).flatMap((policy) =>
      stepOf(
        policy.name,
        attempt(() => policy.prepare(unfinished), undefined),
      ),
    );
  const limits = prepared(['limit']);
  const before = prepared(['validate', 'shape']);
  const after = prepared(['inspect']);
  throwAll(causes);
  const names = [...entry, ...limits, ...before].map((step) => step.policy);
  const allPassed = JSON.stringify([...names, 'upstream', ...after.map((step) => step.policy)]);
  return Object.freeze({ ...unfinished, limits, before, after, allPassed });
}

function selectionOf(contract: Contract, operation: Operation, grant: GrantDocument): Selection | undefined {
  return resolveSelection(contract, operation, grant.spec.read ?? {}, grant.spec.masks ?? {});
}
