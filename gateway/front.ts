import type { Catalog } from '../catalog/catalog.ts';
import type { ConsumerDocument, GrantDocument } from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';
import type { GrantedOperation } from './plan.ts';
import type { Refusal } from './problems.ts';
import type { Send, UpstreamAnswer } from './upstream.ts';

/** An answer in the protocol of a front. Its media type may have parameters; its body is whole. */
export type FrontAnswer = UpstreamAnswer & { readonly body: Buffer };

/** What a front makes of the bytes of a request, and how its client is told of a refusal. */
export interface FrontMessage {
  /** A refusal as this client understands it. Nothing of `reason` leaves. */
  refuse(refusal: Refusal): FrontAnswer;
}

/** A request as a front reads it. */
export interface FrontRequest {
  readonly method: string;
  /** Canonical path, without query. */
  readonly path: string;
  header(name: string): string | undefined;
  /** Whole body, within the limit; empty when there is none. */
  readonly body: Buffer;
}

/**
 * A protocol of its own on paths of its own, beside the operations of the interfaces: what is called, and by whom, stands
 * in the body. Its requests run through the same pipeline, under the same grants.
 */
export interface Front {
  /** Whether requests for a canonical path are this front's. Asked of every request: it costs next to nothing. */
  owns(path: string): boolean;
  /** Reads a request. What cannot be read has its answer already. */
  read(request: FrontRequest): FrontMessage | FrontAnswer;
  /** The answer to a refusal of a request whose body was not read. */
  refuseUnread(request: Omit<FrontRequest, 'body'>, refusal: Refusal): FrontAnswer;
}

/** What a front is made of, once per snapshot. */
export interface FrontInput {
  readonly catalog: Catalog;
  readonly environment: string;
  /** Consumers of this environment; see Snapshot. */
  readonly clients: ReadonlyMap<string, ConsumerDocument>;
  /** Every operation that is granted here by a grant that opens the front. */
  readonly granted: readonly GrantedOperation[];
  /**
   * The same operation as the front serves it: under the same limits and layers, without the policies of REST bodies and
   * answers. `isSafe`: a call changes nothing and may be repeated as a whole.
   */
  serve(granted: GrantedOperation, send: Send, isSafe: boolean): GrantedOperation;
  /** Tells what keeps a granted operation from being served, as `causesOf` takes it apart. */
  impossible(granted: GrantedOperation, error: unknown): void;
  /** Tells any other fault of the catalog. */
  fault(fault: Fault): void;
}

/** Makes the front of each snapshot; handed in where the process is put together. */
export interface FrontMaker {
  /** Whether a grant opens this front, besides the operations of its interface. */
  opens(grant: GrantDocument): boolean;
  /** All slow work and all configuration errors; called only where at least one grant opens the front. */
  prepare(input: FrontInput): Front;
}
