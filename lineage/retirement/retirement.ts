import type { Lifecycle } from '../../catalog/documents.ts';
import type { Contact, Observed } from '../graph.ts';
import type { Window } from '../observe.ts';

/** A version that would go, as the catalog has it. */
export interface RetiringVersion {
  readonly version: string;
  readonly lifecycle: Lifecycle;
  /** Environments in which it answers. */
  readonly served: readonly string[];
  /** ISO dates. */
  readonly deprecated?: string;
  readonly sunset?: string;
  readonly successor?: string;
}

/** A grant that opens what would go. */
export interface HoldingGrant {
  readonly grant: string;
  readonly consumer: string;
  readonly environment: string;
  readonly owner: Contact;
  /** ISO date or `never`. */
  readonly until: string;
  /** Nobody can call by a grant that has ended, or as a consumer that is disabled. */
  readonly state: 'in force' | 'ended' | 'consumer disabled';
  /** Versions and operations that it opens there; of one field, those that touch it. */
  readonly versions: readonly string[];
  readonly operations: readonly string[];
  /** Of one field: what the grant does with it. */
  readonly uses?: readonly ('reads' | 'writes' | 'filters by')[];
  /** What was seen under the grant; absent where the ledger was not asked. */
  readonly observed?: Observed;
}

/** Somebody who really called. */
export interface Caller {
  readonly consumer: string;
  readonly grant: string;
  /** Undefined where the catalog does not know the consumer any more. */
  readonly owner: Contact | undefined;
  readonly versions: readonly string[];
  /** At least so many: fields of one exchange are told one by one, and calls that move no field are not among them. */
  readonly observed: Observed;
}

/** What would go. */
export interface RetirementQuestion {
  readonly interface: string;
  /** As it was asked; absent: every version. */
  readonly version?: string;
  /** `Schema.path`; absent: all of it. */
  readonly field?: string;
  readonly days: number;
}

export interface Retirement extends RetirementQuestion {
  readonly answer: 'yes' | 'no' | 'unknown';
  /** Why, in sentences. */
  readonly reasons: readonly string[];
  /** What to do next, in sentences. */
  readonly next: readonly string[];
  readonly versions: readonly RetiringVersion[];
  readonly grants: readonly HoldingGrant[];
  readonly callers: readonly Caller[];
  /** Over what the ledger was asked, and since when it holds anything; absent: it was not asked. */
  readonly evidence?: Window & { readonly since: string | undefined };
}
