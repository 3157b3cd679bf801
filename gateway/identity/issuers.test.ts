import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { TokenFault, VerifiedToken } from './check-claims.ts';
import { fetchableUrl, getJson } from './get-json.ts';
import { type ExternalIssuerSettings, type Issuers, trustedIssuers } from './issuers.ts';
import { tokenVerifier } from './token-verifier.ts';
import { AUDIENCE, goodClaims, ISSUER, jwks, KEYS, NOW, type TestIssuer, testIssuer, token } from './tokens.fixture.ts';

const { rs256, es256, foreign } = KEYS;
const open: TestIssuer[] = [];

afterEach(async () => {
  for (const issuer of open.splice(0)) await issuer.close();
});

async function start(keys: () => unknown = () => jwks(rs256), path = '', more: Partial<ExternalIssuerSettings> = {}) {
  const issuer = await testIssuer(keys, path);
  open.push(issuer);
  const issuers = trustedIssuers({
    embedded: { url: ISSUER, audience: AUDIENCE, publicKeys: () => EMBEDDED },
    external: [{ url: issuer.url, audience: AUDIENCE, ...more }],
  });
  const verifier = tokenVerifier(issuers, 'test');
  const claims = goodClaims({ iss: issuer.url });
  return { issuer, issuers, verifier, claims, good: token(rs256, claims) };
}

const EMBEDDED = jwks(es256);

function said(result: VerifiedToken | TokenFault): string {
  return 'fault' in result ? result.fault : 'verified';
}

const stateOf = (issuers: Issuers, now: number) => issuers.states(now).at(-1)?.state;

