import type { IncomingMessage } from 'node:http';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { RevocableToken, RevocationList } from '../gateway/identity/revocations.ts';
import type { TokenVerifier } from '../gateway/identity/token-verifier.ts';
import type { Snapshot } from '../gateway/plan.ts';
import type { ReadSecret } from '../gateway/secrets.ts';
import { type AccountSource, noAccounts } from './accounts.ts';
import type { LoginAttempts } from './login-attempts.ts';
import { loginRoutes } from './login-routes.ts';
import { oauthClients } from './oauth-clients.ts';
import { cookieKey, type OAuthProvider, oauthProvider } from './oauth-provider.ts';
import { oauthStorage } from './oauth-storage.ts';
import type { KeysInForce, Rotation, SigningKeys } from './signing-keys.ts';
import { structuredTokens } from './structured-tokens.ts';
import type { TokenGate } from './token-endpoints.ts';

export interface AuthorizationServerOptions {
  /** `https://admin.example.com/oauth`: where the server is reached, and `iss` of its tokens. Needs a path. */
  readonly issuer: string;
  /** `aud` of its tokens: the gateway. An absolute URI (RFC 8707 §2). */
  readonly audience: string;
  readonly snapshot: () => Snapshot;
  readonly readSecret: ReadSecret;
  readonly keys: SigningKeys;
  /** Verifies the server's own tokens for introspection and revocation: the gateway's own, its embedded issuer being this server. */
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  /** Bounds how often clients ask. */
  readonly gate: TokenGate;
  /** Default: nobody can log in. */
  readonly accounts?: AccountSource;
  readonly attempts?: LoginAttempts;
  /** Hears what went wrong inside; clients learn nothing of it. `subject` is a client id, or ''. */
  readonly onFault: (subject: string, error: unknown) => void;
}

/** The embedded OAuth 2.0 authorization server. */
export interface AuthorizationServer {
  /** An Express handler for the root of the host: serves the issuer's path and the metadata beside it (RFC 8414 §3.1). */
  readonly handler: RequestHandler;
  /** The public JWK Set in force, for the gateway in the same process. The same object as long as nothing changes. */
  publicKeys(now: number): unknown;
  rotateKeys(now: number, options?: { readonly compromised?: boolean }): Promise<Rotation>;
  /** Refuses all tokens that a client (`<issuer> <client id>`) has, refresh tokens included. */
  revokeClient(clientKey: string, now: number): Promise<void>;
}

const MAXIMUM_AUTHORIZATIONS = 20_000;

export function authorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const { issuer, keys, revocations, onFault } = options;
  const { origin, pathname: path } = checkedIssuer(issuer);
  const clients = oauthClients({ snapshot: options.snapshot, readSecret: options.readSecret, onFault });
  const storage = oauthStorage();
  const accounts = options.accounts ?? noAccounts;
  const issued = issuedByGrant();
  const shared = {
    issuer,
    audience: options.audience,
    environment: options.snapshot().environment,
    clients,
    accounts,
    storage,
    gate: options.gate,
    structured: structuredTokens({ verifier: options.verifier, revocations }),
    cookieKeys: [cookieKey()],
    startedAt: Date.now(),
    onFault: (error: unknown) => onFault('', error),
    onIssued: issued.add,
    onGrantRevoked(grantId: string) {
      for (const token of issued.take(grantId)) {
        revocations.revokeToken(token, Date.now()).catch((error: unknown) => onFault('', error));
      }
    },
  };

  let running: { readonly keys: KeysInForce; readonly provider: OAuthProvider } | undefined;
  /** Keys are given to the library when it is made, so another set takes another one; requests under way end on theirs. */
  function provider(): OAuthProvider {
    const current = keys.at(Date.now());
    if (running?.keys !== current) running = { keys: current, provider: oauthProvider({ ...shared, keys: current }) };
    return running.provider;
  }
  provider();

  const login = loginRoutes({
    provider,
    accounts,
    origin,
    clientName: (clientId) => clients.find(clientId)?.consumer.metadata.title ?? clientId,
    ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
  });
  const router = Router({ caseSensitive: true, strict: true });
  for (const document of ['oauth-authorization-server', 'openid-configuration']) {
    router.get(`/.well-known/${document}${path}`, (request, response) => {
      request.originalUrl = `${path}/.well-known/${document}`;
      request.url = `/.well-known/${document}`;
      serve(request, response);
    });
  }
  router.use(`${path}/interaction`, login);
  router.use(path, serve);

  function serve(request: Request, response: Response): void {
    claimIssuer(request, issuer);
    // RFC 6749 §5.1, and for errors alike; metadata and keys are public and say so by not being told otherwise.
    if (request.method !== 'GET' || !/^\/(?:\.well-known\/|jwks)/.test(request.url)) {
      response.setHeader('cache-control', 'no-store');
    }
    if (request.method === 'GET') request.url = withScope(request.url);
    provider().handle(request, response);
  }

  return {
    handler: router,
    publicKeys: (now) => keys.at(now).publicKeys,
    rotateKeys: (now, more) => keys.rotate(now, more),
    async revokeClient(clientKey, now) {
      if (clientKey.startsWith(' ')) storage.forgetClient(clientKey.slice(1));
      await revocations.revokeClient(clientKey, now);
    },
  };
}

function checkedIssuer(issuer: string): URL {
  const url = URL.parse(issuer);
  if (url === null || url.search !== '' || url.hash !== '' || url.href !== issuer) {
    throw new Error(`the issuer ${issuer} is not a URL in normal form without query and fragment`);
  }
  if (url.pathname === '/' || url.pathname.endsWith('/')) {
    throw new Error(`the issuer ${issuer} needs a path without a slash at its end, such as /oauth`);
  }
  return url;
}

/**
 * The library builds addresses, and the audiences it accepts in assertions, from what a request says of itself. Only the
 * configured issuer counts: else an assertion made for another server would pass here under that server's Host.
 */
function claimIssuer(request: IncomingMessage, issuer: string): void {
  const { host, protocol } = new URL(issuer);
  request.headers.host = host;
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  delete request.headers['x-forwarded-host'];
  delete request.headers[':authority'];
}

/** A client that only wants access tokens need not know OpenID's scope (RFC 6749 §3.3 lets a server have a default). */
function withScope(url: string): string {
  if (!url.startsWith('/auth?')) return url;
  const query = new URLSearchParams(url.slice(6));
  return query.has('scope') ? url : `${url}&scope=openid`;
}

interface IssuedByGrant {
  add(grantId: string, token: RevocableToken): void;
  /** Tokens of the authorization that may still be alive; forgets them. */
  take(grantId: string): readonly RevocableToken[];
}

/** Which access tokens an authorization led to: they go with it (RFC 7009 §2.1). Bounded; the oldest is forgotten. */
function issuedByGrant(): IssuedByGrant {
  const byGrant = new Map<string, RevocableToken[]>();
  return {
    add(grantId, token) {
      const now = Date.now() / 1000;
      const alive = (byGrant.get(grantId) ?? []).filter(({ expiresAt }) => expiresAt > now).slice(-100);
      byGrant.delete(grantId);
      byGrant.set(grantId, [...alive, token]);
      if (byGrant.size > MAXIMUM_AUTHORIZATIONS)
        for (const oldest of byGrant.keys()) return void byGrant.delete(oldest);
    },
    take(grantId) {
      const tokens = byGrant.get(grantId) ?? [];
      byGrant.delete(grantId);
      return tokens;
    },
  };
}
