import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guardedDatabase, HIDDEN, refusalOf, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

async function search(args: object, settings: ShopSettings = {}, model = 'res.partner') {
  const { call, asked } = openShop({ ids: { 'res.partner': [5] }, ...settings });
  return { answer: await call(model, 'name_search', args), asked: asked[0]?.args };
}

const refused = (args: object, model = 'res.partner') => refusalOf(openShop().call(model, 'name_search', args));

describe('a search by name', () => {
  test('looks into visible fields only, and answers a visible name', async () => {
    const { answer, asked } = await search({ name: 'BE0477' });
    assert.deepEqual(answer, [[5, 'text of display_name']]);
    // Odoo itself would look into secret_ref, too.
    assert.deepEqual(asked?.domain, [['name', 'ilike', 'BE0477']]);
    assert.deepEqual(asked?.fields, ['id', 'display_name']);
    const country = await search({ name: 'B' }, {}, 'res.country');
    assert.deepEqual(country.asked?.domain, ['|', ['name', 'ilike', 'B'], ['code', 'ilike', 'B']]);
  });

  test('passes over what is masked', async () => {
    const partner = { searchNames: ['name', 'email'], fields: { name: 'char r', email: 'char rm' } } as const;
    const { call, asked } = guardedDatabase({ models: { 'res.partner': partner } });
    await call('res.partner', 'name_search', { name: 'x@y' });
    assert.deepEqual(asked[0]?.args.domain, [['name', 'ilike', 'x@y']]);
  });

  test('finds what has the text in none of them where it is negated', async () => {
    const { asked } = await search({ name: 'B', operator: 'not ilike' }, {}, 'res.country');
    assert.deepEqual(asked?.domain, ['&', ['name', 'not ilike', 'B'], ['code', 'not ilike', 'B']]);
  });

  test('stands beside the domain of the client and the rule', async () => {
    const rules = { 'res.partner': ['|', ['color', '=', 1], ['color', '=', 2]] };
    const { asked } = await search({ name: 'A', domain: ['|', ['score', '>', 1], ['active', '=', true]] }, { rules });
    const rule = ['|', ['color', '=', 1], ['color', '=', 2]];
    const domain = ['|', ['score', '>', 1], ['active', '=', true]];
    assert.deepEqual(asked?.domain, ['&', '&', ...rule, ...domain, ['name', 'ilike', 'A']]);
    for (const nothing of ['', false, null, undefined]) {
      const all = await search(nothing === undefined ? {} : { name: nothing });
      assert.deepEqual(all.asked?.domain, []);
    }
  });

  test('names nothing hidden', async () => {
    assert.equal(await refused({ name: '', domain: [['secret_ref', '=', 'x']] }), HIDDEN);
    // Of a line nothing is seen that would name it.
    assert.equal(await refused({ name: 'x' }, 'sale.line'), HIDDEN);
    for (const name of [7, true, ['x'], { x: 1 }]) assert.equal(await refused({ name }), UNFIT, String(name));
    for (const operator of ['child_of', 'any', 'in (select 1)', '>']) {
      assert.notEqual(await refused({ name: 'x', operator: `${operator} x` }), undefined, operator);
    }
  });

  test('answers a hundred unless it is told otherwise', async () => {
    assert.equal((await search({})).asked?.limit, 100);
    assert.equal((await search({ limit: 7 })).asked?.limit, 7);
    assert.equal((await search({ limit: 0 })).asked?.limit, 101);
  });
});

describe('names of records', () => {
  test('are answered for each that is asked, in pairs', async () => {
    const { call } = openShop({ major: 16, ids: { 'res.partner': [5, 7] } });
    const pair = (id: number) => [id, 'text of display_name'];
    assert.deepEqual(await call('res.partner', 'name_get', {}, { ids: [7, 5, 99, 7] }), [pair(7), pair(5), pair(7)]);
    assert.equal(await refusalOf(call('sale.line', 'name_get', {}, { ids: [5] })), HIDDEN);
  });
});
