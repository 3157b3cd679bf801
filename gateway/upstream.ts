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

type UpstreamPlace = Omit<GrantedOperation, 'send' | 'limits' | 'before' | 'after' | 'allPassed' | 'recordPrefix'>;

/** An adapter for one type of system. `prepare` runs once per snapshot and granted operation. */
export interface Upstream {
  readonly type: 'odoo' | 'http';
  prepare(place: UpstreamPlace): Send;
  /** What is wrong with all that is granted on systems of this type, taken together. Runs once per snapshot, when all is prepared. */
  checkTogether?(catalog: Catalog, places: readonly UpstreamPlace[]): readonly Fault[];
  close(): Promise<void>;
}
