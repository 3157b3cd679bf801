import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { apiRoutes } from './api.ts';
import { adminApp } from './app.ts';
import {
  ADMIN_TOKEN,
  consumer,
  type House,
  openHouse,
  snapshotOf,
  temporaryFolder,
  watched,
} from './authorization-server.fixture.ts';
import { adminCallers } from './callers.ts';
import { readiness } from './health.ts';

const CONSUMERS = [consumer('shop', {}), consumer('external', { issuer: 'https://idp.test' })];
const folder = temporaryFolder();
let house: House;
before(async () => {
  house = await openHouse({ folder: folder.path, consumers: CONSUMERS });
});
after(async () => {
  await house.close();
  folder.remove();
});

const routes = apiRoutes({
  snapshot: () => snapshotOf(CONSUMERS),
  source: () => 'folder',
  authorizationServer: { rotateKeys: async () => ({ keyId: '', usedFrom: 0 }), revokeClient: async () => {} },
  readRecords: () => [],
});
const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };

function call(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
  return fetch(`${house.origin}/api${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
}

describe('every route of the admin API', () => {
  const wrong: Record<string, Record<string, string>> = {
    'no token': {},
    'a wrong token': { authorization: 'Bearer wrong' },
    'an empty token': { authorization: 'Bearer ' },
    'half the token': { authorization: `Bearer ${ADMIN_TOKEN.slice(0, 16)}` },
    'the token and more': { authorization: `Bearer ${ADMIN_TOKEN}0` },
    'another scheme': { authorization: `Basic ${Buffer.from(`admin:${ADMIN_TOKEN}`).toString('base64')}` },
    'the token elsewhere': { 'x-admin-token': ADMIN_TOKEN, cookie: `token=${ADMIN_TOKEN}` },
  };
  it('is known to this test', () => assert.ok(routes.length >= 4));
  const all = [...routes, { method: 'get', path: '/unknown' }, { method: 'post', path: '/../api/keys/rotate' }];
  for (const { method, path } of all) {
    for (const [name, headers] of Object.entries(wrong)) {
      it(`refuses ${method} ${path} with ${name}`, async () => {
        const response = await call(method.toUpperCase(), path.replace(':id', 'shop'), headers);
        assert.equal(response.status, 401);
        assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
        assert.equal(response.headers.get('cache-control'), 'no-store');
      });
    }
  }
  for (const path of [
    '/api/',
    '//api/catalog',
    '/API/catalog',
    '/api/catalog/',
    '/api%2fcatalog',
    '/oauth/../api/catalog',
  ]) {
    it(`is not reached without a token by ${path}`, async () => {
      const { hostname, port } = new URL(house.origin);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request({ hostname, port, path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      assert.ok(status === 401 || status === 404, String(status));
    });
  }
});

describe('the admin API', () => {
  it('summarises the catalog', async () => {
    const body = (await (await call('GET', '/catalog', admin)).json()) as {
      environment: string;
      source: string;
      consumers: unknown[];
    };
    assert.equal(body.environment, 'test');
    assert.equal(body.source, 'folder');
    assert.equal(body.consumers.length, 2);
    assert.doesNotMatch(JSON.stringify(body), /CLIENT_SECRET/);
  });

  it('revokes all tokens of a client', async () => {
    const now = Math.floor(Date.now() / 1000);
    const token = { issuer: '', clientKey: ' shop', tokenId: 'x', issuedAt: now - 5, expiresAt: now + 60 };
    const external = { ...token, issuer: 'https://idp.test', clientKey: 'https://idp.test external' };
    assert.equal((await call('POST', '/clients/nobody/revoke', admin)).status, 404);
    assert.equal((await call('POST', '/clients/external/revoke', admin)).status, 404, 'of another issuer');
    assert.equal((await call('POST', '/clients/__proto__/revoke', admin)).status, 404);
    assert.equal(house.revocations.check(token), 'clear');
    assert.equal((await call('POST', '/clients/shop/revoke', admin)).status, 200);
    assert.equal(house.revocations.check(token), 'revoked');
    assert.equal(house.revocations.check(external), 'clear');
    const byIssuer = `/clients/external/revoke?issuer=${encodeURIComponent('https://idp.test')}`;
    assert.equal((await call('POST', byIssuer, admin)).status, 200);
    assert.equal(house.revocations.check(external), 'revoked');
  });

  it('rotates keys', async () => {
    const first = (await (await call('POST', '/keys/rotate', admin)).json()) as { keyId: string };
    const again = (await (await call('POST', '/keys/rotate', admin)).json()) as { keyId: string };
    assert.equal(first.keyId, again.keyId, 'one rotation at a time');
    const json = { ...admin, 'content-type': 'application/json' };
    assert.equal((await call('POST', '/keys/rotate', json, '{"compromised":"yes"}')).status, 400);
    const now = (await (await call('POST', '/keys/rotate', json, '{"compromised":true}')).json()) as { keyId: string };
    assert.notEqual(now.keyId, first.keyId);
  });

  it('reads records within bounds', async () => {
    const { records } = (await (await call('GET', '/records?limit=2', admin)).json()) as { records: unknown[] };
    assert.equal(records.length, 2);
    for (const limit of ['0', '1001', '-1', '1e3', 'x', '']) {
      assert.equal((await call('GET', `/records?limit=${limit}`, admin)).status, 400, limit);
    }
  });

  it('refuses what it cannot read, and says nothing of its inside', async () => {
    const json = { ...admin, 'content-type': 'application/json' };
    for (const body of ['{"a":', '[', `{"a":"${'x'.repeat(200_000)}"}`]) {
      const response = await call('POST', '/keys/rotate', json, body);
      assert.ok(response.status === 400 || response.status === 413);
      assert.doesNotMatch(await response.text(), /node_modules|at .*\(|\.js/);
    }
  });

  it('shows monitors what they ask for', async () => {
    const origin = new URL(house.issuer).origin;
    assert.equal((await fetch(`${origin}/health/live`)).status, 200);
    assert.deepEqual(await (await fetch(`${origin}/health/ready`)).json(), {
      status: 'ok',
      checks: { 'audit-log': 'ok' },
    });
    assert.match(await (await fetch(`${origin}/metrics`)).text(), /portcullis_up 1/);
  });

  it('says which part is not ready, and what is only told', () => {
    const broken = { name: 'audit-log', problem: () => 'records cannot be made durable' };
    const told = { name: 'catalog', isNeeded: false, problem: () => 'the last good copy is served' };
    const fine = { name: 'limits', problem: () => undefined };
    assert.deepEqual(readiness([fine, told]), {
      status: 'degraded',
      checks: { limits: 'ok', catalog: 'the last good copy is served' },
    });
    assert.equal(readiness([broken, told]).status, 'unavailable');
    assert.equal(readiness([told, broken]).status, 'unavailable');
    assert.equal(readiness([fine]).status, 'ok');
  });

  it('wears a helmet and does not say what it runs on', async () => {
    const response = await call('GET', '/catalog', admin);
    assert.equal(response.headers.get('x-powered-by'), null);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  });

  it('hides a failure of its own', async () => {
    const identify = await adminCallers(ADMIN_TOKEN, undefined);
    const failing = adminApp({
      authorizationServer: house.authorization,
      identify,
      routes: [
        {
          method: 'get',
          path: '/broken',
          handle() {
            throw new Error('db.internal refused password hunter2');
          },
        },
      ],
      ...watched(),
      onFault: () => {},
    });
    const { createServer } = await import('node:http');
    const server = createServer(failing);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const response = await fetch(`http://127.0.0.1:${address.port}/api/broken`, { headers: admin });
    assert.equal(response.status, 500);
    assert.deepEqual(await response.json(), { error: 'internal-error', detail: 'the request failed' });
    server.closeAllConnections();
    server.close();
  });
});
