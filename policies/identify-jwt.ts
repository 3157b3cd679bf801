import type { ConsumerSpec } from '../catalog/documents.ts';
import type { Caller, Exchange } from '../gateway/exchange.ts';
import type { TokenFault, VerifiedToken } from '../gateway/identity/check-claims.ts';
import type { DpopProofs } from '../gateway/identity/dpop-proof.ts';
import { SIGNATURE_ALGORITHMS } from '../gateway/identity/keys.ts';
import type { RevocationList } from '../gateway/identity/revocations.ts';
import type { TokenVerifier } from '../gateway/identity/token-verifier.ts';
import type { Enforce, OperationPolicy, Verdict } from '../gateway/policy.ts';
import { type ProblemCode, type Refusal, refuse } from '../gateway/problems.ts';
import { headerLines } from './header-lines.ts';

export interface IdentifyJwtParts {
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  readonly proofs: DpopProofs;
}

const BEARER_REALM = 'Bearer realm="portcullis"';
const DPOP_REALM = `DPoP realm="portcullis", algs="${SIGNATURE_ALGORITHMS.join(' ')}"`;
/** What stands behind the scheme is taken apart by the verifier, strictly, when it has not seen it before. */
const SCHEME = /^(Bearer|DPoP) +/i;
const SPACE = 0x20;
const TOKEN_IN_QUERY = /(?:^|&)access_token(?:=|&|$)/i;

/** An access token as it came: as what everybody may use who has it, or with a proof that comes beside it. */
interface SentToken {
  readonly token: string;
  readonly scheme: 'bearer' | 'dpop';
}

/**
 * Identifies the caller by an access token (RFC 6750 §2.1, RFC 9449 §7.1) and by nothing else: exactly one Authorization
 * header, no token in the query. Sets `exchange.caller`. What is wrong with a token goes into the record, not to the client.
 */
export function identifyJwt(parts: IdentifyJwtParts): OperationPolicy {
  const enforce = identifyByToken(parts);
  return {
    name: 'identify-jwt',
    stage: 'identify',
    // A front has its own ways of knowing its callers.
    prepare: ({ front }) => (front === undefined ? enforce : undefined),
  };
}

/** What identify-jwt does, for whoever takes a token beside other credentials. */
export function identifyByToken({ verifier, revocations, proofs }: IdentifyJwtParts): Enforce {
  function conclude(exchange: Exchange, sent: SentToken, verified: VerifiedToken | TokenFault): Verdict {
    const { scheme } = sent;
    if ('fault' in verified) return refuseToken(scheme, verified.fault, verified.reason);
    const revoked = revocations.check(verified);
    if (revoked === 'revoked') return refuseToken(scheme, 'token-revoked', 'revoked');
    if (revoked === 'unknown') return refuseToken(scheme, 'issuer-unavailable', 'revocations are not current');
    const caller = callerOf(exchange, scheme, verified);
    if (typeof caller === 'string') return refuseToken(scheme, 'token-invalid', caller);
    // The proof last: it is used up, and nobody without a good token may fill the memory of used ones.
    const wrong = wrongProof(exchange, sent, verified, proofs);
    if (wrong !== undefined) return refuseToken(scheme, 'token-invalid', wrong, 'invalid_dpop_proof');
    exchange.caller = caller;
    return undefined;
  }

  return (exchange) => {
    const sent = sentToken(exchange);
    if ('kind' in sent) return sent;
    const verified = verifier.verify(sent.token, exchange.receivedAt);
    return verified instanceof Promise
      ? verified.then((late) => conclude(exchange, sent, late))
      : conclude(exchange, sent, verified);
  };
}

