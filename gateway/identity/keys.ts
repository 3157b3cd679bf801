import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** Signature algorithms a token may use (RFC 7518 §3.1, RFC 8037). Neither `none` nor a symmetric one can be named. */
export const SIGNATURE_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** A JSON Web Key as it came (RFC 7517); nothing in it is trusted before `keySet` has looked at it. */
export type Jwk = Readonly<Record<string, unknown>>;

/** Checks `signature` over `signed` (the ASCII of `header.payload`) with the key it was made for. */
export type CheckSignature = (signed: string, signature: Buffer) => boolean;

/** The public keys of one issuer at one moment. A new object means that something changed. */
export interface KeySet {
  readonly size: number;
  /** The one key for this algorithm and key id. Without a key id only a set of one key answers; two that fit are none. */
  find(algorithm: SignatureAlgorithm, keyId: string | undefined): CheckSignature | undefined;
}

const MAXIMUM_KEYS = 100;
const MINIMUM_RSA_BITS = 2048;

interface Entry {
  readonly keyId: string | undefined;
  readonly checks: ReadonlyMap<SignatureAlgorithm, CheckSignature>;
}

/** Compiles a JWK Set (RFC 7517 §5). Keys of other kinds or uses are left out; throws when the shape is wrong. */
export function keySet(jwks: unknown): KeySet {
  const keys = isObject(jwks) ? jwks.keys : undefined;
  if (!Array.isArray(keys)) throw new Error('the key set has no "keys" array');
  if (keys.length > MAXIMUM_KEYS) throw new Error(`the key set has more than ${MAXIMUM_KEYS} keys`);
  const entries = keys.map(compile).filter((entry) => entry !== undefined);
  const byId = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.keyId === undefined) continue;
    const same = byId.get(entry.keyId);
    if (same === undefined) byId.set(entry.keyId, [entry]);
    else same.push(entry);
  }
  return {
    size: entries.length,
    find(algorithm, keyId) {
      if (keyId === undefined) return keys.length === 1 ? entries[0]?.checks.get(algorithm) : undefined;
      let found: CheckSignature | undefined;
      for (const entry of byId.get(keyId) ?? []) {
        const check = entry.checks.get(algorithm);
        if (check === undefined) continue;
        if (found !== undefined) return undefined;
        found = check;
      }
      return found;
    },
  };
}

function compile(jwk: unknown): Entry | undefined {
  if (!isObject(jwk)) return undefined;
  const { kid, use, alg, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') return undefined;
  if (Array.isArray(operations) && !operations.includes('verify')) return undefined;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: publicPart(jwk), format: 'jwk' });
  } catch {
    return undefined;
  }
  const checks = new Map<SignatureAlgorithm, CheckSignature>();
  for (const algorithm of algorithmsOf(key)) {
    const named = alg === undefined || alg === algorithm || (alg === 'Ed25519' && algorithm === 'EdDSA');
    if (named) checks.set(algorithm, checkWith(algorithm, key));
  }
  return { keyId: typeof kid === 'string' ? kid : undefined, checks };
}

/** Only what a public key is made of, so that a set that leaks private parts, or holds a symmetric key, gives no more. */
function publicPart(jwk: Jwk): JsonWebKey {
  const part: JsonWebKey = {};
  for (const name of ['kty', 'crv', 'n', 'e', 'x', 'y'] as const) {
    const value = jwk[name];
    if (typeof value === 'string') part[name] = value;
  }
  return part;
}

function algorithmsOf(key: KeyObject): readonly SignatureAlgorithm[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MINIMUM_RSA_BITS ? ['RS256', 'PS256'] : [];
    case 'ec':
      return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? ['ES256'] : [];
    case 'ed25519':
      return ['EdDSA'];
    default:
      return [];
  }
}

function checkWith(algorithm: SignatureAlgorithm, key: KeyObject): CheckSignature {
  switch (algorithm) {
    case 'RS256':
      return (signed, signature) => verify('sha256', Buffer.from(signed, 'latin1'), key, signature);
    case 'PS256': {
      const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
      return (signed, signature) => verify('sha256', Buffer.from(signed, 'latin1'), options, signature);
    }
    case 'ES256': {
      const options = { key, dsaEncoding: 'ieee-p1363' } as const;
      return (signed, signature) =>
        signature.length === 64 && verify('sha256', Buffer.from(signed, 'latin1'), options, signature);
    }
    case 'EdDSA':
      return (signed, signature) =>
        signature.length === 64 && verify(null, Buffer.from(signed, 'latin1'), key, signature);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
