import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { selfSigned } from '../gateway/certificates.fixture.ts';
import type { VerifiedToken } from '../gateway/identity/check-claims.ts';
import { memoryRevocations } from '../gateway/identity/revocations.ts';
import type { AccountSource } from './accounts.ts';
import { AUDIENCE, consumer, type House, openHouse, SECRET, temporaryFolder } from './authorization-server.fixture.ts';

const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const bySecret = { method: 'client_secret', secret: { env: 'CLIENT_SECRET' } } as const;
const byKey = {
  method: 'private_key_jwt',
  jwks: { keys: [{ ...signer.publicKey.export({ format: 'jwk' }), kid: 'k' }] },
} as const;
const REDIRECT = 'http://127.0.0.1:9/callback';
const users = { grantTypes: ['authorization_code', 'refresh_token'], redirectUris: [REDIRECT] } as const;

const CONSUMERS = [
  consumer('shop', { authentication: bySecret, tokenLifetimeSeconds: 120 }),
  consumer('crm', { authentication: byKey }),
  consumer('portal', { authentication: bySecret, ...users }),
  consumer('spa', { authentication: { method: 'none' }, ...users }),
  consumer('bank', { authentication: bySecret }, { tokenBinding: 'mtls' }),
  consumer('asleep', { authentication: bySecret }, { status: 'disabled' }),
  consumer('elsewhere', { authentication: bySecret }, { environment: 'production' }),
  consumer('unset', { authentication: { method: 'client_secret', secret: { env: 'NOT_SET' } } }),
  consumer('external', { issuer: 'https://idp.test' }),
];

const mia = { login: 'mia', claims: { commercial_partner_id: 42, hair: 'red', iss: 'https://evil.test' } };
const accounts: AccountSource = {
  authenticate: async (login, password) => (login === 'mia' && password === 'right' ? mia : undefined),
  find: (login) => (login === 'mia' ? mia : undefined),
};