/** The consumer behind the token, or why there is none (for the record). */
function callerOf(exchange: Exchange, scheme: SentToken['scheme'], token: VerifiedToken): Caller | string {
  const { snapshot } = exchange;
  const consumer = snapshot.clients.get(token.clientKey);
  if (consumer === undefined) return 'unknown client';
  if (consumer.spec.status === 'disabled') return 'consumer disabled';
  if (consumer.spec.environment !== snapshot.environment) return 'consumer of another environment';
  const wrong = wrongBinding(exchange, scheme, token, consumer.spec.tokenBinding);
  if (wrong !== undefined) return wrong;
  return {
    consumer,
    clientId: token.clientId,
    issuer: token.issuer,
    subject: token.subject,
    tokenId: token.tokenId,
    claims: token.claims,
  };
}

/** A bound token is good only in the way it is bound, and an unbound one never where binding is demanded. */
function wrongBinding(
  exchange: Exchange,
  scheme: SentToken['scheme'],
  { certificateThumbprint, keyThumbprint, boundOtherwise }: VerifiedToken,
  demanded: ConsumerSpec['tokenBinding'],
): string | undefined {
  if (boundOtherwise) return 'binding not supported';
  if (demanded === 'mtls' && certificateThumbprint === undefined) return 'token not bound to a certificate';
  if (demanded === 'dpop' && keyThumbprint === undefined) return 'token not bound to a key';
  if (certificateThumbprint !== undefined && certificateThumbprint !== exchange.certificateThumbprint) {
    return 'bound to another certificate';
  }
  if (scheme === 'bearer' && keyThumbprint !== undefined) return 'bound to a key, but sent as a bearer token';
  if (scheme === 'dpop' && keyThumbprint === undefined) return 'not bound to a key, but sent as if it were';
  return undefined;
}

function wrongProof(
  exchange: Exchange,
  { token }: SentToken,
  { keyThumbprint }: VerifiedToken,
  proofs: DpopProofs,
): string | undefined {
  if (keyThumbprint === undefined) return undefined;
  const [proof, another] = headerLines(exchange.rawHeaders, 'dpop');
  if (proof === undefined) return 'proof: none';
  if (another !== undefined) return 'proof: two';
  const { method, path, receivedAt: now } = exchange;
  return proofs.check(proof, { method, path, accessToken: token, keyThumbprint, now });
}

function sentToken({ rawHeaders, query }: Exchange): SentToken | Refusal {
  if (query !== '' && TOKEN_IN_QUERY.test(query)) return refuseRequest('token in the query');
  let value: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue;
    if (value !== undefined) return refuseRequest('two Authorization headers');
    value = rawHeaders[at + 1];
  }
  if (value === undefined) return refuse('token-missing', undefined, { headers: ['www-authenticate', BEARER_REALM] });
  if (value.startsWith('Bearer ') && value.charCodeAt(7) !== SPACE) return { token: value.slice(7), scheme: 'bearer' };
  const [prefix, scheme] = SCHEME.exec(value) ?? [];
  if (prefix === undefined || scheme === undefined) return refuseToken('bearer', 'token-invalid', 'not a bearer token');
  return { token: value.slice(prefix.length), scheme: scheme.length === 4 ? 'dpop' : 'bearer' };
}

/** RFC 6750 §3.1 `invalid_request`. */
function refuseRequest(reason: string): Refusal {
  return refuse('request-malformed', 'Send one access token, in the Authorization header.', {
    headers: ['www-authenticate', `${BEARER_REALM}, error="invalid_request"`],
    reason,
  });
}

/** RFC 6750 §3.1, RFC 9449 §7.1; an issuer that cannot be reached is no fault of the token. */
function refuseToken(
  scheme: SentToken['scheme'],
  code: ProblemCode,
  reason: string,
  error: 'invalid_token' | 'invalid_dpop_proof' = 'invalid_token',
): Refusal {
  const realm = scheme === 'dpop' ? DPOP_REALM : BEARER_REALM;
  const headers =
    code === 'issuer-unavailable' ? ['retry-after', '5'] : ['www-authenticate', `${realm}, error="${error}"`];
  return refuse(code, undefined, { headers, reason });
}
