import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SigningKey {
  readonly algorithm: 'RS256' | 'PS256' | 'ES256' | 'EdDSA';
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Made once per test file: RSA keys are slow to make. */
export const KEYS = {
  rs256: { algorithm: 'RS256', keyId: 'rs', ...rsa },
  ps256: { algorithm: 'PS256', keyId: 'rs', ...rsa },
  es256: { algorithm: 'ES256', keyId: 'es', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  edDsa: { algorithm: 'EdDSA', keyId: 'ed', ...generateKeyPairSync('ed25519') },
  /** In nobody's key set. */
  foreign: { algorithm: 'RS256', keyId: 'foreign', ...otherRsa },
} as const satisfies Record<string, SigningKey>;

export function jwkOf(key: SigningKey): Record<string, unknown> {
  return { ...key.publicKey.export({ format: 'jwk' }), kid: key.keyId };
}

export function jwks(...keys: SigningKey[]): { keys: Record<string, unknown>[] } {
  return { keys: keys.map(jwkOf) };
}

export const ISSUER = 'https://portcullis.test/oauth';
export const AUDIENCE = 'urn:portcullis:test';
/** A fixed moment, milliseconds. */
export const NOW = 1_800_000_000_000;

export function goodClaims(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const seconds = NOW / 1000;
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'web-shop',
    client_id: 'web-shop',
    jti: 'token-1',
    iat: seconds - 10,
    exp: seconds + 590,
    env: 'test',
    ...more,
  };
}

/** Signs any header and payload texts, sensible or not. */
export function compact(header: string, payload: string, key: SigningKey): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${signatureOf(signed, key).toString('base64url')}`;
}

export function token(
  key: SigningKey,
  claims: Readonly<Record<string, unknown>> = goodClaims(),
  header: Readonly<Record<string, unknown>> = {},
): string {
  const head = { alg: key.algorithm, typ: 'at+jwt', kid: key.keyId, ...header };
  return compact(JSON.stringify(head), JSON.stringify(claims), key);
}

/** A token "signed" with a secret, the classic confusion when that secret is a public key (CVE-2022-23540). */
export function hmacToken(secret: string | Buffer, claims = goodClaims(), keyId = 'rs'): string {
  const header = JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: keyId });
  const signed = `${encode(header)}.${encode(JSON.stringify(claims))}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function signatureOf(signed: string, { algorithm, privateKey: key }: SigningKey): Buffer {
  const data = Buffer.from(signed);
  switch (algorithm) {
    case 'RS256':
      return sign('sha256', data, key);
    case 'PS256':
      return sign('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    case 'ES256':
      return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, data, key);
  }
}

/** An authorization server elsewhere, whose every answer the test decides. */
export interface TestIssuer {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function testIssuer(keys: () => unknown, path = ''): Promise<TestIssuer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    issuer.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${origin}${path}`;
  const issuer: TestIssuer = {
    url,
    asked,
    answer(request, response) {
      response.setHeader('content-type', 'application/json');
      if (request.url === `/.well-known/oauth-authorization-server${path}`) {
        response.end(JSON.stringify({ issuer: url, jwks_uri: `${origin}/keys` }));
      } else if (request.url === '/keys') {
        response.end(JSON.stringify(keys()));
      } else {
        response.writeHead(404).end('{}');
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
