import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HandleKeys } from '../../audit/handles/handle-keys.ts';
import { keyRing } from '../../gateway/secrets.ts';
import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import { DATABASE, DESK, DESK_KEY } from '../hostile/order-desk.fixture.ts';
import { type House, openHouse } from './house.fixture.ts';
import { jsonRpc, post } from './odoo-speakers.fixture.ts';

/** The demo's order desk, over two of Odoo's protocols. */
async function readOverRpc(house: House): Promise<void> {
  const call = ['res.partner', 'read', [[10], ['name', 'country_id']]];
  const args = [DATABASE, syntheticUid(DESK), DESK_KEY, ...call];
  const { json } = await jsonRpc(house, '/jsonrpc', { service: 'object', method: 'execute_kw', args });
  assert.equal(Object(json).result?.[0]?.id, 10, JSON.stringify(json));
}

async function readOverJson2(house: House): Promise<void> {
  const body = JSON.stringify({ domain: [['id', '=', 10]], fields: ['country_id'] });
  const headers = { authorization: `bearer ${DESK_KEY}`, 'x-odoo-database': DATABASE };
  const { status } = await post(house, '/json/2/res.partner/search_read', body, 'application/json', headers);
  assert.equal(status, 200);
}

describe('handles', () => {
  let house: House;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.stop());

  function handleOf(subject: string): string | undefined {
    const secret = house.variables.PORTCULLIS_MASTER_SECRET ?? '';
    const folder = join(house.dataFolder, 'keys/handles');
    const keys = new HandleKeys({ folder, wrappingKey: keyRing(secret).key('handle-keys'), isReader: true });
    return keys.handlesOf(subject).at(-1)?.handle;
  }

  test('of a customer are the same whatever protocol shows it, and whoever it is shown with', async () => {
    const token = await house.token('salesforce-crm');
    const customer = handleOf('odoo/res.partner 10');
    const country = handleOf('odoo/res.country 20');
    const { rows } = house.company.odoo.db.known('res.partner');
    assert.equal(rows.get(10)?.get('country_id'), 20);
    const [contact] = [...rows].find(([, row]) => row.get('parent_id') === 10) ?? [];
    assert.ok(contact !== undefined && customer !== undefined);

    const calls: Record<string, () => Promise<unknown>> = {
      'by REST': () => house.call('GET', '/customer-master/v1/customers/10', { token }),
      'without its id': () => house.call('GET', '/customer-master/v1/customers/10?fields=name,country', { token }),
      'in a list': () => house.call('GET', '/customer-master/v1/customers?fields=name,country', { token }),
      'by JSON-RPC': () => readOverRpc(house),
      'by JSON-2': () => readOverJson2(house),
    };
    for (const [name, call] of Object.entries(calls)) {
      await call();
      const handles = (await house.records()).at(-1)?.handles ?? [];
      assert.ok(handles.includes(customer), name);
      assert.ok(handles.includes(country ?? ''), name);
    }
    await house.call('GET', `/customer-master/v1/customers/${contact}?fields=parentId`, { token });
    const shown = (await house.records()).at(-1)?.handles ?? [];
    assert.deepEqual(new Set(shown), new Set([customer, handleOf(`odoo/res.partner ${contact}`)]));
  });

  test('stand on record of a write, and not of one that was refused', async () => {
    const token = await house.token('salesforce-crm');
    const write = (body: object) => house.call('PATCH', '/customer-master/v1/customers/12', { token, body });
    const customer = handleOf('odoo/res.partner 12') ?? '';
    assert.equal((await write({ phone: '+31 10 555 0100' })).status, 200);
    const done = (await house.records()).at(-1);
    assert.ok(done?.handles?.includes(customer));
    assert.deepEqual(done?.written, ['Customer.phone']);
    assert.equal((await write({ creditLimit: 5 })).status, 403);
    const refused = (await house.records()).at(-1);
    assert.deepEqual([refused?.handles, refused?.written, refused?.records], [undefined, [], undefined]);
  });

  test('of whom a token stands for name the issuer, too', async () => {
    const token = await house.token('salesforce-crm');
    await house.call('GET', '/customer-master/v1/customers/10', { token });
    assert.equal((await house.records()).at(-1)?.subject, handleOf('identity/embedded salesforce-crm'));
  });
});
