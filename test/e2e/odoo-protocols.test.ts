import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEMO_API_KEY } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import { type Answer, callUrl, type House } from './house.fixture.ts';
import { DATABASE, KEY, LOGIN, openProtocolHouse } from './odoo-protocols.fixture.ts';

const UID = syntheticUid(LOGIN);
const HARBOUR = { id: 10, name: 'Harbour Hardware' };
/** Of a supplier, whom the grant's record filter leaves out. */
const OUTSIDE = 30;

interface Speaker {
  /** One call by a client that knows the key. */
  execute(house: House, model: string, method: string, args: readonly unknown[], named?: object): Promise<unknown>;
}

const post = (house: House, path: string, body: string, type: string, headers: Record<string, string> = {}) =>
  callUrl('POST', `${house.portcullis.gatewayUrl}${path}`, { headers: { 'content-type': type, ...headers }, body });

async function jsonRpc(house: House, path: string, params: object, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'call', params, id: 7 });
  return post(house, path, body, 'application/json', headers);
}

const service = (house: House, name: string, method: string, args: readonly unknown[]) =>
  jsonRpc(house, '/jsonrpc', { service: name, method, args });

/** The result of a JSON-RPC answer; the error's class and text where it has one. */
function resultOf({ json }: Answer): unknown {
  const { result, error } = Object(json);
  return error === undefined ? result : { error: error.data.name, message: error.data.message };
}

function xmlValue(value: unknown): string {
  if (typeof value === 'number') return `<value><int>${value}</int></value>`;
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>`;
  if (typeof value === 'string') return `<value><string>${value.replaceAll('<', '&lt;')}</string></value>`;
  if (Array.isArray(value)) return `<value><array><data>${value.map(xmlValue).join('')}</data></array></value>`;
  const members = Object.entries(Object(value)).map(
    ([name, held]) => `<member><name>${name}</name>${xmlValue(held)}</member>`,
  );
  return `<value><struct>${members.join('')}</struct></value>`;
}

const xmlRpc = (house: House, path: string, method: string, args: readonly unknown[]) => {
  const params = args.map((one) => `<param>${xmlValue(one)}</param>`).join('');
  const body = `<?xml version='1.0'?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  return post(house, path, body, 'text/xml');
};

const SPEAKERS: Readonly<Record<'jsonrpc' | 'json2' | 'session', Speaker>> = {
  jsonrpc: {
    async execute(house, model, method, args, named = {}) {
      return resultOf(await service(house, 'object', 'execute_kw', [DATABASE, UID, KEY, model, method, args, named]));
    },
  },
  json2: {
    async execute(house, model, method, args, named = {}) {
      const names = { search_read: ['domain', 'fields'], search_count: ['domain'], write: ['ids', 'vals'] } as Record<
        string,
        readonly string[]
      >;
      const given = args.map((one, index) => [names[method]?.[index] ?? (index === 0 ? 'ids' : 'fields'), one]);
      const body = JSON.stringify({ ...Object.fromEntries(given), ...named });
      const headers = { authorization: `bearer ${KEY}`, 'x-odoo-database': DATABASE };
      const { status, json } = await post(house, `/json/2/${model}/${method}`, body, 'application/json', headers);
      return status === 200 ? json : { error: Object(json).name, message: Object(json).message };
    },
  },
  session: {
    async execute(house, model, method, args, kwargs = {}) {
      const opened = await openSession(house);
      const params = { model, method, args, kwargs };
      return resultOf(await jsonRpc(house, '/web/dataset/call_kw', params, { cookie: cookieOf(opened) }));
    },
  },
};

const openSession = (house: House, password = KEY) =>
  jsonRpc(house, '/web/session/authenticate', { db: DATABASE, login: LOGIN, password });