const folder = temporaryFolder();
let house: House;
before(async () => {
  house = await openHouse({ folder: folder.path, consumers: CONSUMERS, accounts });
});
after(async () => {
  await house.close();
  folder.remove();
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

async function post(
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(`${house.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form), headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

const grant = { grant_type: 'client_credentials' };

async function tokenFor(id: string): Promise<string> {
  const { json } = await post('/token', grant, basic(id, SECRET));
  assert.equal(typeof json.access_token, 'string');
  return String(json.access_token);
}

async function verified(text: string): Promise<VerifiedToken> {
  const result = await house.verifier.verify(text, Date.now());
  assert.ok(!('fault' in result), JSON.stringify(result));
  return result;
}

function assertion(more: Record<string, unknown> = {}, key = signer.privateKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'crm', sub: 'crm', aud: house.issuer, jti: randomUUID(), iat: now, exp: now + 60, ...more };
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key);
}

const withAssertion = (text: string) => ({
  ...grant,
  client_assertion: text,
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
});

describe('client_credentials', () => {
  it('gives an RFC 9068 token that the gateway accepts', async () => {
    const { status, headers, json } = await post('/token', grant, basic('shop', SECRET));
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(json.token_type, 'Bearer');
    assert.equal(json.expires_in, 120);
    const text = String(json.access_token);
    assert.equal(decodeProtectedHeader(text).typ, 'at+jwt');
    assert.equal(decodeProtectedHeader(text).alg, 'RS256');
    const claims = decodeJwt(text);
    assert.equal(claims.aud, AUDIENCE);
    assert.equal(claims.env, 'test');
    assert.equal(claims.client_id, 'shop');
    const found = await verified(text);
    assert.equal(found.clientKey, ' shop');
    assert.equal(found.expiresAt - found.issuedAt, 120);
  });

  it('takes the secret in the body, and the resource by name', async () => {
    const { status } = await post('/token', { ...grant, client_id: 'shop', client_secret: SECRET, resource: AUDIENCE });
    assert.equal(status, 200);
  });

  const refused: Record<string, [Record<string, string>, Record<string, string>, status: number, error: string]> = {
    'a wrong secret': [grant, basic('shop', `${SECRET}x`), 401, 'invalid_client'],
    'an unknown client': [grant, basic('nobody', SECRET), 401, 'invalid_client'],
    'a disabled consumer': [grant, basic('asleep', SECRET), 401, 'invalid_client'],
    'a consumer of another environment': [grant, basic('elsewhere', SECRET), 401, 'invalid_client'],
    'a client whose secret cannot be read': [grant, basic('unset', ''), 400, 'invalid_request'],
    'a client of another issuer': [grant, basic('external', SECRET), 401, 'invalid_client'],
    'a client that must use a key': [grant, basic('crm', SECRET), 401, 'invalid_client'],
    'a public client': [{ ...grant, client_id: 'spa' }, {}, 400, 'invalid_request'],
    'no client': [grant, {}, 400, 'invalid_request'],
    __proto__: [grant, basic('__proto__', SECRET), 401, 'invalid_client'],
    'another grant type': [
      { grant_type: 'password', username: 'a' },
      basic('shop', SECRET),
      400,
      'unsupported_grant_type',
    ],
    'another resource': [{ ...grant, resource: 'urn:other' }, basic('shop', SECRET), 400, 'invalid_target'],
    'a client that must bind its token, without certificate': [grant, basic('bank', SECRET), 400, 'invalid_grant'],
  };
  for (const [name, [form, headers, status, error]] of Object.entries(refused)) {
    it(`refuses ${name}`, async () => {
      const answered = await post('/token', form, { ...headers, accept: 'text/html' });
      assert.equal(answered.status, status, answered.text);
      assert.equal(answered.json.error, error);
      assert.equal(answered.headers.get('cache-control'), 'no-store');
      assert.deepEqual(
        Object.keys(answered.json).filter((key) => !/^error(_description)?$/.test(key)),
        [],
      );
    });
  }

  it('says nothing of its inside, whatever comes', async () => {
    for (const [type, body] of [
      ['application/json', '{"grant_type":'],
      ['application/x-www-form-urlencoded', 'a='.repeat(50_000)],
      ['application/x-www-form-urlencoded', 'grant_type=client_credentials&grant_type=x&client_id=spa'],
      ['text/plain', 'x'],
    ] as const) {
      const response = await fetch(`${house.issuer}/token`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      const text = await response.text();
      assert.equal(response.status, 400);
      assert.equal(JSON.parse(text).error, 'invalid_request');
      assert.doesNotMatch(text, /node_modules|at .*\(|\.js/);
    }
    assert.equal((await post('/nowhere', {})).status, 404);
    for (const path of ['/reg', '/device/auth', '/request', '/me', '/backchannel']) {
      assert.equal((await post(path, {})).status, 404, `${path} is closed`);
    }
  });

  it('refuses a consumer at once when a snapshot disables it', async () => {
    assert.equal((await post('/token', grant, basic('shop', SECRET))).status, 200);
    house.setConsumers([consumer('shop', { authentication: bySecret }, { status: 'disabled' })]);
    assert.equal((await post('/token', grant, basic('shop', SECRET))).status, 401);
    house.setConsumers(CONSUMERS);
  });
});

describe('private_key_jwt', () => {
  it('works once per assertion', async () => {
    const text = await assertion();
    const first = await post('/token', withAssertion(text));
    assert.equal(first.status, 200, first.text);
    await verified(String(first.json.access_token));
    const again = await post('/token', withAssertion(text));
    assert.equal(again.status, 401);
    assert.equal(again.json.error, 'invalid_client');
  });

  const now = () => Math.floor(Date.now() / 1000);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bad: Record<string, () => Promise<string>> = {
    'of a foreign key': () => assertion({}, stranger.privateKey),
    'for another server': () => assertion({ aud: 'https://other.test/token' }),
    'of another issuer': () => assertion({ iss: 'shop' }),
    'that has expired': () => assertion({ exp: now() - 60 }),
    'that lives for a day': () => assertion({ exp: now() + 86_400 }),
    'without jti': () => assertion({ jti: undefined }),
    'without iat, shortly after the start': () => assertion({ iat: undefined }),
    'from before the start': () => assertion({ iat: now() - 3600 }),
  };
  for (const [name, make] of Object.entries(bad)) {
    it(`refuses an assertion ${name}`, async () => {
      const { status, json } = await post('/token', withAssertion(await make()));
      assert.equal(status, 401);
      assert.equal(json.error, 'invalid_client');
    });
  }

  it('does not believe the Host header when it decides whom an assertion is for', async () => {
    const body = new URLSearchParams(
      withAssertion(await assertion({ aud: 'http://other.test/oauth/token' })),
    ).toString();
    const status = await new Promise((resolve, reject) => {
      const headers = {
        host: 'other.test',
        'x-forwarded-host': 'other.test',
        'content-type': 'application/x-www-form-urlencoded',
      };
      requestPlain(`${house.issuer}/token`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(body);
    });
    assert.equal(status, 401);
  });
});

describe('metadata', () => {
  it('stand at every place where clients look, and name only what is there', async () => {
    const places = [
      `${house.issuer}/.well-known/openid-configuration`,
      `${house.issuer}/.well-known/oauth-authorization-server`,
      `${house.origin}/.well-known/oauth-authorization-server/oauth`,
      `${house.origin}/.well-known/openid-configuration/oauth`,
    ];
    for (const place of places) {
      const response = await fetch(place);
      assert.equal(response.status, 200, place);
      const metadata = (await response.json()) as Record<string, unknown>;
      assert.equal(metadata.issuer, house.issuer);
      assert.equal(metadata.token_endpoint, `${house.issuer}/token`);
      assert.equal(metadata.jwks_uri, `${house.issuer}/jwks`);
      assert.equal(metadata.registration_endpoint, undefined);
      assert.deepEqual(metadata.response_types_supported, ['code']);
      assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
    }
  });

  it('show public keys and nothing private', async () => {
    const { keys } = (await (await fetch(`${house.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] };
    assert.equal(keys.length, 1);
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) assert.ok(!(name in (keys[0] ?? {})));
  });
});

