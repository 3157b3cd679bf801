import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { odooObject } from '../wire/value.ts';
import { guardedDatabase, HIDDEN, refusalOf, TOO_MUCH, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

const MODEL = 'sale.order';

/** How a grouping is refused; where it is not, there is no group. */
const refused = (method: string, args: object, settings?: ShopSettings) =>
  refusalOf(openShop({ answer: () => [], ...settings }).call(MODEL, method, { domain: [], ...args }));

describe('keys and aggregates', () => {
  const KEYS = [
    'secret_margin',
    'no_such_field',
    'team_id',
    'partner_id.country_id',
    'line_ids',
    'amount',
    'id',
    'line_ids.quantity',
    'state:sum(secret_margin)',
  ];
  const SUMS = [
    'secret_margin:sum',
    'no_such_field:sum',
    'x:sum(secret_margin)',
    'secret_margin:array_agg',
    'name:array_agg',
    'x:array_agg(name)',
    'id:array_agg',
    'partner_id:recordset',
    'name:max',
    'state:min',
    'partner_id.name:count',
    'amount:sum(secret_margin)',
    'amount:no_such',
    'is_paid:sum',
    'line_ids:count',
    'amount: sum',
  ];

  test('name nothing hidden, and gather no single values', async () => {
    for (const key of KEYS) {
      assert.equal(await refused('read_group', { fields: [], groupby: [key] }), HIDDEN, key);
      assert.equal(await refused('formatted_read_group', { groupby: [key] }), HIDDEN, key);
    }
    for (const sum of SUMS) {
      assert.equal(await refused('read_group', { fields: [sum], groupby: ['state'] }), HIDDEN, sum);
      assert.equal(await refused('formatted_read_group', { groupby: ['state'], aggregates: [sum] }), HIDDEN, sum);
    }
    assert.equal(await refused('formatted_read_group', { aggregates: ['amount'] }), HIDDEN);
    assert.equal(await refused('read_group', { fields: ['name:count(amount)'], groupby: [] }), UNFIT);
    assert.equal(await refused('read_group', { fields: ['__count:max(amount)'], groupby: [] }), UNFIT);
  });

  test('have periods that there are', async () => {
    for (const key of ['day:hour', 'day:decade', 'state:month', 'date_order:sum']) {
      assert.equal(await refused('read_group', { fields: [], groupby: [key] }), UNFIT, key);
    }
    assert.equal(await refused('read_group', { fields: [], groupby: [7] }), UNFIT);
    const many = Array.from({ length: 11 }, () => 'state');
    assert.equal(await refused('read_group', { fields: [], groupby: many }), TOO_MUCH);
  });

  test('do not tell masked values apart, nor records outside of a rule', async () => {
    const partners = (method: string, args: object) =>
      refusalOf(openShop().call('res.partner', method, { domain: [], ...args }));
    assert.equal(await partners('read_group', { fields: [], groupby: ['email'] }), HIDDEN);
    assert.equal(await partners('formatted_read_group', { aggregates: ['email:count'] }), HIDDEN);
    const rules = { 'res.partner': [['color', '=', 1]] };
    assert.equal(await refused('read_group', { fields: [], groupby: ['partner_id'] }, { rules }), HIDDEN);
    for (const operator of ['count', 'count_distinct']) {
      const name = `partner_id:${operator}`;
      assert.equal(await refused('read_group', { fields: [name], groupby: [] }, { rules, major: 16 }), HIDDEN);
      assert.equal(await refused('formatted_read_group', { aggregates: [name] }, { rules }), HIDDEN);
      assert.equal(await refused('formatted_read_group', { aggregates: [name] }), undefined);
    }
  });

  test('have aliases of any name, whether a hidden field has it or none', async () => {
    const told = async (alias: string) => {
      const group = odooObject([
        ['__count', 3],
        ['aggregate_0', 5],
      ]);
      const { call } = guardedDatabase({
        major: 18,
        models: { 'res.partner': { fields: { rank: 'integer r', vat: 'char' } } },
        answer: () => [group],
      });
      const args = { domain: [], fields: [`${alias}:sum(rank)`], groupby: [] };
      return JSON.stringify(await call('res.partner', 'read_group', args)).replaceAll(alias, 'x');
    };
    assert.equal(await told('vat'), '[{"x":5,"__count":3}]');
    assert.equal(await told('tav'), await told('vat'));
  });

  test('without a sum of their own are left out', async () => {
    const { call, asked } = openShop({ major: 17, answer: () => [] });
    const fields = ['name', 'state', 'id', 'date_order'];
    await call(MODEL, 'read_group', { domain: [], fields, groupby: ['state'] });
    assert.deepEqual(asked[0]?.args.fields, ['__count']);
  });
});
