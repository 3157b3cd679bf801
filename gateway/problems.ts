/**
 * The one table of refusals (RFC 9457). `type` is `urn:portcullis:problem:<code>`; code, status and title are stable,
 * `detail` and extension members may vary. Nothing internal (upstream text, host names, stack traces) is ever put in.
 */
const TABLE = {
  // admit
  'request-malformed': [400, 'The request is malformed'],
  'path-not-canonical': [400, 'The path is not in canonical form'],
  'request-timeout': [408, 'The request came too slowly'],
  'network-not-allowed': [403, 'Calls from this network are not allowed'],
  'body-too-large': [413, 'The request body is too large'],
  'header-too-large': [431, 'The request headers are too large'],
  'uri-too-long': [414, 'The request target is too long'],
  // identify
  'token-missing': [401, 'An access token is needed'],
  'token-invalid': [401, 'The access token is not valid here'],
  'token-expired': [401, 'The access token has expired'],
  'token-revoked': [401, 'The access token has been revoked'],
  'attempts-exhausted': [429, 'Too many failed attempts'],
  'issuer-unavailable': [503, 'Tokens cannot be checked at the moment'],
  // authorize
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'grant-missing': [403, 'No grant covers this interface'],
  'grant-expired': [403, 'The grant has ended'],
  'operation-not-granted': [403, 'The grant does not cover this operation'],
  'outside-window': [403, 'The grant does not allow calls at this time'],
  'claim-missing': [403, 'The token lacks a claim that the grant needs'],
  'version-retired': [410, 'This version has been retired'],
  // limit
  'rate-limited': [429, 'Too many requests'],
  'quota-exhausted': [429, 'The quota is used up'],
  'concurrency-limited': [429, 'Too many requests under way'],
  'limits-unavailable': [503, 'Limits cannot be checked at the moment'],
  // validate
  'content-type-unsupported': [415, 'The content type is not supported'],
  'content-encoding-unsupported': [415, 'The content encoding is not supported'],
  'body-malformed': [400, 'The request body is not valid JSON'],
  'parameter-unknown': [400, 'The request has an unknown parameter'],
  'parameter-invalid': [400, 'A parameter is not valid'],
  'body-invalid': [422, 'The request body breaks the contract'],
  'field-not-granted': [403, 'A named field is not granted'],
  'field-not-writable': [403, 'A field may not be written by this consumer'],
  'idempotency-key-missing': [400, 'An Idempotency-Key header is needed'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used with another request'],
  'idempotency-in-progress': [409, 'A request with this Idempotency-Key is under way'],
  'idempotency-unavailable': [503, 'The Idempotency-Key cannot be checked at the moment'],
  // upstream
  'record-not-found': [404, 'There is nothing here'],
  duplicate: [409, 'A matching record exists'],
  'already-set': [409, 'The value is already set'],
  conflict: [409, 'The request conflicts with the state of the record'],
  'business-rule': [422, 'The system of record refused the request'],
  'upstream-refused': [502, 'The upstream system refused the gateway'],
  'upstream-failed': [502, 'The upstream system failed'],
  'upstream-answer-invalid': [502, 'The upstream answer cannot be passed on'],
  'upstream-unavailable': [503, 'The upstream system cannot be reached'],
  'upstream-busy': [503, 'The upstream system is busy'],
  'upstream-timeout': [504, 'The upstream system did not answer in time'],
  'outcome-unknown': [504, 'It is not known whether the request took effect'],
  // own
  'client-gone': [499, 'The client went away'],
  'record-not-durable': [503, 'The exchange could not be put on record'],
  draining: [503, 'The gateway is shutting down'],
  'internal-error': [500, 'The gateway failed'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof TABLE;

export const PROBLEM_CODES = Object.keys(TABLE) as readonly ProblemCode[];

export function problemStatus(code: ProblemCode): number {
  return TABLE[code][0];
}

export function problemTitle(code: ProblemCode): string {
  return TABLE[code][1];
}

/** Extension members of a problem, e.g. `owned_by`, `pointers`, `existing`. */
export type ProblemMembers = Readonly<Record<string, unknown>>;

/** A refusal: stops the exchange and becomes a problem document. Headers are a flat name, value list. */
export interface Refusal {
  readonly kind: 'refuse';
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly members?: ProblemMembers;
  readonly headers?: readonly string[];
  /** For the record only, never sent. */
  readonly reason?: string;
}

export function refuse(
  code: ProblemCode,
  detail?: string,
  more?: { members?: ProblemMembers; headers?: readonly string[]; reason?: string },
): Refusal {
  return { kind: 'refuse', code, ...(detail === undefined ? {} : { detail }), ...more };
}

/** Thrown by an adapter or policy where a value cannot be returned; the pipeline turns it into the refusal it carries. */
export class RefusalError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** The body of a refusal, `application/problem+json`. `instance` is the exchange id. */
export function problemBody(refusal: Refusal, exchangeId: string): string {
  return JSON.stringify({
    type: `urn:portcullis:problem:${refusal.code}`,
    title: problemTitle(refusal.code),
    status: problemStatus(refusal.code),
    code: refusal.code,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    instance: `urn:portcullis:exchange:${exchangeId}`,
    ...refusal.members,
  });
}
