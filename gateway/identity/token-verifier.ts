import { checkClaims, LEEWAY_SECONDS, type TokenFault, tokenFault, type VerifiedToken } from './check-claims.ts';
import type { Issuers, TrustedIssuer } from './issuers.ts';
import { type CheckSignature, type KeySet, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './keys.ts';
import { type ParsedToken, parseToken } from './parse-token.ts';
import { tokenCache } from './token-cache.ts';

export interface TokenVerifier {
  /**
   * Verifies an RFC 9068 access token; `now` in milliseconds since the epoch. Answers at once unless the issuer's keys
   * have to be fetched. Revocation is not looked at here: it may change while a token is cached. Never throws.
   */
  verify(token: string, now: number): VerifiedToken | TokenFault | Promise<VerifiedToken | TokenFault>;
}

interface Cached {
  readonly verified: VerifiedToken;
  readonly issuer: TrustedIssuer;
  /** The key set that vouched for the token: when the issuer has another one the token is verified again. */
  readonly keys: KeySet;
}

/** `environment` is the gateway's own: a token for another one is refused. */
export function tokenVerifier(issuers: Issuers, environment: string, capacity = 10_000): TokenVerifier {
  const cache = tokenCache<Cached>(capacity);

  function fromCache(token: string, now: number): VerifiedToken | undefined {
    const cached = cache.get(token);
    if (cached === undefined) return undefined;
    const alive = (cached.verified.expiresAt + LEEWAY_SECONDS) * 1000 > now;
    if (alive && cached.issuer.keys(now) === cached.keys) return cached.verified;
    cache.delete(token);
    return undefined;
  }

  function conclude(
    token: string,
    parsed: ParsedToken,
    named: NamedKey,
    issuer: TrustedIssuer,
    keys: KeySet,
    now: number,
  ) {
    const check = keys.find(named.algorithm, named.keyId);
    if (check === undefined) return tokenFault('token-invalid', 'no such key');
    if (!signatureHolds(check, parsed)) return tokenFault('token-invalid', 'signature');
    const verified = checkClaims(parsed, issuer, environment, now);
    if (!('fault' in verified)) cache.set(token, { verified, issuer, keys });
    return verified;
  }

  return {
    verify(token, now) {
      const known = fromCache(token, now);
      if (known !== undefined) return known;
      const parsed = parseToken(token);
      if (typeof parsed === 'string') return tokenFault('token-invalid', parsed);
      const { iss } = parsed.claims;
      const issuer = typeof iss === 'string' ? issuers.find(iss) : undefined;
      if (issuer === undefined) return tokenFault('token-invalid', 'issuer');
      const named = readHeader(parsed, issuer);
      if (typeof named === 'string') return tokenFault('token-invalid', named);
      const keys = issuer.keys(now);
      if (keys !== undefined && !mayBeNew(keys, named)) return conclude(token, parsed, named, issuer, keys, now);
      const fetched = issuer.refresh(now);
      if (fetched === undefined) {
        return keys === undefined
          ? tokenFault('issuer-unavailable', 'no usable keys')
          : tokenFault('token-invalid', 'no such key');
      }
      return fetched.then((fresh) =>
        fresh === undefined
          ? tokenFault('issuer-unavailable', 'no usable keys')
          : conclude(token, parsed, named, issuer, fresh, now),
      );
    },
  };
}

interface NamedKey {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string | undefined;
}

/**
 * Which key the header asks for, or what is wrong with it (RFC 9068 §4, RFC 8725 §3.1).
 * Keys brought along or pointed at (`jwk`, `jku`, `x5c`, `x5u`) are not read, and no extension is understood.
 */
function readHeader({ header }: ParsedToken, issuer: TrustedIssuer): NamedKey | string {
  const { alg, typ, kid } = header;
  const algorithm = SIGNATURE_ALGORITHMS.find((one) => one === alg);
  if (algorithm === undefined || !issuer.algorithms.has(algorithm)) return 'algorithm';
  if (typeof typ !== 'string' || !typeFits(typ.toLowerCase(), issuer)) return 'type';
  if ('crit' in header || 'b64' in header) return 'critical header';
  if (kid === undefined) return { algorithm, keyId: undefined };
  return typeof kid === 'string' && kid.length > 0 && kid.length <= 256 ? { algorithm, keyId: kid } : 'key id';
}

function typeFits(type: string, issuer: TrustedIssuer): boolean {
  return type === 'at+jwt' || type === 'application/at+jwt' || (issuer.acceptsGenericType && type === 'jwt');
}

/** The issuer may have a key that has not been seen here; only a key with a name is worth asking for. */
function mayBeNew(keys: KeySet, { algorithm, keyId }: NamedKey): boolean {
  return keyId !== undefined && keys.find(algorithm, keyId) === undefined;
}

function signatureHolds(check: CheckSignature, parsed: ParsedToken): boolean {
  try {
    return check(parsed.signed, parsed.signature);
  } catch {
    return false;
  }
}
