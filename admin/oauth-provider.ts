import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import {
  type Adapter,
  type AdapterPayload,
  type Configuration,
  errors,
  type InteractionResults,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { SIGNATURE_ALGORITHMS } from '../gateway/identity/keys.ts';
import type { RevocableToken } from '../gateway/identity/revocations.ts';
import type { AccountSource } from './accounts.ts';
import { errorPage } from './login-page.ts';
import type { OAuthClients } from './oauth-clients.ts';
import type { OAuthStorage } from './oauth-storage.ts';
import type { KeysInForce } from './signing-keys.ts';
import type { StructuredTokens } from './structured-tokens.ts';
import type { TokenGate } from './token-endpoints.ts';
import { LIMITED, tokenMiddleware } from './token-middleware.ts';
import { userClaims } from './user-claims.ts';

export interface OAuthProviderOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly environment: string;
  readonly clients: OAuthClients;
  readonly accounts: AccountSource;
  readonly storage: OAuthStorage;
  readonly structured: StructuredTokens;
  readonly gate: TokenGate;
  readonly keys: KeysInForce;
  readonly cookieKeys: readonly string[];
  /** When the server started, milliseconds: assertions used before are no longer remembered. */
  readonly startedAt: number;
  readonly onFault: (error: unknown) => void;
  /** Hears of every access token issued for a user, with the authorization behind it. */
  readonly onIssued: (grantId: string, token: RevocableToken) => void;
  /** Hears that an authorization was withdrawn, by revocation or because its code came twice (RFC 6749 §4.1.2). */
  readonly onGrantRevoked: (grantId: string) => void;
}

/** A log-in that is under way. */
export interface PendingLogin {
  readonly uid: string;
  readonly needsLogin: boolean;
  readonly clientId: string;
  readonly redirectUri: string;
}

/** `consent`: the user is known already and agrees, which the catalog has done for everybody. */
export type LoginOutcome = { readonly login: string } | 'consent' | 'cancelled';

/** The certified authorization server with one set of keys; another set takes another one of these over the same storage. */
export interface OAuthProvider {
  readonly handle: RequestListener;
  /** Rejects when there is none for this browser. */
  pendingLogin(request: IncomingMessage, response: ServerResponse): Promise<PendingLogin>;
  /** Sends the browser on. */
  finishLogin(request: IncomingMessage, response: ServerResponse, outcome: LoginOutcome): Promise<void>;
}

const MAXIMUM_ASSERTION_SECONDS = 300;
const WORKING_DAY = 8 * 3600;

/** A request that came too often; OAuth's form of an error, with a status of its own. */
class TooManyRequests extends errors.OIDCProviderError {
  constructor(status: number, description: string) {
    super(status, LIMITED);
    this.error_description = description;
    this.expose = true;
  }
}

export function oauthProvider(options: OAuthProviderOptions): OAuthProvider {
  const tokens = tokenMiddleware(options.gate);
  const provider = new Provider(options.issuer, configuration(options, tokens.named));
  // What the request says of itself comes from the mount, which has put the configured issuer there.
  provider.proxy = true;
  provider.use(tokens.middleware);
  provider.use(async (ctx, next) => {
    await next();
    await answerStructured(ctx as unknown as KoaContextWithOIDC, options.structured);
    if (ctx.status === 404 && ctx.body === undefined) {
      ctx.status = 404;
      ctx.body = { error: 'invalid_request', error_description: 'there is no such endpoint' };
    }
  });
  provider.on('server_error', (_ctx, error) => options.onFault(error));
  provider.on('access_token.issued', ({ grantId, jti, clientId, expiration }) => {
    if (grantId === undefined || clientId === undefined) return;
    const issuedAt = Math.floor(Date.now() / 1000);
    const times = { issuedAt, expiresAt: issuedAt + expiration + 1 };
    options.onIssued(grantId, { issuer: '', clientKey: ` ${clientId}`, tokenId: jti, ...times });
  });
  provider.on('grant.revoked', (_ctx, grantId) => options.onGrantRevoked(grantId));
  return {
    handle: provider.callback(),
    async pendingLogin(request, response) {
      const { uid, prompt, params } = await provider.interactionDetails(request, response);
      return {
        uid,
        needsLogin: prompt.name === 'login',
        clientId: String(params.client_id),
        redirectUri: String(params.redirect_uri),
      };
    },
    finishLogin: (request, response, outcome) =>
      provider.interactionFinished(request, response, resultOf(outcome), {
        mergeWithLastSubmission: outcome === 'consent',
      }),
  };
}

