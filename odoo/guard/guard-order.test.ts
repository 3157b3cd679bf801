import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HIDDEN, refusalOf, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

async function asked(args: object, settings?: ShopSettings): Promise<Readonly<Record<string, unknown>>> {
  const { call, asked: calls } = openShop(settings);
  await call('res.partner', 'search', { domain: [], ...args });
  return calls[0]?.args ?? {};
}

const refused = (args: object, settings?: ShopSettings) =>
  refusalOf(openShop(settings).call('res.partner', 'search', { domain: [], ...args }));

describe('an order', () => {
  const rows: readonly (readonly [sent: unknown, asked: string])[] = [
    [undefined, 'name, id desc'],
    [false, 'name, id desc'],
    ['', 'name, id desc'],
    ['name', 'name, id'],
    ['name DESC', 'name desc, id'],
    [' name  asc ,  color desc', 'name, color desc, id'],
    ['id desc, name', 'id desc'],
    ['country_code', 'country_code, id'],
    ['name desc NULLS last', 'name desc nulls last, id'],
    ['country_id.id', 'country_id.id, id'],
  ];
  for (const [sent, order] of rows) {
    test(`${sent} ends with the id`, async () => assert.equal((await asked({ order: sent })).order, order));
  }

  test('of a model that hides part of its own is by id', async () => {
    const { call, asked: calls } = openShop();
    await call('sale.order', 'search', { domain: [] });
    assert.equal(calls[0]?.args.order, 'id');
  });

  test('names nothing hidden, and nothing whose order tells more than its values', async () => {
    const hidden = ['secret_ref', 'no_such_field', 'name, secret_limit desc', 'country_id.name', 'secret_person_id.id'];
    const unfit = ['email', 'country_id', 'tag_ids', 'display_name', 'name_upper', 'photo', 'details', 'tag_ids.id'];
    for (const order of [...hidden, ...unfit]) assert.equal(await refused({ order }), HIDDEN, order);
    assert.equal(await refused({ order: 'country_id.id' }, { major: 18 }), HIDDEN);
    assert.equal(await refused({ order: 'name nulls last' }, { major: 16 }), HIDDEN);
    const rules = { 'res.country': [['code', '=', 'BE']] };
    assert.equal(await refused({ order: 'country_id.id' }, { rules }), HIDDEN);
  });

  test('is one in every form that Odoo would put into SQL', async () => {
    for (const order of [
      'name; drop',
      'name desc asc',
      'name,',
      ',',
      '"name"',
      'name:sum',
      7,
      ['name'],
      'a,'.repeat(20),
      'a'.repeat(1001),
    ]) {
      assert.equal(await refused({ order }), UNFIT, String(order));
    }
  });
});