function cookieOf(answer: Answer): string {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** A strict answer leaves when its record is durable, and with it all records before. */
async function allRecords(house: House) {
  const token = await house.token('salesforce-crm');
  const strict = await house.call('GET', '/customer-master/v1/customers/10', { token });
  assert.equal(strict.status, 200);
  return (await house.records()).filter(({ consumer }) => consumer !== 'salesforce-crm');
}

function nameOf(house: House, id: number): unknown {
  return house.company.odoo.db.known('res.partner').rows.get(id)?.get('name');
}

describe('Odoo’s own protocols', () => {
  let house: House;
  before(async () => {
    house = await openProtocolHouse();
  });
  after(() => house.stop());

  for (const [protocol, { execute }] of Object.entries(SPEAKERS)) {
    it(`lets a granted read through ${protocol}, field by field and record by record`, async () => {
      const found = await execute(house, 'res.partner', 'search_read', [[['name', 'like', 'Hardware']], ['name']]);
      assert.deepEqual(found, [HARBOUR]);
      assert.deepEqual(await execute(house, 'res.partner', 'read', [[OUTSIDE, 10], ['name']]), [HARBOUR]);
      const all = await execute(house, 'res.partner', 'search_read', [[], []]);
      assert.ok(Array.isArray(all) && all.length > 10);
      for (const record of all) assert.deepEqual(Object.keys(record).sort(), ['country_id', 'id', 'name']);
    });

    it(`answers a hidden field as an unknown one through ${protocol}`, async () => {
      const ask = (field: string) => execute(house, 'res.partner', 'search_count', [[[field, '=', 'BE0477472710']]]);
      const [hidden, unknown] = [await ask('vat'), await ask('vad')];
      assert.match(JSON.stringify(hidden), /error/);
      assert.equal(JSON.stringify(hidden).replaceAll('vat', 'vad'), JSON.stringify(unknown));
    });

    it(`refuses models and methods that are hidden, unknown or Odoo’s own alike through ${protocol}`, async () => {
      const said = new Set<string>();
      for (const [model, method] of [
        ['res.partner', 'unlink'],
        ['res.partner', 'copy_data'],
        ['res.users', 'read'],
        ['ir.attachment', 'read'],
        ['no.such.model', 'read'],
      ] as const) {
        said.add(JSON.stringify(await execute(house, model, method, [[1]])));
      }
      assert.equal(said.size, 1);
      assert.match([...said][0] ?? '', /odoo\.exceptions\.AccessError/);
    });

    it(`writes what is granted and nothing else through ${protocol}`, async () => {
      const name = `Meuse Maintenance ${protocol}`;
      assert.equal(await execute(house, 'res.partner', 'write', [[16], { name }]), true);
      assert.equal(nameOf(house, 16), name);
      const vat = await execute(house, 'res.partner', 'write', [[16], { vat: 'BE1' }]);
      assert.match(JSON.stringify(vat), /error/);
      const outside = await execute(house, 'res.partner', 'write', [[OUTSIDE], { name: 'taken' }]);
      assert.match(JSON.stringify(outside), /error/);
      assert.equal(nameOf(house, OUTSIDE), 'Ardennes Screw Works');
    });
  }

  it('speaks XML-RPC as Odoo does', async () => {
    const version = await xmlRpc(house, '/xmlrpc/2/common', 'version', []);
    assert.match(version.headers.get('content-type') ?? '', /^text\/xml/);
    assert.match(version.text, /<name>server_version<\/name>\s*<value><string>19\.0<\/string><\/value>/);
    const login = await xmlRpc(house, '/xmlrpc/2/common', 'authenticate', [DATABASE, LOGIN, KEY, {}]);
    assert.match(login.text, new RegExp(`<int>${UID}</int>`));
    const wrong = await xmlRpc(house, '/xmlrpc/2/common', 'authenticate', [DATABASE, LOGIN, 'wrong', {}]);
    assert.match(wrong.text, /<boolean>0<\/boolean>/);
    const call = (key: string) =>
      xmlRpc(house, '/xmlrpc/2/object', 'execute_kw', [
        DATABASE,
        UID,
        key,
        'res.partner',
        'read',
        [[10]],
        { fields: ['name'] },
      ]);
    assert.match((await call(KEY)).text, /Harbour Hardware/);
    const denied = await call('wrong');
    assert.equal(denied.status, 200);
    assert.match(denied.text, /<name>faultCode<\/name>\s*<value><int>3<\/int><\/value>/);
    assert.match(denied.text, /Access Denied/);
  });

  it('answers the services that clients ask', async () => {
    assert.deepEqual(resultOf(await service(house, 'db', 'list', [])), [DATABASE]);
    assert.equal(resultOf(await service(house, 'db', 'db_exist', ['postgres'])), false);
    assert.equal(resultOf(await service(house, 'common', 'login', [DATABASE, LOGIN, KEY])), UID);
    assert.equal(resultOf(await service(house, 'common', 'login', [DATABASE, LOGIN, 'x'])), false);
    const context = await service(house, 'object', 'execute', [DATABASE, UID, KEY, 'res.users', 'context_get']);
    assert.deepEqual(resultOf(context), { lang: 'en_US', tz: 'UTC', uid: UID });
    const web = await house.call('GET', '/web/version');
    assert.deepEqual(web.json, { version_info: [19, 0, 0, 'final', 0, ''], version: '19.0' });
    const dump = resultOf(await service(house, 'db', 'dump', ['admin', DATABASE, 'zip']));
    assert.match(JSON.stringify(dump), /error/);
  });

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

  it('is on record, with the call and without a value', async () => {
    await SPEAKERS.jsonrpc.execute(house, 'res.partner', 'read', [[10], ['name', 'country_id']]);
    await service(house, 'common', 'login', [DATABASE, LOGIN, 'wrong-key']);
    const records = await allRecords(house);
    const read = records.filter(({ notes }) => notes?.includes('odoo-call:jsonrpc:res.partner.read')).at(-1);
    assert.equal(read?.operation, 'getCustomer');
    assert.equal(read?.grant, 'old-integration-customers');
    assert.equal(read?.consumer, 'old-integration');
    assert.equal(read?.decision, 'allowed');
    assert.equal(read?.records, 1);
    assert.ok(read?.returned?.includes('Customer.name'));
    const login = records.findLast(({ notes }) => notes?.includes('odoo-login:jsonrpc'));
    assert.deepEqual([login?.decision, login?.code, login?.consumer], ['refused', 'token-invalid', undefined]);
  });

  it('lets no key and no hidden value reach any sink', async () => {
    const hidden = { vat: 'BE0477472710', email: 'office@harbour-hardware.example', note: 'Margin agreed with sales' };
    const texts: string[] = [];
    for (const [protocol, { execute }] of Object.entries(SPEAKERS)) {
      for (const [method, args] of [
        ['read', [[10], ['vat', 'email', 'comment']]],
        ['read', [[10], []]],
        ['search_read', [[['email', '=', hidden.email]], []]],
        ['search_read', [[], ['name'], 0, 5, 'vat desc']],
        ['read_group', [[], ['vat:array_agg'], ['country_id']]],
        ['export_data', [[10], ['vat', 'bank_ids/acc_number']]],
        ['fields_get', []],
      ] as const) {
        texts.push(`${protocol} ${method} ${JSON.stringify(await execute(house, 'res.partner', method, args))}`);
      }
    }
    const metrics = await (await fetch(`${house.portcullis.adminUrl}/metrics`)).text();
    const sinks = [metrics, ...texts];
    for (const entry of await readdir(house.dataFolder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name !== 'signing-keys.json')
        sinks.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
    }
    for (const sink of sinks) {
      for (const secret of [KEY, DEMO_API_KEY, 'switched-off-key-1234567890', 'wrong-key', ...Object.values(hidden)]) {
        assert.ok(!sink.includes(secret), `found ${secret.slice(0, 24)} in ${sink.slice(0, 300)}`);
      }
    }
  });
});

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
