import type { Caller, Exchange } from '../gateway/exchange.ts';
import type { TokenFault, VerifiedToken } from '../gateway/identity/check-claims.ts';
import type { RevocationList } from '../gateway/identity/revocations.ts';
import type { TokenVerifier } from '../gateway/identity/token-verifier.ts';
import type { OperationPolicy, Verdict } from '../gateway/policy.ts';
import { type ProblemCode, type Refusal, refuse } from '../gateway/problems.ts';

export interface IdentifyJwtParts {
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
}

const REALM = 'Bearer realm="portcullis"';
/** RFC 6750 §2.1. What stands behind the scheme is taken apart by the verifier, strictly, when it has not seen it before. */
const SCHEME = /^Bearer +/i;
const SPACE = 0x20;
const TOKEN_IN_QUERY = /(?:^|&)access_token(?:=|&|$)/i;

/**
 * Identifies the caller by a bearer access token (RFC 6750 §2.1) and by nothing else: exactly one Authorization header,
 * no token in the query. Sets `exchange.caller`. What is wrong with a token goes into the record, not to the client.
 */
export function identifyJwt({ verifier, revocations }: IdentifyJwtParts): OperationPolicy {
  function conclude(exchange: Exchange, verified: VerifiedToken | TokenFault): Verdict {
    if ('fault' in verified) return refuseToken(verified.fault, verified.reason);
    const revoked = revocations.check(verified);
    if (revoked === 'revoked') return refuseToken('token-revoked', 'revoked');
    if (revoked === 'unknown') return refuseToken('issuer-unavailable', 'revocations are not current');
    const caller = callerOf(exchange, verified);
    if (typeof caller === 'string') return refuseToken('token-invalid', caller);
    exchange.caller = caller;
    return undefined;
  }

  function enforce(exchange: Exchange): Verdict | Promise<Verdict> {
    const token = bearerToken(exchange);
    if (typeof token !== 'string') return token;
    const verified = verifier.verify(token, exchange.receivedAt);
    return verified instanceof Promise
      ? verified.then((late) => conclude(exchange, late))
      : conclude(exchange, verified);
  }

  return { name: 'identify-jwt', stage: 'identify', prepare: () => enforce };
}

/** The consumer behind the token, or why there is none (for the record). */
function callerOf(exchange: Exchange, token: VerifiedToken): Caller | string {
  const { snapshot } = exchange;
  const consumer = snapshot.clients.get(token.clientKey);
  if (consumer === undefined) return 'unknown client';
  if (consumer.spec.status === 'disabled') return 'consumer disabled';
  if (consumer.spec.environment !== snapshot.environment) return 'consumer of another environment';
  if (token.boundOtherwise) return 'binding not supported';
  if (token.certificateThumbprint === undefined) {
    if (consumer.spec.tokenBinding === 'mtls') return 'token not bound to a certificate';
  } else if (token.certificateThumbprint !== exchange.certificateThumbprint) {
    return 'bound to another certificate';
  }
  return {
    consumer,
    clientId: token.clientId,
    issuer: token.issuer,
    subject: token.subject,
    tokenId: token.tokenId,
    claims: token.claims,
  };
}

function bearerToken({ rawHeaders, query }: Exchange): string | Refusal {
  if (query !== '' && TOKEN_IN_QUERY.test(query)) return refuseRequest('token in the query');
  let value: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue;
    if (value !== undefined) return refuseRequest('two Authorization headers');
    value = rawHeaders[at + 1];
  }
  if (value === undefined) return refuse('token-missing', undefined, { headers: ['www-authenticate', REALM] });
  if (value.startsWith('Bearer ') && value.charCodeAt(7) !== SPACE) return value.slice(7);
  const scheme = SCHEME.exec(value)?.[0];
  return scheme === undefined ? refuseToken('token-invalid', 'not a bearer token') : value.slice(scheme.length);
}

/** RFC 6750 §3.1 `invalid_request`. */
function refuseRequest(reason: string): Refusal {
  return refuse('request-malformed', 'Send one access token, in the Authorization header.', {
    headers: ['www-authenticate', `${REALM}, error="invalid_request"`],
    reason,
  });
}

/** RFC 6750 §3.1 `invalid_token`; an issuer that cannot be reached is no fault of the token. */
function refuseToken(code: ProblemCode, reason: string): Refusal {
  const headers =
    code === 'issuer-unavailable' ? ['retry-after', '5'] : ['www-authenticate', `${REALM}, error="invalid_token"`];
  return refuse(code, undefined, { headers, reason });
}
