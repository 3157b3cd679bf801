import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { House } from './house.fixture.ts';
import { DATABASE, KEY, LOGIN, openProtocolHouse } from './odoo-protocols.fixture.ts';
import { allRecords, post, resultOf, SPEAKERS, service, xmlRpc } from './odoo-speakers.fixture.ts';

describe('Odoo’s own protocols while Odoo fails', () => {
  let house: House;
  before(async () => {
    house = await openProtocolHouse();
  });
  after(() => house.stop());
  const { jsonrpc } = SPEAKERS;

  it('tell of a write whose end is not known, and try it once', async () => {
    const { odoo } = house.company;
    odoo.failures.push({ kind: 'reset-after', method: 'write' });
    const said = await jsonrpc.execute(house, 'res.partner', 'write', [[16], { name: 'Meuse' }]);
    assert.deepEqual(said, {
      error: 'builtins.RuntimeError',
      message: 'It is not known whether the request took effect',
    });
    assert.equal(odoo.count('res.partner.write'), 1);
    const last = (await allRecords(house)).at(-1);
    assert.deepEqual([last?.code, last?.decision, last?.written], ['outcome-unknown', 'failed', ['Customer.name']]);
  });

  it('say nothing of Odoo’s own, and let no older answer stand in for another', async () => {
    const { failures } = house.company.odoo;
    const ask = (domain: unknown) => jsonrpc.execute(house, 'res.partner', 'search_count', [domain]);
    assert.equal(typeof (await ask([])), 'number');
    for (const kind of ['error-500', 'html', 'not-json', 'busy'] as const) {
      failures.push({ kind, method: 'search_count' });
      const said = Object(await ask([['name', '=', 'nobody']]));
      assert.match(said.error, /^(?:builtins\.RuntimeError|werkzeug\.exceptions\.ServiceUnavailable)$/);
      assert.match(said.message, /^The upstream (?:system|answer) [a-z ]+$/);
      failures.length = 0;
    }
  });
});

describe('limits of Odoo’s own protocols', () => {
  it('are the plan’s, told as each protocol has it', async () => {
    const house = await openProtocolHouse({
      plan: `
---
apiVersion: portcullis/v1
kind: Plan
metadata: { name: old-integration }
spec: { rate: { perSecond: 0.001, burst: 1 } }
`,
    });
    try {
      const { jsonrpc } = SPEAKERS;
      assert.equal(typeof (await jsonrpc.execute(house, 'res.partner', 'search_count', [[]])), 'number');
      const often = await jsonrpc.execute(house, 'res.partner', 'search_count', [[]]);
      assert.equal(Object(often).error, 'werkzeug.exceptions.TooManyRequests');
      const headers = { authorization: `bearer ${KEY}` };
      const json2 = await post(house, '/json/2/res.partner/search_count', '{"domain":[]}', 'application/json', headers);
      assert.equal(json2.status, 429);
      assert.match(json2.headers.get('retry-after') ?? '', /^\d+$/);
      const last = (await allRecords(house)).at(-1);
      assert.deepEqual([last?.code, last?.status, last?.decision], ['rate-limited', 429, 'refused']);
    } finally {
      await house.stop();
    }
  });

  it('of attempts hold, and every attempt is on record', async () => {
    const house = await openProtocolHouse();
    try {
      const login = (key: string) => service(house, 'common', 'login', [DATABASE, LOGIN, key]);
      for (let time = 0; time < 20; time++) assert.equal(resultOf(await login(`guess-${time}`)), false);
      assert.equal(resultOf(await login(KEY)), false, 'not even looked at');
      const attempts = (await allRecords(house)).filter(({ notes }) => notes?.includes('odoo-login:jsonrpc'));
      assert.deepEqual(
        attempts.map(({ code }) => code),
        [...Array.from({ length: 20 }, () => 'token-invalid'), 'attempts-exhausted'],
      );
    } finally {
      await house.stop();
    }
  });

  it('of time hold: after its end a grant opens nothing', async () => {
    const house = await openProtocolHouse({ grant: (text) => text.replace('2030-12-31', '2026-01-01') });
    try {
      const said = await SPEAKERS.jsonrpc.execute(house, 'res.partner', 'search_count', [[]]);
      assert.equal(Object(said).error, 'odoo.exceptions.AccessError');
      assert.equal((await allRecords(house)).at(-1)?.code, 'grant-expired');
    } finally {
      await house.stop();
    }
  });

  it('of sizes hold, in the protocol', async () => {
    const house = await openProtocolHouse({ variables: { PORTCULLIS_MAX_BODY_BYTES: '2048' } });
    try {
      const large = await xmlRpc(house, '/xmlrpc/2/object', 'execute_kw', ['x'.repeat(4000)]);
      assert.match(large.headers.get('content-type') ?? '', /^text\/xml/);
      assert.match(large.text, /<fault>/);
      assert.equal((await allRecords(house)).at(-1)?.code, 'body-too-large');
    } finally {
      await house.stop();
    }
  });
});
