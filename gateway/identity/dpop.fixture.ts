import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/** A client's key for proofs of possession (RFC 9449). */
export interface ProofKey {
  readonly jwk: Readonly<Record<string, unknown>>;
  /** RFC 7638, as tokens name it in `cnf.jkt`. */
  readonly thumbprint: string;
  /** A proof; `claims` and `header` replace its members, undefined removes one. */
  prove(
    about: ProofSubject,
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): string;
}

export interface ProofSubject {
  readonly method: string;
  readonly url: string;
  readonly token?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function proofKey(): ProofKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const jwk = { kty, crv, x, y };
  return {
    jwk,
    thumbprint: digest(JSON.stringify({ crv, kty, x, y })),
    prove({ method, url, token, now }, claims = {}, header = {}) {
      const ath = token === undefined ? {} : { ath: digest(token) };
      const payload = { htm: method, htu: url, iat: Math.floor(now / 1000), jti: randomUUID(), ...ath, ...claims };
      return signed({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header }, payload, privateKey);
    },
  };
}

function signed(header: unknown, payload: unknown, key: KeyObject): string {
  const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