describe('introspection and revocation', () => {
  it('know the access tokens that the server does not keep', async () => {
    const token = await tokenFor('shop');
    const active = await post('/token/introspection', { token }, basic('shop', SECRET));
    assert.equal(active.json.active, true);
    assert.equal(active.json.client_id, 'shop');
    assert.equal(active.headers.get('cache-control'), 'no-store');
    const revoked = await post('/token/revocation', { token }, basic('shop', SECRET));
    assert.equal(revoked.status, 200);
    assert.equal(house.revocations.check(await verified(token)), 'revoked');
    assert.deepEqual((await post('/token/introspection', { token }, basic('shop', SECRET))).json, { active: false });
  });

  it('serve a client its own tokens only', async () => {
    const token = await tokenFor('shop');
    const other = basic('portal', SECRET);
    assert.deepEqual((await post('/token/introspection', { token }, other)).json, { active: false });
    const refused = await post('/token/revocation', { token }, other);
    assert.equal(refused.status, 400);
    assert.equal(refused.json.error, 'invalid_grant');
    assert.equal(house.revocations.check(await verified(token)), 'clear');
  });

  it('need an authenticated client', async () => {
    const token = await tokenFor('shop');
    for (const path of ['/token/introspection', '/token/revocation']) {
      assert.equal((await post(path, { token })).status, 400);
      assert.equal((await post(path, { token }, basic('shop', 'wrong'))).status, 401);
    }
    assert.equal(house.revocations.check(await verified(token)), 'clear');
  });

  it('take tokens that are none as such', async () => {
    const changed = `${(await tokenFor('shop')).slice(0, -8)}AAAAAAAA`;
    for (const token of ['nonsense', 'a.b.c', changed]) {
      assert.equal((await post('/token/revocation', { token }, basic('shop', SECRET))).status, 200);
      assert.deepEqual((await post('/token/introspection', { token }, basic('shop', SECRET))).json, { active: false });
    }
  });

  it('say so when other gateways could not be told', async () => {
    const memory = memoryRevocations();
    const revocations = { ...memory, revokeToken: () => Promise.reject(new Error('away')) };
    const other = temporaryFolder();
    const away = await openHouse({ folder: other.path, consumers: CONSUMERS, revocations });
    const usual = house;
    house = away;
    try {
      const answered = await post('/token/revocation', { token: await tokenFor('shop') }, basic('shop', SECRET));
      assert.equal(answered.status, 503);
      assert.equal(answered.json.error, 'temporarily_unavailable');
    } finally {
      house = usual;
      await away.close();
      other.remove();
    }
  });
});

