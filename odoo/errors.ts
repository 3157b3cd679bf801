import { type ProblemCode, type Refusal, refuse } from '../gateway/problems.ts';
import type { TypedOutcome } from './typed-call.ts';

type Failure = Extract<TypedOutcome, { ok: false }>;

/** What a class of Odoo error means to the consumer. What stands in none of these is a failure of the upstream. */
const MEANING: Readonly<Record<string, ProblemCode>> = {
  // Our bot user lacks a right, or its key is no longer good: not the consumer's doing.
  AccessError: 'upstream-refused',
  AccessDenied: 'upstream-refused',
  Unauthorized: 'upstream-refused',
  Forbidden: 'upstream-refused',
  Http401: 'upstream-refused',
  Http403: 'upstream-refused',
  MissingError: 'record-not-found',
  ValidationError: 'business-rule',
  UserError: 'business-rule',
  RedirectWarning: 'business-rule',
  LockError: 'conflict',
  SerializationFailure: 'conflict',
  DeadlockDetected: 'conflict',
  LockNotAvailable: 'conflict',
  ConcurrencyError: 'conflict',
  Http429: 'upstream-busy',
  Http503: 'upstream-busy',
  TooManyRequests: 'upstream-busy',
  ServiceUnavailable: 'upstream-busy',
  NotJson: 'upstream-answer-invalid',
};

/** Classes after which nobody can say whether a write took effect: a proxy gave up, or the answer was cut. */
const DOUBTFUL = /^(?:NotJson|Http(?:500|502|504|52\d))$/;

/** The refusal for a failed call. The texts are ours: Odoo's, with its record names, SQL and tracebacks, never leave. */
export function refusalOf(failure: Failure, isSafe: boolean): Refusal {
  const reason = { reason: `odoo:${failure.failure}` };
  if (!isSafe && (DOUBTFUL.test(failure.failure) || failure.failure === 'CannotMarshalNone')) {
    return refuse('outcome-unknown', undefined, reason);
  }
  const code = Object.hasOwn(MEANING, failure.failure) ? MEANING[failure.failure] : undefined;
  switch (code) {
    case 'upstream-busy':
      return refuse(code, undefined, { ...reason, headers: ['retry-after', failure.retryAfter ?? '5'] });
    case 'business-rule':
      return refuse(code, 'A rule of the system of record does not allow this.', reason);
    default:
      return refuse(code ?? 'upstream-failed', undefined, reason);
  }
}
