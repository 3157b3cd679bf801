import type { SecureContext } from 'node:tls';
import type { Catalog } from '../catalog/catalog.ts';
import type { SystemEnvironment } from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';
import type { Exchange } from './exchange.ts';
import type { GrantedOperation } from './plan.ts';
import type { Refusal } from './problems.ts';

/**
 * What an upstream said, decoded (no content coding is left). A small body is one Buffer; a large one is read as it
 * comes, and must be consumed or destroyed.
 */
export interface UpstreamAnswer {
  readonly status: number;
  /** Media type without parameters, lower case; '' when there is none. */
  readonly mediaType: string;
  readonly body: Buffer | BodyStream;
  /** Flat name, value list of the few headers an adapter wants to pass on (`location`, `retry-after`, `age`). */
  readonly headers: readonly string[];
  /** Records and people that the body tells of, as the record names them (see RecordFacts), where the adapter knows them. */
  readonly subjects?: readonly string[];
}

export interface BodyStream extends AsyncIterable<Buffer> {
  destroy(): void;
}

/**
 * Forwards one exchange. A refusal is an answer too: what the upstream's failure means to the consumer. `deadline`, in
 * milliseconds since the epoch, is when the answer must be there; the layers around an adapter set it.
 */
export type Send = (exchange: Exchange, deadline?: number) => Promise<UpstreamAnswer | Refusal>;

/** The certificates of one system's environment, ready for connections. `key` is other for others: their connections are never shared. */
export interface UpstreamTls {
  readonly key: string;
  readonly secureContext: SecureContext;
}

/**
 * Reads them when a snapshot is compiled; undefined where the well-known authorities say it all. Throws an Error that says
 * what is wrong with them.
 */
export type OpenTls = (environment: SystemEnvironment) => UpstreamTls | undefined;

/** One call of an adapter that makes several for an exchange. */
export interface PacedCall {
  readonly exchange: Exchange;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** `login`: others wait for what it brings. */
  readonly kind: 'read' | 'change' | 'login';
}

/** Holds calls back so that one upstream is never asked more often, or more at once, than it bears. */
export interface CallPace {
  /** Resolves when the call may begin; `leave` must follow. Rejects with RefusalError where it cannot begin in time. */
  enter(call: PacedCall): Promise<void>;
  /** The call is over. `restSeconds`: the upstream asked to be left alone for so long. */
  leave(restSeconds?: number): void;
}

/** The pace of the upstream at an environment's address, the same for all who call it; undefined where there is none. */
export type PaceOf = (environment: SystemEnvironment) => CallPace | undefined;

type UpstreamPlace = Omit<GrantedOperation, 'send' | 'limits' | 'before' | 'after' | 'allPassed' | 'recordPlace'>;

/** An adapter for one type of system. `prepare` runs once per snapshot and granted operation. */
export interface Upstream {
  readonly type: 'odoo' | 'http';
  prepare(place: UpstreamPlace, catalog: Catalog): Send;
  /** What is wrong with all that is granted on systems of this type, taken together. Runs once per snapshot, when all is prepared. */
  checkTogether?(catalog: Catalog, places: readonly UpstreamPlace[]): readonly Fault[];
  close(): Promise<void>;
}