/** A browser in miniature: keeps cookies by path, follows nothing by itself. */
class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  async go(url: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, ...headers },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      assert.match(line, /httponly/i);
      assert.match(line, /samesite=lax/i);
      this.#cookies.set(name, { value, path: /path=([^;]+)/i.exec(line)?.[1] ?? '/' });
    }
    return response;
  }
}

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

function authorizationUrl(client: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: client,
    response_type: 'code',
    redirect_uri: REDIRECT,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'st',
    ...more,
  });
  return `${house.issuer}/auth?${query}`;
}

const location = (response: Response) => new URL(response.headers.get('location') ?? '', house.issuer).href;
const formToken = (html: string) => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';

async function toLoginPage(
  browser: Browser,
  client: string,
): Promise<{ url: string; html: string; response: Response }> {
  const started = await browser.go(authorizationUrl(client));
  assert.equal(started.status, 303);
  const url = location(started);
  const response = await browser.go(url);
  return { url, response, html: await response.text() };
}

async function logIn(client: string, browser = new Browser()): Promise<string> {
  const { url, html } = await toLoginPage(browser, client);
  const form = { form: formToken(html), action: 'login', login: 'mia', password: 'right' };
  const sent = await browser.go(url, form, { origin: house.origin });
  assert.equal(sent.status, 303);
  const back = await browser.go(location(sent));
  assert.equal(back.status, 303);
  const target = new URL(location(back));
  assert.equal(target.origin + target.pathname, REDIRECT);
  assert.equal(target.searchParams.get('state'), 'st');
  assert.equal(target.searchParams.get('iss'), house.issuer);
  return target.searchParams.get('code') ?? '';
}

const exchange = (code: string, more: Record<string, string> = {}) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
  code_verifier: verifier,
  ...more,
});

