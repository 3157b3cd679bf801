import type { RecordPlace } from '../audit/record/record-place.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type {
  ConsumerDocument,
  GrantDocument,
  InterfaceDocument,
  PlanDocument,
  SystemDocument,
  SystemEnvironment,
  VersionSpec,
} from '../catalog/documents.ts';
import type { Contract, Operation } from '../openapi/contract.ts';
import type { Selection } from '../openapi/selection.ts';
import type { Front } from './front.ts';
import type { Enforce } from './policy.ts';
import type { Router } from './router.ts';
import type { Send } from './upstream.ts';

/** A policy as it stands in a plan: its name for the record, its function. */
export interface Step {
  readonly policy: string;
  readonly enforce: Enforce;
}

/** One version of one interface, as served by this gateway's environment. */
export interface VersionPlan {
  readonly interface: InterfaceDocument;
  readonly version: VersionSpec;
  readonly major: number;
  readonly contract: Contract;
  readonly system: SystemDocument;
  /** The system's address and credential in this environment. */
  readonly environment: SystemEnvironment;
  /** `/customer-master/v1`, without a trailing slash. */
  readonly basePath: string;
  readonly audit: 'strict' | 'relaxed';
  /** What the gateway says of the version in its answers: `customer-master/1.2 sha256:…`. */
  readonly label: string;
  /** Header lines that every answer of this version begins with. */
  readonly headerLines: string;
}

/** Everything that can be decided about an operation before its caller is known. */
export interface OperationPlan {
  readonly snapshot: string;
  readonly version: VersionPlan;
  readonly operation: Operation;
  /** Names of the path parameters in order. */
  readonly pathParameters: readonly string[];
  /** admit, identify, authorize. */
  readonly entry: readonly Step[];
  /** Keyed by consumer name. Absent: no grant, or the grant does not name this operation. */
  readonly granted: ReadonlyMap<string, GrantedOperation>;
  /** Consumers that hold a grant on this interface major, whatever its operations; for a truthful refusal. */
  readonly grantees: ReadonlySet<string>;
  /** Set on the plan of a front: its requests name what they call in their bodies. */
  readonly front?: Front;
}

/** The one plan of all requests to the paths of a front. */
export interface FrontPlan extends OperationPlan {
  readonly front: Front;
}

/** Everything that can be decided about one operation under one grant. */
export interface GrantedOperation {
  readonly snapshot: string;
  readonly version: VersionPlan;
  readonly operation: Operation;
  readonly consumer: ConsumerDocument;
  readonly grant: GrantDocument;
  readonly plan: PlanDocument;
  /** What may be read from the success answer; undefined where the operation answers without JSON. */
  readonly selection: Selection | undefined;
  /** Field ids that may be written in the request body (`Schema.path`). */
  readonly writable: ReadonlySet<string>;
  /** limit: runs before the request body is read. */
  readonly limits: readonly Step[];
  /** validate, shape. */
  readonly before: readonly Step[];
  readonly send: Send;
  /** inspect. */
  readonly after: readonly Step[];
  /** Names of all policies of this plan in order, as JSON array text: what the record says when all passed. */
  readonly allPassed: string;
  /** What every record under this plan says of it. */
  readonly recordPlace: RecordPlace;
}

/** All that is in force at one moment. Deeply frozen but for counters that live outside. */
export interface Snapshot {
  readonly id: string;
  readonly environment: string;
  readonly catalog: Catalog;
  readonly router: Router;
  readonly versions: readonly VersionPlan[];
  readonly operations: readonly OperationPlan[];
  /** Plan of requests that match no operation: identified like any other, then refused; nobody is granted it. */
  readonly unrouted: OperationPlan;
  /** Plan of requests in a protocol of its own; undefined where no grant opens it: then its paths do not exist. */
  readonly front: FrontPlan | undefined;
  /** `<issuer> <client id>` → consumer; issuer '' is the embedded authorization server. */
  readonly clients: ReadonlyMap<string, ConsumerDocument>;
}
