import { createHash } from 'node:crypto';
import { LEEWAY_SECONDS } from './check-claims.ts';
import { keySet, SIGNATURE_ALGORITHMS } from './keys.ts';
import { parseToken } from './parse-token.ts';
import type { ProofMemory } from './proof-memory.ts';

/** What a proof must be about. */
export interface ProvenRequest {
  readonly method: string;
  /** Canonical path, without query. */
  readonly path: string;
  readonly accessToken: string;
  /** The key that the token is bound to: its RFC 7638 thumbprint. */
  readonly keyThumbprint: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Checks proofs of possession (RFC 9449 §4.3). */
export interface DpopProofs {
  /** Undefined when the proof holds; else why not, for the record only. Never throws. */
  check(proof: string, request: ProvenRequest): string | undefined;
}

/** So old may a proof be, seconds. A client makes one for every request. */
export const PROOF_SECONDS = 60;

/**
 * `publicUrl` is where clients reach this gateway: a proof made for another place is none, whatever the request says of its
 * host. Every proof is good once; those made before `startedAt` (milliseconds) may have been used before a restart.
 */
export function dpopProofs(options: {
  readonly publicUrl: () => string;
  readonly used: ProofMemory;
  readonly startedAt: number;
}): DpopProofs {
  const { publicUrl, used, startedAt } = options;
  return {
    check(proof, request) {
      const parsed = parseToken(proof);
      if (typeof parsed === 'string') return `proof: ${parsed}`;
      const { alg, typ, jwk } = parsed.header;
      const algorithm = SIGNATURE_ALGORITHMS.find((one) => one === alg);
      if (algorithm === undefined) return 'proof: algorithm';
      if (typeof typ !== 'string' || typ.toLowerCase() !== 'dpop+jwt') return 'proof: type';
      if ('crit' in parsed.header || 'b64' in parsed.header) return 'proof: critical header';
      if (!isPublicKey(jwk)) return 'proof: key';
      if (thumbprint(jwk) !== request.keyThumbprint) return 'proof: of another key';
      if (!holds(jwk, algorithm, parsed.signed, parsed.signature)) return 'proof: signature';
      const { htm, htu, iat, jti, ath } = parsed.claims;
      if (htm !== request.method) return 'proof: method';
      if (typeof htu !== 'string' || !isPlace(htu, publicUrl(), request.path)) return 'proof: address';
      if (ath !== digest(request.accessToken)) return 'proof: of another token';
      if (typeof jti !== 'string' || jti === '' || jti.length > 256) return 'proof: id';
      const seconds = request.now / 1000;
      if (typeof iat !== 'number' || !(iat <= seconds + LEEWAY_SECONDS)) return 'proof: from the future';
      if (iat < seconds - PROOF_SECONDS) return 'proof: too old';
      if (iat < Math.floor(startedAt / 1000)) return 'proof: older than this gateway';
      return used.use(request.keyThumbprint, jti, request.now) ? undefined : 'proof: used before';
    },
  };
}

type PublicJwk = Readonly<Record<string, unknown>>;

/** RFC 9449 §4.3 point 7: no private part may come along. A symmetric key has one, too. */
function isPublicKey(jwk: unknown): jwk is PublicJwk {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return false;
  return !['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => name in jwk);
}

function holds(jwk: PublicJwk, algorithm: (typeof SIGNATURE_ALGORITHMS)[number], signed: string, signature: Buffer) {
  try {
    return keySet({ keys: [jwk] }).find(algorithm, undefined)?.(signed, signature) === true;
  } catch {
    return false;
  }
}

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** RFC 7638 §3: SHA-256 over the members that make the key, in order, nothing else. */
function thumbprint(jwk: PublicJwk): string | undefined {
  const { kty } = jwk;
  const names = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined;
  return names && digest(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** RFC 9449 §4.3 point 9: without query and fragment, compared in normal form. */
function isPlace(htu: string, publicUrl: string, path: string): boolean {
  const named = URL.parse(htu);
  const own = URL.parse(publicUrl);
  if (named === null || own === null || named.username !== '' || named.password !== '') return false;
  return named.origin === own.origin && named.pathname === own.pathname.replace(/\/$/, '') + path;
}