function resultOf(outcome: LoginOutcome): InteractionResults {
  if (outcome === 'consent') return { consent: {} };
  if (outcome === 'cancelled') return { error: 'access_denied', error_description: 'the user cancelled' };
  return { login: { accountId: outcome.login, remember: false } };
}

type Named = ReturnType<typeof tokenMiddleware>['named'];

function configuration(options: OAuthProviderOptions, named: Named): Configuration {
  const { issuer, audience, environment, clients, accounts, keys } = options;
  const { keyId, algorithm } = keys.signing;
  const path = new URL(issuer).pathname.replace(/\/$/, '');
  return {
    adapter: (model: string) => adapter(model, options, named),
    jwks: structuredClone(keys.privateKeys) as unknown as NonNullable<Configuration['jwks']>,
    clientDefaults: { id_token_signed_response_alg: algorithm },
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['RS256', 'ES256'],
      dPoPSigningAlgValues: [...SIGNATURE_ALGORITHMS],
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    responseTypes: ['code'],
    scopes: ['openid'],
    clockTolerance: 15,
    cookies: {
      keys: [...options.cookieKeys],
      names: { session: 'portcullis_session', interaction: 'portcullis_login', resume: 'portcullis_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: path === '' ? '/' : path },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: certificateOf },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo(_ctx, resource, client) {
          const known = clients.find(client.clientId);
          if (resource !== audience || known === undefined) throw new errors.InvalidTarget();
          return {
            scope: 'openid',
            audience,
            accessTokenTTL: known.lifetimeSeconds,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: algorithm, kid: keyId } },
          };
        },
      },
      dPoP: { enabled: true },
      pushedAuthorizationRequests: { enabled: false },
      requestObjects: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    pkce: { required: () => true },
    interactions: { url: (_ctx, interaction) => `${path}/interaction/${interaction.uid}` },
    assertJwtClientAuthClaimsAndHeader(_ctx, claims) {
      refuseUnboundedAssertion(claims, options.startedAt);
    },
    clientBasedCORS: () => false,
    extraTokenClaims: (_ctx, token) => ({ ...userClaims(token, clients, accounts), env: environment }),
    async findAccount(_ctx, login) {
      const account = accounts.find(login);
      return account && { accountId: account.login, claims: () => ({ sub: account.login }) };
    },
    loadExistingGrant: grantOf,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    revokeGrantPolicy: () => true,
    renderError,
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
      AuthorizationCode: 60,
      Grant: WORKING_DAY,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: WORKING_DAY,
      Session: WORKING_DAY,
    },
  };
}

/** What the catalog approved needs no consent of a user: the client gets what it asks for, which is at most `openid`. */
async function grantOf(ctx: KoaContextWithOIDC) {
  const { client, session, provider, account, params } = ctx.oidc;
  if (client === undefined || account === undefined) return undefined;
  const known = session?.grantIdFor(client.clientId);
  const kept = known === undefined ? undefined : await provider.Grant.find(known);
  const grant = kept ?? new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  grant.addOIDCScope('openid');
  const { resource } = params ?? {};
  if (typeof resource === 'string') grant.addResourceScope(resource, 'openid');
  await grant.save();
  return grant;
}

/**
 * Used assertions are remembered until they expire, so they must expire soon; and what was used before a restart is
 * forgotten, so shortly after one only assertions made since are good (RFC 7523 §3, point 7).
 */
