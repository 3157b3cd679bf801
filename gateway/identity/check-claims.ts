import type { ParsedToken } from './parse-token.ts';

/** Clocks may differ by this much, seconds. */
export const LEEWAY_SECONDS = 30;
/** A token that lives longer is refused whoever issued it; revocations are kept for as long. */
export const MAXIMUM_LIFETIME_SECONDS = 86_400;

/** What the claims of one issuer's tokens must say. */
export interface ClaimRules {
  readonly url: string;
  /** Name of the issuer in the catalog; '' for the embedded authorization server. */
  readonly catalogName: string;
  readonly audience: string;
  /** Claim that names the environment a token is for. */
  readonly environmentClaim: string;
  /** True: a token that names no environment is refused. */
  readonly environmentRequired: boolean;
}

/** A token whose signature and claims hold (RFC 9068 §4). Times are seconds since the epoch. */
export interface VerifiedToken {
  /** '' for the embedded authorization server. */
  readonly issuer: string;
  readonly clientId: string;
  /** `<issuer> <client id>`: how a snapshot and the revocation list name the client. */
  readonly clientKey: string;
  readonly subject: string;
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** SHA-256 of the client certificate that the token is bound to (RFC 8705 §3.1). */
  readonly certificateThumbprint: string | undefined;
  /** RFC 7638 thumbprint of the key that must prove each request (DPoP, RFC 9449 §6.1). */
  readonly keyThumbprint: string | undefined;
  /** The token is bound in a way that cannot be checked here: it must not be used as a plain one. */
  readonly boundOtherwise: boolean;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a token is refused. `reason` is for the record, never for the client. */
export interface TokenFault {
  readonly fault: 'token-invalid' | 'token-expired' | 'issuer-unavailable';
  readonly reason: string;
}

export function tokenFault(fault: TokenFault['fault'], reason: string): TokenFault {
  return { fault, reason };
}

/** Checks the claims of a token whose signature holds; `now` in milliseconds. */
export function checkClaims(
  { claims }: ParsedToken,
  rules: ClaimRules,
  environment: string,
  now: number,
): VerifiedToken | TokenFault {
  const { iss, aud, exp, nbf, iat, sub, jti } = claims;
  const seconds = now / 1000;
  if (iss !== rules.url) return invalid('issuer');
  if (!holdsAudience(aud, rules.audience)) return invalid('audience');
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return invalid('times');
  if (iat > seconds + LEEWAY_SECONDS) return invalid('issued in the future');
  if (nbf !== undefined && nbf > seconds + LEEWAY_SECONDS) return invalid('not valid yet');
  if (exp - iat > MAXIMUM_LIFETIME_SECONDS) return invalid('lives too long');
  if (exp + LEEWAY_SECONDS <= seconds) return tokenFault('token-expired', 'expired');
  const clientId = clientOf(claims);
  if (clientId === undefined) return invalid('client');
  if (!isName(sub)) return invalid('subject');
  if (!isName(jti)) return invalid('token id');
  const named = claims[rules.environmentClaim];
  if (named === undefined ? rules.environmentRequired : named !== environment) return invalid('environment');
  const binding = bindingOf(claims.cnf);
  if (binding === undefined) return invalid('confirmation');
  return {
    issuer: rules.catalogName,
    clientId,
    clientKey: `${rules.catalogName} ${clientId}`,
    subject: sub,
    tokenId: jti,
    issuedAt: iat,
    expiresAt: exp,
    ...binding,
    claims,
  };
}

function invalid(reason: string): TokenFault {
  return tokenFault('token-invalid', reason);
}

function holdsAudience(aud: unknown, ours: string): boolean {
  if (typeof aud === 'string') return aud === ours;
  return Array.isArray(aud) && aud.every((one) => typeof one === 'string') && aud.includes(ours);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 256;
}

/** `client_id` (RFC 9068 §2.2), or `azp` of issuers that have only that; two that differ are none. */
function clientOf({ client_id: clientId, azp }: Readonly<Record<string, unknown>>): string | undefined {
  const one = clientId ?? azp;
  if (!isName(one) || (azp !== undefined && azp !== one)) return undefined;
  return one;
}

type Binding = Pick<VerifiedToken, 'certificateThumbprint' | 'keyThumbprint' | 'boundOtherwise'>;

const UNBOUND: Binding = { certificateThumbprint: undefined, keyThumbprint: undefined, boundOtherwise: false };
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/** RFC 7800 §3.1: an unknown kind of confirmation is a binding all the same; undefined: not a confirmation at all. */
function bindingOf(cnf: unknown): Binding | undefined {
  if (cnf === undefined) return UNBOUND;
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return undefined;
  const members = Object.entries(cnf);
  const [only] = members;
  if (members.length === 1 && only?.[0] === 'x5t#S256' && typeof only[1] === 'string') {
    return { ...UNBOUND, certificateThumbprint: only[1] };
  }
  if (members.length === 1 && only?.[0] === 'jkt' && typeof only[1] === 'string' && THUMBPRINT.test(only[1])) {
    return { ...UNBOUND, keyThumbprint: only[1] };
  }
  return { ...UNBOUND, boundOtherwise: true };
}
