import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEMO_API_KEY } from '../../examples/stand-in-odoo/demo-data/demo-data.ts';
import type { House } from './house.fixture.ts';
import { DATABASE, KEY, LOGIN, openProtocolHouse } from './odoo-protocols.fixture.ts';
import { allRecords, resultOf, SPEAKERS, service, UID, xmlRpc } from './odoo-speakers.fixture.ts';

const HARBOUR = { id: 10, name: 'Harbour Hardware' };
/** Of a supplier, whom the grant's record filter leaves out. */
const OUTSIDE = 30;

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
