import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type House, openHouse } from './house.fixture.ts';

const INVOICES = '/account-self-service/v1/invoices';
const ORDERS = '/account-self-service/v1/orders';
type Page = { items: Record<string, unknown>[] };

/** SC-04: a customer sees only its own invoices and orders; the claim of its token decides. */
describe('SC-04 account self-service', () => {
  let house: House;
  let harbour: string;
  let delta: string;
  before(async () => {
    house = await openHouse({
      // A person clicks once a second; a test does not.
      edit: {
        'plans.yaml': (text) => text.replace('perSecond: 1, burst: 10', 'perSecond: 100, burst: 100'),
      },
    });
    harbour = await house.userToken('buyer@harbour-hardware.example', 'demo-harbour');
    delta = await house.userToken('buyer@delta-building.example', 'demo-delta');
  });
  after(() => house.stop());

  const ids = async (path: string, token: string) => {
    const { status, json, text } = await house.call('GET', `${path}?limit=100`, { token });
    assert.equal(status, 200, text);
    return (json as Page).items.map(({ id }) => Number(id));
  };

  test('two customers see different invoices, each only posted ones of its own', async () => {
    const own = await ids(INVOICES, harbour);
    const others = await ids(INVOICES, delta);
    assert.ok(own.length > 0 && others.length > 0);
    assert.equal(own.filter((id) => others.includes(id)).length, 0);
    for (const id of own) {
      const move = house.company.odoo.db.tables.get('account.move')?.rows.get(id);
      assert.equal(move?.get('state'), 'posted');
      assert.match(String(move?.get('move_type')), /^out_/);
    }
  });

  test('money is a decimal string, dates have their form', async () => {
    const { json } = await house.call('GET', `${INVOICES}?limit=1`, { token: harbour });
    const [invoice] = (json as Page).items;
    assert.match(String(invoice?.total), /^\d+\.\d\d$/);
    assert.match(String(invoice?.invoiceDate), /^\d{4}-\d\d-\d\d$/);
  });

  test("another customer's invoice is as absent as none", async () => {
    const [foreign] = await ids(INVOICES, delta);
    const answers = [
      await house.call('GET', `${INVOICES}/${foreign}`, { token: harbour }),
      await house.call('GET', `${INVOICES}/999999`, { token: harbour }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404],
    );
    const [a, b] = answers.map(({ json }) => ({ ...(json as object), instance: '' }));
    assert.deepEqual(a, b);
  });

  test('orders follow the same claim', async () => {
    const own = await ids(ORDERS, harbour);
    const others = await ids(ORDERS, delta);
    assert.ok(own.length > 0);
    assert.equal(own.filter((id) => others.includes(id)).length, 0);
  });

  for (const field of ['partnerBankId', 'bankAccount', 'narration', 'accessToken', 'access_token']) {
    test(`fields=${field} is 403`, async () => {
      assert.equal((await house.call('GET', `${INVOICES}?fields=id,${field}`, { token: harbour })).status, 403);
    });
  }

  test('what the client says of companies is ignored and on record', async () => {
    const { status } = await house.call(
      'GET',
      `${INVOICES}?context=${encodeURIComponent('{"allowed_company_ids":[2]}')}`,
      {
        token: harbour,
        headers: { 'x-company': '2' },
      },
    );
    assert.equal(status, 200);
    const record = (await house.records()).at(-1);
    assert.ok(record?.ignored.includes('context'), JSON.stringify(record?.ignored));
    assert.ok(record?.ignored.includes('x-company'), JSON.stringify(record?.ignored));
    assert.ok(!JSON.stringify(house.company.odoo.calls.at(-1)).includes('allowed_company_ids'));
  });
});

test('SC-04: a token without the claim is refused', async () => {
  // The same client with tokens for itself instead of for people.
  const house = await openHouse({
    edit: {
      'consumers.yaml': (text) =>
        text.replace(
          /- id: b2b-portal\n[\s\S]*?authentication: \{ method: none \}/,
          '- id: b2b-portal\n      authentication: {method: client_secret, secret: {env: PORTCULLIS_SECRET_B2B_PORTAL}}',
        ),
    },
    variables: { PORTCULLIS_SECRET_B2B_PORTAL: 'demo-b2b-portal' },
  });
  try {
    const { status, json } = await house.call('GET', INVOICES, { token: await house.token('b2b-portal') });
    assert.equal(status, 403);
    assert.equal((json as { code: string }).code, 'claim-missing');
    assert.equal(house.company.odoo.calls.length, 0);
  } finally {
    await house.stop();
  }
});
