import { type ProblemCode, problemTitle } from '../../gateway/problems.ts';
import type { FaultName, OdooFault } from '../wire/fault.ts';
import type { RpcMessage } from '../wire/rpc-request.ts';

/** What an Odoo client is told where the pipeline refuses. Complete, so that no problem ever lacks an answer. */
const FAULTS: Readonly<Record<ProblemCode, FaultName>> = {
  // admit
  'request-malformed': 'builtins.ValueError',
  'path-not-canonical': 'werkzeug.exceptions.NotFound',
  'request-timeout': 'builtins.ValueError',
  'network-not-allowed': 'odoo.exceptions.AccessError',
  'body-too-large': 'builtins.ValueError',
  'header-too-large': 'builtins.ValueError',
  'uri-too-long': 'builtins.ValueError',
  // identify
  'token-missing': 'odoo.exceptions.AccessDenied',
  'token-invalid': 'odoo.exceptions.AccessDenied',
  'token-expired': 'odoo.exceptions.AccessDenied',
  'token-revoked': 'odoo.exceptions.AccessDenied',
  'issuer-unavailable': 'werkzeug.exceptions.ServiceUnavailable',
  'attempts-exhausted': 'odoo.exceptions.AccessDenied',
  // authorize
  'not-found': 'werkzeug.exceptions.NotFound',
  'method-not-allowed': 'werkzeug.exceptions.NotFound',
  'grant-missing': 'odoo.exceptions.AccessError',
  'grant-expired': 'odoo.exceptions.AccessError',
  'operation-not-granted': 'odoo.exceptions.AccessError',
  'outside-window': 'odoo.exceptions.AccessError',
  'claim-missing': 'odoo.exceptions.AccessError',
  'version-retired': 'werkzeug.exceptions.NotFound',
  // limit
  'rate-limited': 'werkzeug.exceptions.TooManyRequests',
  'quota-exhausted': 'werkzeug.exceptions.TooManyRequests',
  'concurrency-limited': 'werkzeug.exceptions.TooManyRequests',
  'limits-unavailable': 'werkzeug.exceptions.ServiceUnavailable',
  // validate
  'content-type-unsupported': 'builtins.ValueError',
  'content-encoding-unsupported': 'builtins.ValueError',
  'body-malformed': 'builtins.ValueError',
  'parameter-unknown': 'builtins.TypeError',
  'parameter-invalid': 'builtins.ValueError',
  'body-invalid': 'odoo.exceptions.ValidationError',
  'field-not-granted': 'builtins.ValueError',
  'field-not-writable': 'odoo.exceptions.AccessError',
  'idempotency-key-missing': 'builtins.ValueError',
  'idempotency-key-reused': 'builtins.ValueError',
  'idempotency-in-progress': 'odoo.exceptions.LockError',
  'idempotency-unavailable': 'werkzeug.exceptions.ServiceUnavailable',
  // upstream
  'record-not-found': 'odoo.exceptions.MissingError',
  duplicate: 'odoo.exceptions.ValidationError',
  'already-set': 'odoo.exceptions.ValidationError',
  conflict: 'odoo.exceptions.LockError',
  'business-rule': 'odoo.exceptions.UserError',
  'upstream-refused': 'builtins.RuntimeError',
  'upstream-failed': 'builtins.RuntimeError',
  'upstream-answer-invalid': 'builtins.RuntimeError',
  'upstream-unavailable': 'werkzeug.exceptions.ServiceUnavailable',
  'upstream-busy': 'werkzeug.exceptions.ServiceUnavailable',
  'upstream-timeout': 'builtins.RuntimeError',
  'outcome-unknown': 'builtins.RuntimeError',
  // own
  'client-gone': 'builtins.RuntimeError',
  'record-not-durable': 'werkzeug.exceptions.ServiceUnavailable',
  draining: 'werkzeug.exceptions.ServiceUnavailable',
  'internal-error': 'builtins.RuntimeError',
};

/** Refusals after which nobody is known: a session has ended, a bearer is told with a status. */
const UNKNOWN_CALLER: ReadonlySet<ProblemCode> = new Set([
  'token-missing',
  'token-invalid',
  'token-expired',
  'token-revoked',
]);
const DENIED: OdooFault = { name: 'odoo.exceptions.AccessDenied', message: 'Access Denied' };
const ENDED: OdooFault = { name: 'odoo.http.SessionExpiredException', message: 'Session expired' };
const UNAUTHORIZED: OdooFault = { name: 'werkzeug.exceptions.Unauthorized', message: 'Invalid apikey' };

/** The fault of a problem, with the problem's own title: nothing of this request, and nothing of Odoo. */
export function faultOf(code: ProblemCode): OdooFault {
  const name = FAULTS[code];
  return name === DENIED.name ? DENIED : { name, message: problemTitle(code) };
}

/** The same, as the way in which the client proved itself has it. */
export function faultFor(
  code: ProblemCode,
  { request, protocol }: Pick<RpcMessage, 'request' | 'protocol'>,
): OdooFault {
  if (UNKNOWN_CALLER.has(code)) {
    if (request.kind === 'session-info') return ENDED;
    if (request.kind === 'call' && request.credential.type === 'session') return ENDED;
    if (protocol === 'json2') return UNAUTHORIZED;
  }
  if (code === 'attempts-exhausted' && protocol === 'json2') {
    return { name: 'werkzeug.exceptions.TooManyRequests', message: problemTitle(code) };
  }
  return faultOf(code);
}

/** Whether a login with this end is answered with `false`, as Odoo answers one with a wrong password. */
export function isFailedLogin(code: ProblemCode): boolean {
  return UNKNOWN_CALLER.has(code) || code === 'attempts-exhausted';
}
