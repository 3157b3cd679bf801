import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DEMO_API_KEY } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import type { House } from './house.fixture.ts';
import { DATABASE, KEY, LOGIN, openProtocolHouse } from './odoo-protocols.fixture.ts';
import { cookieOf, jsonRpc, openSession, post, resultOf, service, UID } from './odoo-speakers.fixture.ts';

describe('who Odoo’s own protocols are open to', () => {
  let house: House;
  before(async () => {
    house = await openProtocolHouse();
  });
  after(() => house.stop());

  it('keeps sessions that end', async () => {
    const opened = await openSession(house);
    const [cookie = ''] = opened.headers.getSetCookie();
    assert.match(cookie, /^session_id=[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/);
    assert.equal(Object(resultOf(opened)).uid, UID);
    const info = await jsonRpc(house, '/web/session/get_session_info', {}, { cookie: cookieOf(opened) });
    assert.equal(Object(resultOf(info)).db, DATABASE);
    const closed = await jsonRpc(house, '/web/session/destroy', {}, { cookie: cookieOf(opened) });
    assert.match(closed.headers.getSetCookie()[0] ?? '', /^session_id=; .*Max-Age=0/);
    const without = await jsonRpc(house, '/web/session/get_session_info', {});
    assert.equal(Object(without.json).error.code, 100);
    const wrong = await openSession(house, 'wrong');
    assert.deepEqual(resultOf(wrong), { error: 'odoo.exceptions.AccessDenied', message: 'Access Denied' });
    assert.deepEqual(wrong.headers.getSetCookie(), []);
    const form = await post(house, '/web/dataset/call_kw', '{}', 'text/plain', { cookie: cookieOf(opened) });
    assert.ok(form.status >= 400, 'another site could send this type of content');
  });

  it('knows nobody else', async () => {
    const as = (uid: number, key: string, database = DATABASE) =>
      service(house, 'object', 'execute_kw', [database, uid, key, 'res.partner', 'search_count', [[]]]);
    const denied = { error: 'odoo.exceptions.AccessDenied', message: 'Access Denied' };
    assert.deepEqual(resultOf(await as(2, KEY)), denied);
    assert.deepEqual(resultOf(await as(UID, DEMO_API_KEY)), denied);
    assert.deepEqual(resultOf(await as(syntheticUid('switched-off'), 'switched-off-key-1234567890')), denied);
    assert.match(JSON.stringify(resultOf(await as(UID, KEY, 'postgres'))), /Database not found/);
    const bearer = (authorization: string) =>
      post(house, '/json/2/res.partner/search_count', '{"domain": []}', 'application/json', { authorization });
    assert.equal((await bearer('bearer wrong')).status, 401);
    assert.equal((await bearer(`Basic ${btoa(`${LOGIN}:${KEY}`)}`)).status, 401);
    const token = await house.token('salesforce-crm');
    assert.equal((await bearer(`bearer ${token}`)).status, 403, 'a token of a consumer without an opened grant');
  });

  it('takes its key nowhere else, and serves no other path of Odoo', async () => {
    const rest = await house.call('GET', '/customer-master/v1/customers', { token: KEY });
    assert.equal(rest.status, 401);
    for (const path of [
      '/web',
      '/web/login',
      '/web/content/1',
      '/web/dataset/call',
      '/xmlrpc',
      '/json/1/res.partner',
    ]) {
      const token = await house.token('salesforce-crm');
      assert.equal((await house.call('GET', path, { token })).status, 404, path);
    }
  });
});

describe('where no grant opens them', () => {
  it('Odoo’s paths do not exist', async () => {
    const house = await openProtocolHouse({ isShut: true });
    try {
      const token = await house.token('salesforce-crm');
      for (const path of ['/xmlrpc/2/common', '/jsonrpc', '/json/2/res.partner/read', '/web/session/authenticate']) {
        const answer = await house.call('POST', path, { token, body: {} });
        assert.deepEqual([answer.status, answer.headers.get('content-type')], [404, 'application/problem+json'], path);
      }
    } finally {
      await house.stop();
    }
  });
});

describe('what keeps a gateway from opening them', () => {
  it('is told where the key is named', async () => {
    const short = openProtocolHouse({ variables: { OLD_INTEGRATION_KEY: 'short' } });
    await assert.rejects(short, /consumers\.yaml:\d+:\d+ api-key-unusable the API key of client old-integration/);
    const twice = openProtocolHouse({ variables: { SWITCHED_OFF_KEY: KEY } });
    await assert.rejects(twice, /api-key-unusable the API key of client switched-off is that of old-integration/);
    const missing = openProtocolHouse({ variables: { OLD_INTEGRATION_KEY: '' } });
    await assert.rejects(missing, /api-key-unusable the secret in environment variable OLD_INTEGRATION_KEY is empty/);
  });
});