describe('authorization_code with PKCE', () => {
  it('lets a user log in, and puts the claims that the grants need into the token, no others', async () => {
    const { status, json, text } = await post('/token', exchange(await logIn('portal')), basic('portal', SECRET));
    assert.equal(status, 200, text);
    const found = await verified(String(json.access_token));
    assert.equal(found.subject, 'mia');
    assert.equal(found.clientId, 'portal');
    assert.equal(found.claims.commercial_partner_id, 42);
    assert.equal(found.claims.hair, undefined);
    assert.equal(found.claims.iss, house.issuer, 'a claim of the user cannot say who issued the token');
  });

  it('serves a public client, which gets no claims without a grant', async () => {
    const { status, json, text } = await post('/token', exchange(await logIn('spa'), { client_id: 'spa' }));
    assert.equal(status, 200, text);
    assert.equal((await verified(String(json.access_token))).claims.commercial_partner_id, undefined);
  });

  it('refreshes; revoking the refresh token takes the access tokens with it', async () => {
    const first = await post('/token', exchange(await logIn('portal')), basic('portal', SECRET));
    const refresh = { grant_type: 'refresh_token', refresh_token: String(first.json.refresh_token) };
    const second = await post('/token', refresh, basic('portal', SECRET));
    assert.equal(second.status, 200, second.text);
    assert.equal((await verified(String(second.json.access_token))).claims.commercial_partner_id, 42);
    const token = String(second.json.refresh_token);
    assert.notEqual(token, refresh.refresh_token, 'rotated');
    assert.equal((await post('/token/revocation', { token }, basic('portal', SECRET))).status, 200);
    for (const { json } of [first, second]) {
      assert.equal(house.revocations.check(await verified(String(json.access_token))), 'revoked');
    }
    assert.equal((await post('/token', { ...refresh, refresh_token: token }, basic('portal', SECRET))).status, 400);
  });

  it('takes a code once: a second time revokes what the first one gave', async () => {
    const code = await logIn('portal');
    const first = await post('/token', exchange(code), basic('portal', SECRET));
    assert.equal((await post('/token', exchange(code), basic('portal', SECRET))).json.error, 'invalid_grant');
    assert.equal(house.revocations.check(await verified(String(first.json.access_token))), 'revoked');
  });

  it('refuses a code of another client, another verifier or another address', async () => {
    for (const [form, id] of [
      [exchange(await logIn('spa')), 'portal'],
      [exchange(await logIn('portal'), { code_verifier: 'x'.repeat(43) }), 'portal'],
      [exchange(await logIn('portal'), { redirect_uri: `${REDIRECT}/x` }), 'portal'],
    ] as const) {
      const { status, json } = await post('/token', form, basic(id, SECRET));
      assert.equal(status, 400);
      assert.equal(json.error, 'invalid_grant');
    }
  });

  it('needs PKCE with S256, and a registered address to go back to', async () => {
    const browser = new Browser();
    const without = await browser.go(authorizationUrl('portal', { code_challenge: '', code_challenge_method: '' }));
    assert.match(location(without), /error=invalid_request/);
    const plain = await browser.go(authorizationUrl('portal', { code_challenge_method: 'plain' }));
    assert.match(location(plain), /error=invalid_request/);
    for (const more of [{ redirect_uri: 'https://evil.test/' }, { client_id: 'nobody' }, { client_id: '"><script>' }]) {
      const response = await browser.go(authorizationUrl('portal', more));
      assert.equal(response.status, 400);
      assert.equal(response.headers.get('location'), null, 'no redirect to an address that is not ours to trust');
      const html = await response.text();
      assert.match(html, /This did not work/);
      assert.doesNotMatch(html, /<script>/);
    }
    assert.equal((await browser.go(authorizationUrl('shop'))).status, 400, 'a client without users');
  });

  it('remembers the user in the same browser, and asks anew when told to', async () => {
    const browser = new Browser();
    await logIn('portal', browser);
    const again = await browser.go(authorizationUrl('spa'));
    assert.match(location(again), /code=/);
    assert.match(location(await browser.go(authorizationUrl('spa', { prompt: 'login' }))), /interaction/);
    const consent = await browser.go(authorizationUrl('spa', { prompt: 'consent' }));
    const agreed = await browser.go(location(consent));
    assert.match(location(await browser.go(location(agreed))), /code=/);
  });

  it('shows a page that can do nothing but log in', async () => {
    const { response, html } = await toLoginPage(new Browser(), 'portal');
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /form-action 'self' http:\/\/127\.0\.0\.1:9;/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.match(html, /The portal/);
    assert.doesNotMatch(html, /https?:\/\/|<script/);
  });

  it('takes a form only from its own page in the same browser', async () => {
    const browser = new Browser();
    const { url, html } = await toLoginPage(browser, 'portal');
    const form = { form: formToken(html), action: 'login', login: 'mia', password: 'right' };
    assert.equal((await new Browser().go(url, form, { origin: house.origin })).status, 400, 'without the cookie');
    assert.equal((await browser.go(url, { ...form, form: 'x' }, { origin: house.origin })).status, 403);
    assert.equal((await browser.go(url, form, { origin: 'https://evil.test' })).status, 403);
    assert.equal((await browser.go(url, form, { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await browser.go(url, { ...form, login: 'x'.repeat(10_000) })).status, 413);
    const other = await toLoginPage(new Browser(), 'portal');
    assert.equal(
      (await browser.go(url, { ...form, form: formToken(other.html) })).status,
      403,
      'a token of another form',
    );
    assert.equal((await browser.go(url, form, { origin: house.origin, 'sec-fetch-site': 'same-origin' })).status, 303);
  });

  it('says no more than that it was wrong, and stops guessing', async () => {
    const browser = new Browser();
    const { url, html } = await toLoginPage(browser, 'portal');
    const guess = (login: string) =>
      browser.go(url, { form: formToken(html), action: 'login', login, password: 'wrong' }, { origin: house.origin });
    const known = await guess('mia');
    const unknown = await guess('nobody');
    assert.equal(known.status, 401);
    assert.equal(unknown.status, 401);
    assert.equal(await known.text(), await unknown.text());
    let last = known;
    for (let n = 0; n < 12; n++) last = await guess('somebody');
    assert.equal(last.status, 429);
    const form = { form: formToken(html), action: 'cancel' };
    const cancelled = await browser.go(url, form, { origin: house.origin });
    assert.match(location(await browser.go(location(cancelled))), /error=access_denied/);
  });
});

describe('keys', () => {
  it('outlive a restart, and so do tokens', async () => {
    const own = temporaryFolder();
    const options = { folder: own.path, consumers: CONSUMERS };
    const usual = house;
    house = await openHouse(options);
    const port = Number(new URL(house.origin).port);
    try {
      const token = await tokenFor('shop');
      await house.close();
      house = await openHouse({ ...options, port });
      await verified(token);
      assert.equal((await post('/token/introspection', { token }, basic('shop', SECRET))).json.active, true);
    } finally {
      await house.close();
      house = usual;
      own.remove();
    }
  });

  it('rotate without a token being refused, and at once when compromised', async () => {
    const own = temporaryFolder();
    const usual = house;
    house = await openHouse({ folder: own.path, consumers: CONSUMERS, algorithm: 'ES256' });
    try {
      const before = await tokenFor('shop');
      assert.equal(decodeProtectedHeader(before).alg, 'ES256');
      const { keyId, usedFrom } = await house.authorization.rotateKeys(Date.now());
      assert.ok(usedFrom > Date.now() + 600_000);
      const { keys } = (await (await fetch(`${house.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
      assert.ok(
        keys.some(({ kid }) => kid === keyId),
        'published before it is used',
      );
      const during = await tokenFor('shop');
      assert.notEqual(decodeProtectedHeader(during).kid, keyId);
      await verified(before);
      const emergency = await house.authorization.rotateKeys(Date.now(), { compromised: true });
      const after = await tokenFor('shop');
      assert.equal(decodeProtectedHeader(after).kid, emergency.keyId);
      await verified(after);
      for (const old of [before, during]) {
        const result = await house.verifier.verify(old, Date.now());
        assert.ok('fault' in result);
      }
    } finally {
      await house.close();
      house = usual;
      own.remove();
    }
  });
});

describe('over TLS', async () => {
  const itself = await selfSigned('127.0.0.1');

  it('sends cookies that only TLS carries', async () => {
    const own = temporaryFolder();
    const tls = { certificate: itself.cert, key: itself.key };
    const secure = await openHouse({ folder: own.path, consumers: CONSUMERS, tls });
    try {
      const url = authorizationUrl('portal').replace(house.issuer, secure.issuer);
      const cookies = await new Promise<readonly string[]>((resolve, reject) => {
        requestSecure(url, { ca: itself.cert, agent: false }, (response) => {
          response.resume();
          resolve(response.headers['set-cookie'] ?? []);
        })
          .on('error', reject)
          .end();
      });
      assert.ok(cookies.length >= 2);
      for (const cookie of cookies) assert.match(cookie, /; secure/i);
    } finally {
      await secure.close();
      own.remove();
    }
  });

  it('binds tokens to the client certificate, for a consumer that must have it so', async () => {
    const own = temporaryFolder();
    const tls = { certificate: itself.cert, key: itself.key };
    const secure = await openHouse({ folder: own.path, consumers: CONSUMERS, tls });
    const ask = (client: { cert?: string; key?: string }) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const headers = { ...basic('bank', SECRET), 'content-type': 'application/x-www-form-urlencoded' };
        const trust = { ca: itself.cert, agent: false } as const;
        requestSecure(`${secure.issuer}/token`, { method: 'POST', headers, ...trust, ...client }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part) => {
            text += part;
          });
          response.on('end', () => resolve(JSON.parse(text)));
        })
          .on('error', reject)
          .end('grant_type=client_credentials');
      });
    try {
      assert.equal((await ask({})).error, 'invalid_grant');
      const { access_token: text } = await ask(itself);
      const found = await secure.verifier.verify(String(text), Date.now());
      assert.ok(!('fault' in found));
      const raw = new X509Certificate(itself.cert).raw;
      assert.equal(found.certificateThumbprint, createHash('sha256').update(raw).digest('base64url'));
    } finally {
      await secure.close();
      own.remove();
    }
  });
});
