import type { BoundTerm, Caller, Exchange, FinalAnswer, RecordFacts, TypedRequest } from './exchange.ts';
import type { FrontMessage } from './front.ts';
import { noFacts } from './no-facts.ts';
import type { GrantedOperation, OperationPlan, Snapshot } from './plan.ts';
import type { Refusal } from './problems.ts';
import type { RouteMiss } from './router.ts';
import type { UpstreamAnswer } from './upstream.ts';

const NO_BODY = Buffer.alloc(0);
const NO_FILTER: Readonly<Record<string, readonly BoundTerm[]>> = Object.freeze(Object.create(null));

/** What the server knows about a request before any policy has run. */
export interface Arrival {
  readonly id: string;
  readonly receivedAt: number;
  readonly snapshot: Snapshot;
  readonly plan: OperationPlan;
  readonly path: string;
  readonly query: string;
  readonly pathValues: readonly string[];
  readonly traceId: string;
  readonly traceFlags: string;
}

/** The request as it came, and who sent it. */
export interface IncomingRequest {
  readonly method: string;
  readonly headers: { readonly raw: readonly string[] };
  readonly peer: { readonly remoteAddress: string; readonly certificateThumbprint: string | undefined };
}

/** The Exchange of one request. One object per request; its shape never changes after construction. */
export class HttpExchange implements Exchange {
  readonly id: string;
  readonly receivedAt: number;
  readonly snapshot: Snapshot;
  readonly plan: OperationPlan;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly pathValues: readonly string[];
  readonly rawHeaders: readonly string[];
  readonly traceId: string;
  readonly traceFlags: string;
  body: Buffer = NO_BODY;
  message: FrontMessage | undefined = undefined;
  caller: Caller | undefined = undefined;
  granted: GrantedOperation | undefined = undefined;
  typed: TypedRequest | undefined = undefined;
  recordFilter: Readonly<Record<string, readonly BoundTerm[]>> = NO_FILTER;
  answer: UpstreamAnswer | undefined = undefined;
  readonly responseHeaders: string[] = [];
  readonly facts: RecordFacts = noFacts();
  readonly #request: IncomingRequest;
  /** Refused before any policy ran (malformed path, draining). */
  early: Refusal | undefined = undefined;
  /** Why no operation matched; told only to an identified caller. */
  missed: RouteMiss | undefined = undefined;
  #aborter: AbortController | undefined = undefined;
  #gone = false;
  #releases: (() => void)[] | undefined = undefined;
  #listeners: ((outcome: FinalAnswer) => void)[] | undefined = undefined;

  constructor(request: IncomingRequest, arrival: Arrival) {
    this.#request = request;
    this.id = arrival.id;
    this.receivedAt = arrival.receivedAt;
    this.snapshot = arrival.snapshot;
    this.plan = arrival.plan;
    this.method = request.method;
    this.path = arrival.path;
    this.query = arrival.query;
    this.pathValues = arrival.pathValues;
    this.rawHeaders = request.headers.raw;
    this.traceId = arrival.traceId;
    this.traceFlags = arrival.traceFlags;
  }

  header(name: string): string | undefined {
    return headerValue(this.rawHeaders, name);
  }

  get remoteAddress(): string {
    return this.#request.peer.remoteAddress;
  }

  get certificateThumbprint(): string | undefined {
    return this.#request.peer.certificateThumbprint;
  }

  /** Made only when somebody asks: most exchanges end before anybody would need to be told. */
  get signal(): AbortSignal {
    this.#aborter ??= new AbortController();
    if (this.#gone) this.#aborter.abort();
    return this.#aborter.signal;
  }

  onEnd(release: () => void): void {
    this.#releases ??= [];
    this.#releases.push(release);
  }

  onAnswer(listener: (outcome: FinalAnswer) => void): void {
    this.#listeners ??= [];
    this.#listeners.push(listener);
  }

  /** The client has gone away. */
  abort(): void {
    this.#gone = true;
    this.#aborter?.abort();
  }

  get isListenedTo(): boolean {
    return this.#listeners !== undefined;
  }

  announce(outcome: FinalAnswer): void {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener(outcome);
  }

  end(): void {
    const releases = this.#releases;
    this.#releases = undefined;
    if (releases !== undefined) for (const release of releases) release();
  }
}

/** Joined value of a header in a flat name, value list; `name` in lower case. RFC 9110 §5.3. */
export function headerValue(rawHeaders: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const candidate = rawHeaders[at] as string;
    if (candidate.length !== name.length || (candidate !== name && candidate.toLowerCase() !== name)) continue;
    const value = rawHeaders[at + 1] as string;
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}