function refuseUnboundedAssertion(claims: { readonly exp?: unknown; readonly iat?: unknown }, startedAt: number): void {
  const now = Date.now() / 1000;
  if (Number(claims.exp) > now + MAXIMUM_ASSERTION_SECONDS + 15) {
    throw new errors.InvalidClientAuth(`the assertion must expire within ${MAXIMUM_ASSERTION_SECONDS} seconds`);
  }
  const started = Math.floor(startedAt / 1000);
  const forgotten = now < started + MAXIMUM_ASSERTION_SECONDS + 30;
  if (forgotten && !(typeof claims.iat === 'number' && claims.iat >= started)) {
    throw new errors.InvalidClientAuth('the assertion is older than this server');
  }
}

function certificateOf(ctx: KoaContextWithOIDC) {
  const { socket } = ctx;
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

const REFUSES_STRUCTURED = new Set(['revocation', 'introspection']);

/**
 * The server authenticates the client, then declines tokens that it does not keep; at that point they are answered here.
 * No other refusal of these two endpoints has this error code.
 */
async function answerStructured(ctx: KoaContextWithOIDC, structured: StructuredTokens): Promise<void> {
  const { oidc } = ctx;
  if (oidc === undefined || !REFUSES_STRUCTURED.has(oidc.route) || oidc.client === undefined) return;
  const { error } = (ctx.body ?? {}) as { error?: unknown };
  const token = oidc.params?.token;
  if (error !== 'unsupported_token_type' || typeof token !== 'string') return;
  const { clientId } = oidc.client;
  if (oidc.route === 'introspection') {
    ctx.body = await structured.introspect(token, clientId, Date.now());
    ctx.status = 200;
    return;
  }
  const outcome = await structured.revoke(token, clientId, Date.now());
  if (outcome === 'foreign') {
    ctx.body = { error: 'invalid_grant', error_description: 'the token was issued to another client' };
    ctx.status = 400;
  } else if (outcome === 'not-shared') {
    // RFC 7009 §2.2.1: the client must assume that the token still exists.
    ctx.body = { error: 'temporarily_unavailable', error_description: 'not every gateway could be told yet' };
    ctx.set('retry-after', '5');
    ctx.status = 503;
  } else {
    ctx.remove('content-type');
    ctx.body = '';
    ctx.status = 200;
  }
}

interface OAuthError {
  readonly error: string;
  readonly error_description?: string | undefined;
}

function renderError(ctx: KoaContextWithOIDC, out: OAuthError): void {
  if (ctx.method === 'GET' && ctx.accepts('html', 'json') === 'html') {
    const { html, policy } = errorPage(out.error, out.error_description ?? 'The request could not be served.');
    ctx.set('content-security-policy', policy);
    ctx.type = 'html';
    ctx.body = html;
  } else {
    ctx.body = { error: out.error, error_description: out.error_description };
  }
}

function adapter(model: string, { storage, clients }: OAuthProviderOptions, named: Named): Adapter {
  return {
    async upsert(id, payload, expiresIn) {
      storage.put(model, id, payload, expiresIn ?? WORKING_DAY);
    },
    async find(id) {
      return model === 'Client' ? await clientOf(id) : found(storage.get(model, id));
    },
    findByUid: async (uid) => found(storage.getByUid(model, uid)),
    findByUserCode: async () => undefined,
    async consume(id) {
      storage.consume(model, id);
    },
    async destroy(id) {
      storage.delete(model, id);
    },
    async revokeByGrantId(grantId) {
      storage.deleteGrant(model, grantId);
    },
  };
  /** Asked before the client's secret or key is looked at. */
  async function clientOf(id: string): Promise<AdapterPayload | undefined> {
    const client = clients.find(id);
    const limited = await named(Provider.ctx, id, client !== undefined);
    if (limited !== undefined) throw new TooManyRequests(limited.status, limited.description);
    return client && ({ ...client.metadata } as AdapterPayload);
  }
}

function found(artifact: unknown): AdapterPayload | undefined {
  return artifact as AdapterPayload | undefined;
}

/** For cookies: new at every start, as are the sessions they name. */
export function cookieKey(): string {
  return randomBytes(32).toString('base64url');
}