describe('an external issuer', () => {
  it('is discovered at the first token, then verifies at once', async () => {
    const { issuer, verifier, good, issuers } = await start();
    assert.equal(stateOf(issuers, NOW), 'not-yet-fetched');
    const first = verifier.verify(good, NOW);
    assert.ok(first instanceof Promise);
    assert.equal(said(await first), 'verified');
    assert.deepEqual(issuer.asked, ['/.well-known/oauth-authorization-server', '/keys']);
    const second = verifier.verify(token(rs256, goodClaims({ iss: issuer.url, jti: 'two' })), NOW);
    assert.ok(!(second instanceof Promise) && !('fault' in second));
    assert.equal(second.issuer, issuer.url);
    assert.equal(second.clientKey, `${issuer.url} web-shop`);
    assert.equal(stateOf(issuers, NOW), 'ready');
  });

  it('may have a path, and OpenID metadata only', async () => {
    const { issuer, verifier, good } = await start(() => jwks(rs256), '/realms/main');
    const whole = issuer.answer;
    issuer.answer = (request, response) => {
      if (request.url === '/realms/main/.well-known/openid-configuration') {
        request.url = '/.well-known/oauth-authorization-server/realms/main';
      } else if (request.url !== '/keys') {
        response.writeHead(404).end();
        return;
      }
      whole(request, response);
    };
    assert.equal(said(await verifier.verify(good, NOW)), 'verified');
    assert.equal(issuer.asked.length, 3);
  });

  it('may leave out the environment unless the settings ask for it, but not name another one', async () => {
    const { env: _, ...rest } = goodClaims();
    const relaxed = await start();
    assert.equal(
      said(await relaxed.verifier.verify(token(rs256, { ...rest, iss: relaxed.issuer.url }), NOW)),
      'verified',
    );
    const other = token(rs256, { ...relaxed.claims, env: 'production' });
    assert.equal(said(await relaxed.verifier.verify(other, NOW)), 'token-invalid');
    const strict = await start(undefined, '', { environmentRequired: true, environmentClaim: 'stage' });
    assert.equal(said(await strict.verifier.verify(token(rs256, strict.claims), NOW)), 'token-invalid');
    assert.equal(
      said(await strict.verifier.verify(token(rs256, { ...strict.claims, stage: 'test' }), NOW)),
      'verified',
    );
  });

  it('may use the type JWT and azp when the settings say so', async () => {
    const { issuer, verifier } = await start(undefined, '', { acceptGenericType: true });
    const { client_id: azp, ...rest } = goodClaims({ iss: issuer.url });
    assert.equal(said(await verifier.verify(token(rs256, { ...rest, azp }, { typ: 'JWT' }), NOW)), 'verified');
    assert.equal(
      said(await verifier.verify(token(rs256, { ...rest, azp }, { typ: 'logout+jwt' }), NOW)),
      'token-invalid',
    );
  });

  it('may be the embedded server of another process: clients without issuer, environment needed', async () => {
    const { issuer, verifier, good } = await start(undefined, '', { embeddedElsewhere: true });
    const result = await verifier.verify(good, NOW);
    assert.ok(!('fault' in result));
    assert.equal(result.clientKey, ' web-shop');
    const { env: _, ...rest } = goodClaims({ iss: issuer.url });
    assert.equal(said(await verifier.verify(token(rs256, rest), NOW)), 'token-invalid');
  });

  it('cannot speak for another: its keys verify its own tokens only', async () => {
    const { verifier } = await start();
    assert.equal(said(await verifier.verify(token(rs256, goodClaims()), NOW)), 'token-invalid');
    assert.equal(said(await verifier.verify(token(es256, goodClaims()), NOW)), 'verified');
  });

  it('rotates: a new key is fetched when it is first seen, a removed one no longer counts', async () => {
    let keys = jwks(rs256);
    const { issuer, verifier, good, claims } = await start(() => keys);
    await verifier.verify(good, NOW);
    keys = jwks(es256);
    const fresh = token(es256, claims);
    assert.equal(said(await verifier.verify(fresh, NOW + 1000)), 'token-invalid', 'within the throttle');
    assert.equal(said(await verifier.verify(fresh, NOW + 31_000)), 'verified');
    assert.equal(
      said(await verifier.verify(good, NOW + 31_000)),
      'token-invalid',
      'the cache does not outlive the key',
    );
    assert.equal(issuer.asked.filter((path) => path === '/keys').length, 2);
  });

  it('is asked once for a thousand unknown key ids', async () => {
    const { issuer, verifier, good, claims } = await start();
    await verifier.verify(good, NOW);
    issuer.asked.length = 0;
    const later = NOW + 60_000;
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => verifier.verify(token(foreign, claims, { kid: `unknown-${n}` }), later)),
    );
    assert.deepEqual([...new Set(results.map(said))], ['token-invalid']);
    assert.deepEqual(issuer.asked, ['/keys']);
    assert.equal(
      said(await verifier.verify(token(foreign, claims, { kid: 'one-more' }), later + 29_000)),
      'token-invalid',
    );
    assert.deepEqual(issuer.asked, ['/keys']);
  });

  it('is asked again every ten minutes without anybody waiting', async () => {
    const { issuer, verifier, good, issuers, claims } = await start();
    await verifier.verify(good, NOW);
    issuer.asked.length = 0;
    const other = verifier.verify(token(rs256, { ...claims, exp: NOW / 1000 + 5000 }), NOW + 601_000);
    assert.ok(!(other instanceof Promise));
    await issuers.find(issuer.url)?.refresh(NOW + 601_000);
    assert.deepEqual(issuer.asked, ['/keys']);
  });

  it('serves on its last good keys for an hour when it fails, then is refused, then recovers', async () => {
    const { issuer, verifier, issuers } = await start();
    const long = token(rs256, goodClaims({ iss: issuer.url, exp: NOW / 1000 + 20_000 }));
    assert.equal(said(await verifier.verify(long, NOW)), 'verified');
    const whole = issuer.answer;
    issuer.answer = (_request, response) => response.writeHead(500).end();
    await issuers.find(issuer.url)?.refresh(NOW + 700_000);
    assert.equal(stateOf(issuers, NOW + 700_000), 'failed');
    assert.equal(said(await verifier.verify(long, NOW + 3_599_000)), 'verified');
    await issuers.find(issuer.url)?.refresh(NOW + 3_599_000);
    assert.equal(said(await verifier.verify(long, NOW + 3_700_000)), 'issuer-unavailable');
    assert.equal(stateOf(issuers, NOW + 3_700_000), 'unavailable');
    issuer.answer = whole;
    assert.equal(said(await verifier.verify(long, NOW + 3_702_000)), 'issuer-unavailable', 'not asked every time');
    assert.equal(said(await verifier.verify(long, NOW + 3_706_000)), 'verified');
  });

  it('that is down hinders no other', async () => {
    const issuers = trustedIssuers({
      embedded: { url: ISSUER, audience: AUDIENCE, publicKeys: () => EMBEDDED },
      external: [{ url: 'http://127.0.0.1:1', audience: AUDIENCE }],
    });
    const verifier = tokenVerifier(issuers, 'test');
    assert.equal(said(await verifier.verify(token(es256), NOW)), 'verified');
    const away = token(rs256, goodClaims({ iss: 'http://127.0.0.1:1' }));
    assert.equal(said(await verifier.verify(away, NOW)), 'issuer-unavailable');
  });

  const answers: Record<string, TestIssuer['answer']> = {
    'HTML with status 200': (_, response) => response.setHeader('content-type', 'text/html').end('<html></html>'),
    'HTML said to be JSON': (_, response) =>
      response.setHeader('content-type', 'application/json').end('<html></html>'),
    'status 500': (_, response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{}'),
    'a redirect to the metadata service': (_, response) =>
      response
        .writeHead(302, { location: 'http://169.254.169.254/latest', 'content-type': 'application/json' })
        .end('{}'),
    'a redirect to itself': (request, response) =>
      response.writeHead(307, { location: request.url ?? '/', 'content-type': 'application/json' }).end('{}'),
    'a gzip body': (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x'),
    'a hundred megabytes': (_, response) => {
      response.setHeader('content-type', 'application/json');
      const chunk = Buffer.alloc(1_048_576, 0x20);
      let left = 100;
      const more = () => {
        while (left-- > 0 && !response.destroyed) if (!response.write(chunk)) return response.once('drain', more);
        return response.end('{}');
      };
      more();
    },
    'metadata of another issuer': (_, response) =>
      response
        .setHeader('content-type', 'application/json')
        .end('{"issuer":"https://evil.test","jwks_uri":"https://evil.test/k"}'),
    'a reset': (request) => request.socket.destroy(),
    'metadata without keys': (_, response) => response.setHeader('content-type', 'application/json').end('{}'),
    null: (_, response) => response.setHeader('content-type', 'application/json').end('null'),
  };
  for (const [name, answer] of Object.entries(answers)) {
    it(`is unavailable when it answers ${name}`, async () => {
      const { issuer, verifier, good } = await start();
      issuer.answer = answer;
      assert.equal(said(await verifier.verify(good, NOW)), 'issuer-unavailable');
      assert.ok(issuer.asked.length <= 2, 'no more than the two places for metadata');
    });
  }

  for (const address of [
    'http://169.254.169.254/keys',
    'file:///etc/passwd',
    'https://user:pw@keys.test/',
    7,
    undefined,
  ]) {
    it(`is unavailable when it keeps its keys at ${address}`, async () => {
      const { issuer, verifier, good } = await start();
      issuer.answer = (_, response) =>
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ issuer: issuer.url, jwks_uri: address }));
      assert.equal(said(await verifier.verify(good, NOW)), 'issuer-unavailable');
    });
  }

  it('with a broken key set keeps serving on the last good one', async () => {
    let keys: unknown = jwks(rs256);
    const { issuer, verifier, issuers, good } = await start(() => keys);
    await verifier.verify(good, NOW);
    for (keys of [{ keys: 'none' }, [], { keys: Array.from({ length: 101 }, () => ({})) }]) {
      await issuers.find(issuer.url)?.refresh(NOW + 100_000);
      assert.equal(said(await verifier.verify(good, NOW + 100_000)), 'verified');
    }
  });

  it('must have an https address, be named once and have algorithms', () => {
    const external =
      (...settings: ExternalIssuerSettings[]) =>
      () =>
        trustedIssuers({ external: settings });
    const fine = { url: 'https://idp.test', audience: AUDIENCE };
    assert.doesNotThrow(external(fine));
    assert.throws(external({ url: 'http://idp.test', audience: AUDIENCE }), /https/);
    assert.throws(external(fine, fine), /named twice/);
    assert.throws(external({ ...fine, algorithms: [] }), /at least one/);
  });
});

describe('getJson', () => {
  it('gives up after its time', async () => {
    const { issuer } = await start();
    issuer.answer = (_, response) => response.setHeader('content-type', 'application/json').write('{');
    await assert.rejects(getJson(`${issuer.url}/slow`, { maximumBytes: 1000, timeoutMs: 50 }));
  });

  it('knows what may be fetched', () => {
    for (const url of ['https://idp.test/x', 'http://127.0.0.1:80/', 'http://localhost/', 'http://[::1]/']) {
      assert.ok(fetchableUrl(url));
    }
    for (const url of [
      'http://10.0.0.1/',
      'http://localhost.evil.test/',
      'http://127.0.0.1.evil.test/',
      'ftp://x/',
      'x',
    ]) {
      assert.throws(() => fetchableUrl(url));
    }
  });
});
