import type { ConsumerDocument } from '../catalog/documents.ts';
import type { FrontMessage } from './front.ts';
import type { GrantedOperation, OperationPlan, Snapshot } from './plan.ts';
import type { ProblemCode } from './problems.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Who calls: the result of identification. */
export interface Caller {
  readonly consumer: ConsumerDocument;
  readonly clientId: string;
  readonly issuer: string;
  /** Token subject: the client itself, or the end user behind it. */
  readonly subject: string;
  readonly tokenId: string;
  /** Verified claims, null-prototype. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** `[contract field, operator, value]` with every value known. */
export type BoundCondition = readonly [field: string, operator: string, value: unknown];
export type BoundTerm = BoundCondition | { readonly or: readonly BoundCondition[] } | { readonly linkedFrom: string };

export interface SortTerm {
  readonly field: string;
  readonly descending: boolean;
}

/** The request after validation: the only form that adapters see. What was checked is what is sent. */
export interface TypedRequest {
  /** Decoded path parameters by name. */
  readonly path: Readonly<Record<string, string>>;
  /** Decoded, declared query parameters of role `forward`, in request order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Declared header parameters, lower-case names. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Parsed JSON body; undefined without one. Null-prototype objects. */
  readonly body: unknown;
  /** Contract field paths that the client asked for (`fields=`), relative to the record; undefined: all granted. */
  readonly fields: readonly string[] | undefined;
  readonly sort: readonly SortTerm[];
  readonly filters: readonly BoundCondition[];
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
}

/** What was learnt for the record besides the verdicts. Written by policies and adapters, read once at the end. */
export interface RecordFacts {
  /** JSON array text of returned field ids, or '' for none. */
  returned: string;
  masked: readonly string[];
  refused: string[];
  written: string[];
  /**
   * Records and people whose data went out or was written, as `<system>/<kind> <identifier>`, in the clear (never stored:
   * the record holds their handles). The kind is an Odoo model, or `<interface>.<Schema>`.
   */
  subjects: string[];
  recordCount: number;
  /** Names of client input that was ignored: headers, parameters. */
  ignored: string[];
  /** Notes with stable codes, e.g. `response-drift`, `stale-answer`. */
  notes: string[];
  upstreamMs: number;
  upstreamStatus: number;
  /** False: surely nothing has been sent upstream yet. Kept only for a write under an idempotency key. */
  upstreamBegun?: boolean;
  /** True: the upstream has confirmed a change, whatever became of the exchange afterwards. */
  hasChanged?: boolean;
}

/** One request on its way through the gateway and all that is learnt about it. */
export interface Exchange {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly snapshot: Snapshot;
  readonly plan: OperationPlan;
  readonly method: string;
  /** Canonical path, undecoded, without query. */
  readonly path: string;
  /** Raw query string without `?`, '' for none. */
  readonly query: string;
  /** Values of the path parameters, undecoded, in the plan's order. */
  readonly pathValues: readonly string[];
  /** Flat name, value list as received. */
  readonly rawHeaders: readonly string[];
  /** Joined value of a request header (lower-case name); undefined when absent. */
  header(name: string): string | undefined;
  /** Whole request body, already within the limit; empty when there is none. */
  readonly body: Buffer;
  readonly remoteAddress: string;
  /** SHA-256 of the client certificate (DER), base64url, when the connection carries one. */
  readonly certificateThumbprint: string | undefined;
  /** W3C trace context: 32 hex digits, and the flags to send on. */
  readonly traceId: string;
  readonly traceFlags: string;
  /** Aborted when the client goes away or the deadline passes. */
  readonly signal: AbortSignal;

  /** What a front has read; undefined for every other request, and until the body has been read. */
  readonly message: FrontMessage | undefined;
  caller: Caller | undefined;
  granted: GrantedOperation | undefined;
  typed: TypedRequest | undefined;
  /** Record filter with values bound, per schema name. */
  recordFilter: Readonly<Record<string, readonly BoundTerm[]>>;
  answer: UpstreamAnswer | undefined;
  /** Flat name, value list that policies add to the answer, refusals included (limits, deprecation). */
  readonly responseHeaders: string[];
  readonly facts: RecordFacts;
  /** Runs when the exchange is over, whatever its end: releases a concurrency slot, say. */
  onEnd(release: () => void): void;
  /** Hears the final answer once, just before it leaves (refusals included), and before onEnd. */
  onAnswer(listener: (outcome: FinalAnswer) => void): void;
}

/** What leaves. `body` is undefined where the answer is streamed. */
export interface FinalAnswer {
  readonly status: number;
  readonly body: Buffer | undefined;
  /** Problem code when this is a refusal. */
  readonly code: ProblemCode | undefined;
}
