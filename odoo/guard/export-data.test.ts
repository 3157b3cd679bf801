import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HIDDEN, refusalOf, TOO_MUCH, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

/** The row of partner 5, and what Odoo was asked for it. */
async function row(columns: readonly string[], settings: ShopSettings = {}) {
  const { call, asked, facts } = openShop({ ids: { 'res.partner': [5] }, ...settings });
  const answer = await call('res.partner', 'export_data', { fields_to_export: columns }, { ids: [5] });
  return { row: Object(answer).datas[0], asked, facts };
}

async function refused(columns: unknown, model = 'res.partner'): Promise<string | undefined> {
  const { call, asked } = openShop();
  const refusal = await refusalOf(call(model, 'export_data', { fields_to_export: columns }, { ids: [5] }));
  assert.deepEqual(asked, []);
  return refusal;
}

describe('an export', () => {
  test('has a cell for each column: values, labels, and what stands behind single relations', async () => {
    const columns = ['name', '.id', 'country_id', 'country_id/code', 'country_id/.id', 'parent_id/country_id/name'];
    const { row: cells, asked, facts } = await row(columns, { ids: { 'res.partner': [5, 7] } });
    const behind = ['text of code', 7, 'text of name'];
    assert.deepEqual(cells, ['text of name', 5, 'label of country_id', ...behind]);
    assert.deepEqual(
      asked.map(({ method, model }) => `${model} ${method}`),
      [...['res.partner search_read', 'res.country search_read', 'res.partner search_read', 'res.country search_read']],
    );
    assert.ok(facts.returned.has('res.country/code') && facts.returned.has('res.partner/name'));
  });

  test('has an empty text for nothing, and false only of yes and no', async () => {
    const nothing = { id: 5, name: false, is_company: false, country_id: false };
    const answer = () => [Object.assign(Object.create(null), nothing)];
    const { row: cells } = await row(['name', 'is_company', 'country_id', 'country_id/name'], { answer });
    assert.deepEqual(cells, ['', false, '', '']);
  });

  test('shows masks, and leads through none', async () => {
    assert.deepEqual((await row(['email'])).row, ['***']);
  });

  test('leads to no record outside of its rule', async () => {
    const rules = { 'res.country': [['code', '=', 'BE']] };
    const { row: cells } = await row(['country_id', 'country_id/name'], {
      rules,
      ids: { 'res.partner': [5], 'res.country': [] },
    });
    assert.deepEqual(cells, ['', '']);
  });

  test('names nothing hidden, and no list', async () => {
    const columns = [
      ...['secret_ref', 'no_such_field', 'phone', 'secret_person_id/name', 'country_id/secret_number', 'tag_ids/name'],
      ...['child_ids', 'tag_ids', 'user_id/secret_login', 'user_id/name', 'name/x', '', '/', 'country_id/', '/name'],
      ...['country_id.name', 'parent_id/parent_id/secret_ref', '.id/name', 'user_id', '__proto__'],
    ];
    for (const column of columns) assert.equal(await refused(['name', column]), HIDDEN, column);
    assert.equal(await refused(['team_id/name'], 'sale.order'), HIDDEN);
  });

  test('has no column id, for which Odoo would write a name for each record', async () => {
    for (const column of ['id', 'country_id/id']) assert.equal(await refused([column]), HIDDEN, column);
  });

  test('is a bounded list of names', async () => {
    for (const columns of ['name', 7, [7], { name: 1 }]) assert.equal(await refused(columns), UNFIT);
    assert.equal(await refused(Array.from({ length: 201 }, () => 'name')), TOO_MUCH);
    assert.equal(await refused([`${'parent_id/'.repeat(5)}name`]), HIDDEN);
  });
});
