import type { GrantDocument } from '../catalog/documents.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { OperationPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';
import { accessWindow } from './access-window.ts';
import { successorLink } from './successor-link.ts';

const DAY_MS = 86_400_000;

/** Finds the caller's grant for the operation and refuses where there is none, it has ended or its window is shut. */
export function authorizeGrant(): OperationPolicy {
  return {
    name: 'authorize-grant',
    stage: 'authorize',
    prepare(place) {
      // What is called through a front stands in its message.
      if (place.front !== undefined) return undefined;
      const { lifecycle } = place.version.version;
      if (lifecycle === 'retired') {
        const successor = successorLink(place.version);
        const headers = successor === undefined ? [] : ['link', successor];
        return () => refuse('version-retired', undefined, { headers });
      }
      const isUnfinished = lifecycle === 'design' || lifecycle === 'development' || lifecycle === 'testing';
      // Grants join the plan after its entry policies are prepared: their terms are read when first needed.
      const known = new Map<GrantedOperation, GrantTerms>();

      return (exchange) => {
        const { caller } = exchange;
        if (caller === undefined) return refuse('token-missing');
        if (isUnfinished && exchange.snapshot.environment === 'production') return refuse('not-found');
        const consumer = caller.consumer.metadata.name;
        const granted = exchange.plan.granted.get(consumer);
        if (granted === undefined) {
          return refuse(exchange.plan.grantees.has(consumer) ? 'operation-not-granted' : 'grant-missing');
        }
        let terms = known.get(granted);
        if (terms === undefined) {
          terms = grantTerms(granted.grant);
          known.set(granted, terms);
        }
        const shut = whyShut(terms, exchange.receivedAt);
        if (shut !== undefined) return refuse(shut);
        exchange.granted = granted;
        return undefined;
      };
    },
  };
}

/** When a grant holds. Times are milliseconds since the epoch. */
export interface GrantTerms {
  /** First moment after the last day, UTC; Infinity where the grant says `never`. */
  readonly endsAt: number;
  readonly isOpen: ((at: number) => boolean) | undefined;
}

/** Why a grant does not hold at a moment (milliseconds since the epoch); undefined where it does. */
export function whyShut({ endsAt, isOpen }: GrantTerms, at: number): 'grant-expired' | 'outside-window' | undefined {
  if (at >= endsAt) return 'grant-expired';
  return isOpen !== undefined && !isOpen(at) ? 'outside-window' : undefined;
}

/** Throws an Error where the end date or the window cannot be read: a grant without a clear end grants nothing. */
export function grantTerms(grant: GrantDocument): GrantTerms {
  const { until, window } = grant.spec;
  const endsAt = until === 'never' ? Number.POSITIVE_INFINITY : Date.parse(`${until}T00:00:00Z`) + DAY_MS;
  if (Number.isNaN(endsAt)) {
    throw new Error(`Grant ${grant.metadata.name} needs until as a date (2027-01-31) or never.`);
  }
  return { endsAt, isOpen: window === undefined ? undefined : accessWindow(window) };
}
