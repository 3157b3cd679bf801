import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BoundTerm } from '../gateway/exchange.ts';
import { type Bench, type GrantRules, startBench, VERSIONS } from './odoo-upstream.fixture.ts';

const CUSTOMER: GrantRules = {
  read: {
    Customer: [
      ...['id', 'name', 'isCompany', 'email', 'reference', 'address.street', 'address.city', 'address.countryId'],
      ...['address.country', 'countryCode', 'categoryIds', 'contacts', 'creditLimit', 'active', 'updatedAt'],
    ],
    Party: ['name', 'city'],
  },
  write: { Customer: ['name', 'email', 'isCompany', 'address.city', 'categoryIds', 'creditLimit'] },
};
const CUSTOMERS: Readonly<Record<string, readonly BoundTerm[]>> = {
  Customer: [
    ['customerRank', '>', 0],
    ['companyId', 'in', [null, 1]],
  ],
};

describe('the same contract whatever Odoo is behind it', () => {
  const benches: Bench[] = [];
  before(async () => {
    for (const version of VERSIONS)
      benches.push(await startBench(version, { now: () => '2026-11-20 17:00:00.000001' }));
  });
  after(() => Promise.all(benches.map((bench) => bench.close())));

  /** Asks all four; cursors are sealed anew each time and left out of the comparison. */
  async function sameEverywhere(...call: Parameters<Bench['call']>): Promise<string> {
    const bodies: string[] = [];
    for (const bench of benches) {
      const answer = await bench.call(...call);
      bodies.push(
        JSON.stringify([
          answer.status,
          answer.code,
          answer.refusal?.members ?? null,
          answer.body.replace(/"next":"[\w-]+"/, '"next":"…"'),
          answer.headers,
        ]),
      );
    }
    for (const body of bodies) assert.equal(body, bodies[0]);
    return bodies[0] ?? '';
  }

  test('a record: false is null, times have an offset, money is text, ids and labels apart', async () => {
    await sameEverywhere('getCustomer', CUSTOMER, { id: 11, filter: CUSTOMERS });
    const [bench] = benches;
    const answer = await bench?.call('getCustomer', CUSTOMER, { id: 11, filter: CUSTOMERS });
    assert.deepEqual(answer?.json, {
      id: 11,
      name: 'Delta Building Supplies',
      isCompany: true,
      email: 'office@delta-building-supplies.example',
      reference: 'C1011',
      address: { street: '11 Trade Street', city: 'Ghent', countryId: 20, country: 'Belgium' },
      countryCode: 'BE',
      categoryIds: [1, 3],
      contacts: [{ name: 'Purchasing', city: 'Ghent' }],
      creditLimit: '11000.00',
      active: true,
      updatedAt: '2026-11-12T09:11:00Z',
    });
  });

  test('lists, filters and sorts by contract names', async () => {
    const list = { filter: CUSTOMERS, limit: 5 };
    await sameEverywhere('listCustomers', CUSTOMER, { ...list, sort: [{ field: 'address.city', descending: true }] });
    const filtered = await sameEverywhere('listCustomers', CUSTOMER, {
      ...list,
      filters: [
        ['address.city', 'ilike', 'LIÈGE'],
        ['updatedAt', '>=', '2026-11-01T00:00:00+01:00'],
      ],
    });
    assert.match(filtered, /Meuse Maintenance/);
  });

  test('orders with their lines, though a field was renamed in 19', async () => {
    const read = {
      Order: ['id', 'number', 'customerId', 'orderedAt', 'total', 'lines'],
      OrderLine: ['productId', 'quantity', 'unitId'],
    };
    const body = await sameEverywhere('listOrders', { read }, { limit: 3 });
    assert.match(body, /unitId/);
  });

  test('creates with lines, and answers with what came of it', async () => {
    const read = { Order: ['id', 'customerId', 'total', 'lines'], OrderLine: ['productId', 'quantity'] };
    const write = { Order: ['customerId', 'lines'], OrderLine: ['productId', 'quantity'] };
    const body = { customerId: 10, lines: [{ productId: 1, quantity: 3 }] };
    const answer = await sameEverywhere(
      'createOrder',
      { read, write },
      { body, filter: { Order: [['teamId', '=', 2]] } },
    );
    assert.match(answer, /201/);
    for (const { odoo } of benches) assert.equal(odoo.db.value('sale.order', 61, 'team_id'), 2);
  });

  test('creates, refuses the duplicate, changes, archives', async () => {
    const body = {
      name: 'New Shop',
      isCompany: true,
      email: 'new@shop.example',
      address: { city: 'Ghent' },
      categoryIds: [2],
    };
    const made = await sameEverywhere('createCustomer', CUSTOMER, { body, filter: CUSTOMERS });
    const id = /\\"id\\":(\d+)/.exec(made)?.[1];
    assert.match(made, new RegExp(`/trade/v1/customers/${id}`));
    const again = await sameEverywhere('createCustomer', CUSTOMER, {
      body: { ...body, email: 'NEW@shop.example' },
      filter: CUSTOMERS,
    });
    assert.match(again, new RegExp(`"duplicate",{"existing":${id}}`));
    const changed = await sameEverywhere('updateCustomer', CUSTOMER, {
      id: Number(id),
      filter: CUSTOMERS,
      body: { creditLimit: '12.50', email: null, address: { city: null } },
    });
    assert.match(changed, /\\"creditLimit\\":\\"12\.50\\"/);
    assert.match(await sameEverywhere('archiveCustomer', CUSTOMER, { id: Number(id), filter: CUSTOMERS }), /^\[204/);
    for (const { odoo } of benches) assert.equal(odoo.db.value('res.partner', Number(id), 'active'), false);
  });

  test('refusals are the same too, and hold nothing of Odoo', async () => {
    const cases: Parameters<Bench['call']>[] = [
      ['getCustomer', CUSTOMER, { id: 30, filter: CUSTOMERS }],
      ['getCustomer', CUSTOMER, { id: 999_999, filter: CUSTOMERS }],
      ['getCustomer', CUSTOMER, { id: '99999999999' }],
      ['updateCustomer', CUSTOMER, { id: 10, body: { categoryIds: [424242] } }],
      ['validateShipment', { read: { Shipment: ['id'] } }, { id: 3 }],
      ['listCustomers', CUSTOMER, { cursor: 'AAAA', filter: CUSTOMERS }],
      ['updateCustomer', CUSTOMER, { id: 10, body: { creditLimit: '1.234' } }],
    ];
    for (const call of cases) {
      const body = await sameEverywhere(...call);
      assert.doesNotMatch(body, /Traceback|odoo|res\.|SELECT|erp-db|line \d+/i);
    }
  });
});
