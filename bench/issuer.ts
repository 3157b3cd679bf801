import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An authorization server of the bench: one RSA key, one token, which every candidate verifies. */
export interface BenchIssuer {
  readonly url: string;
  readonly audience: string;
  readonly clientId: string;
  /** PEM. */
  readonly publicKey: string;
  /** Signed RS256, valid for an hour. */
  readonly token: string;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<BenchIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }] };
  let url = '';
  const server = createServer((request, response) => {
    const metadata = { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}/token` };
    response.setHeader('content-type', 'application/json');
    if (request.url === '/jwks') response.end(JSON.stringify(keys));
    else if (request.url?.includes('/.well-known/')) response.end(JSON.stringify(metadata));
    else response.writeHead(404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const audience = 'urn:portcullis:production';
  const clientId = 'bench-client';
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: url,
    aud: audience,
    sub: clientId,
    client_id: clientId,
    env: 'production',
    jti: randomUUID(),
    iat: now,
    exp: now + 3600,
  };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: 'bench' })}.${encode(claims)}`;
  return {
    url,
    audience,
    clientId,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    token: `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
