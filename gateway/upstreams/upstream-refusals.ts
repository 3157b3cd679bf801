import { type Refusal, refuse } from '../problems.ts';
import { ContentFault } from './decode-content.ts';
import { UpstreamError } from './upstream-error.ts';

/** Reasons of refusals after which nothing has reached the upstream, or nothing came of it: a read may be tried again. */
export const CONNECTION_REASONS: ReadonlySet<string> = new Set(['connect-failed', 'connection-lost']);

/**
 * What a failed call means to the consumer. `isSafe`: the call changes nothing (RFC 9110 §9.2.1); for any other that
 * may have reached the upstream without an answer, nobody knows whether it took effect. Errors that are neither
 * UpstreamError nor ContentFault are thrown on.
 */
export function refusalOf(error: unknown, isSafe: boolean): Refusal {
  if (error instanceof ContentFault) return refuse('upstream-answer-invalid', undefined, { reason: 'content-coding' });
  if (!(error instanceof UpstreamError)) throw error;
  const { kind } = error;
  if (kind === 'too-large') return refuse('upstream-answer-invalid', undefined, { reason: 'answer-too-large' });
  if (error.sent && !isSafe) return refuse('outcome-unknown', undefined, { reason: `call-${kind}` });
  switch (kind) {
    case 'connect':
      return refuse('upstream-unavailable', undefined, { reason: 'connect-failed' });
    case 'lost':
      return error.answered
        ? refuse('upstream-failed', undefined, { reason: 'answer-cut-short' })
        : refuse('upstream-unavailable', undefined, { reason: 'connection-lost' });
    case 'timeout':
      return refuse('upstream-timeout', undefined, { reason: 'call-timeout' });
    case 'aborted':
      return refuse('upstream-timeout', undefined, { reason: 'call-aborted' });
    case 'busy':
      return refuse('upstream-busy', undefined, { reason: 'no-connection', headers: ['retry-after', '1'] });
    case 'invalid':
      return refuse('upstream-answer-invalid', undefined, { reason: 'answer-malformed' });
  }
}

const RETRY_AFTER = /^\d{1,6}$/;

/**
 * What an upstream's own refusal or failure means to the consumer: undefined for answers that may be passed on. The
 * upstream's text never goes along. Redirects are not followed; partial and multi-status answers are no answers here.
 */
export function statusRefusal(status: number, retryAfter: string | undefined, isSafe: boolean): Refusal | undefined {
  if (status >= 200 && status <= 204) return undefined;
  const reason = { reason: `status-${status}` };
  // A date is not passed on: it would have to be trusted, and seconds are what clients read.
  const wait = {
    ...reason,
    headers: ['retry-after', retryAfter !== undefined && RETRY_AFTER.test(retryAfter) ? retryAfter : '1'],
  };
  if (status < 400) return refuse('upstream-answer-invalid', undefined, reason);
  switch (status) {
    case 401:
    case 403:
    case 407:
      return refuse('upstream-refused', undefined, reason);
    case 404:
    case 410:
      return refuse('record-not-found', undefined, reason);
    case 408:
    case 504:
      return refuse(isSafe ? 'upstream-timeout' : 'outcome-unknown', undefined, reason);
    case 409:
    case 412:
      return refuse('conflict', undefined, reason);
    case 429:
      return refuse('upstream-busy', undefined, wait);
    case 502:
      return refuse(isSafe ? 'upstream-unavailable' : 'outcome-unknown', undefined, reason);
    case 503:
      return refuse(retryAfter === undefined ? 'upstream-unavailable' : 'upstream-busy', undefined, wait);
    default:
      return refuse(status < 500 ? 'business-rule' : 'upstream-failed', undefined, reason);
  }
}
