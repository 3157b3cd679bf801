/**
 * Why a call to an upstream gave no answer.
 * `connect`: no connection could be made (names, addresses, TLS included) · `lost`: the connection ended early ·
 * `timeout`: the deadline passed · `aborted`: the caller gave up · `invalid`: what came is not strict HTTP/1.1, or its
 * coding cannot be undone · `too-large`: the answer exceeds its cap · `busy`: too many calls wait for a connection.
 */
export type UpstreamErrorKind = 'connect' | 'lost' | 'timeout' | 'aborted' | 'invalid' | 'too-large' | 'busy';

/** A call to an upstream failed. The message is for the operator's log alone: it may name hosts and addresses. */
export class UpstreamError extends Error {
  readonly kind: UpstreamErrorKind;
  /** Request bytes may have reached the upstream: a write may have taken effect. */
  readonly sent: boolean;
  /** At least one byte of an answer came. */
  readonly answered: boolean;
  constructor(kind: UpstreamErrorKind, message: string, sent: boolean, answered: boolean) {
    super(message);
    this.name = 'UpstreamError';
    this.kind = kind;
    this.sent = sent;
    this.answered = answered;
  }
}
