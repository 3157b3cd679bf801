import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypedCall } from '../../odoo/typed-call.ts';
import type { OdooValue } from '../../odoo/wire/value.ts';
import { faultOf, guardedDatabase, type TestModel } from './guarded.fixture.ts';

const PARTNER: TestModel = {
  searchNames: ['name', 'vat'],
  fields: {
    name: 'char',
    vat: 'char',
    country_id: { type: 'many2one', relation: 'res.country' },
    parent_id: { type: 'many2one', relation: 'res.partner' },
    child_ids: { type: 'one2many', relation: 'res.partner', inverse: 'parent_id' },
  },
  granted: { name: ['read'], country_id: ['read'] },
};

test('a text finds nothing through a relation among the fields that name a record', async () => {
  const quants: TestModel = {
    searchNames: ['owner_id'],
    fields: { owner_id: { type: 'many2one', relation: 'res.partner' } },
    granted: { owner_id: ['read'] },
  };
  const moves: TestModel = {
    fields: { quant_id: { type: 'many2one', relation: 'stock.quant' } },
    granted: { quant_id: ['read'] },
  };
  const database = guardedDatabase({
    models: { 'res.partner': PARTNER, 'stock.quant': quants, 'stock.move': moves },
  });
  // Odoo looks up the owner by its hidden tax id, too.
  const found = database.call('stock.move', 'search', { domain: [['quant_id', 'ilike', 'BE0477']] });
  assert.equal(await faultOf(found), 'ValueError');
  assert.deepEqual(database.asked, []);
});

test('a copy of the first of several records is not searched: Odoo would look at all of them', async () => {
  const line: TestModel = { fields: { product_id: 'integer' }, granted: {} };
  const order = (granted: TestModel['granted']): TestModel => ({
    fields: {
      line_ids: { type: 'one2many', relation: 'line' },
      product_id: { type: 'integer', stored: false, related: 'line_ids.product_id', depends: ['line_ids.product_id'] },
    },
    granted: { product_id: ['read'], ...granted },
  });
  const search = (granted: TestModel['granted'], lineGranted: TestModel['granted'] = {}) =>
    faultOf(
      guardedDatabase({ models: { order: order(granted), line: { ...line, granted: lineGranted } } }).call(
        'order',
        'search',
        {
          domain: [['product_id', '=', 7]],
        },
      ),
    );
  assert.equal(await search({}), 'ValueError');
  assert.equal(await search({ line_ids: ['read'] }, { product_id: ['read'] }), undefined);
});

const RULE = [['country_id', '=', 21]];
/** Partner 5 is one of those that may be seen, 6 is another's, and 7 is not there. */
const seen = ({ method, args }: TypedCall): OdooValue | undefined => {
  if (method !== 'search' || !Array.isArray(args.domain)) return undefined;
  const ids: unknown = args.domain.at(-1)?.[2];
  return Array.isArray(ids) ? ids.filter((id) => id === 5) : [];
};

const ORDER: TestModel = {
  calls: ['read', 'create', 'update'],
  fields: { name: 'char', partner_id: { type: 'many2one', relation: 'res.partner' } },
  granted: { name: ['read'], partner_id: ['read', 'label', 'create', 'update'] },
};

test('nothing is counted of links to records outside of their rule', async () => {
  const models = { 'res.partner': PARTNER, 'sale.order': ORDER };
  for (const major of [16, 19]) {
    const method = major === 19 ? 'formatted_read_group' : 'read_group';
    const database = guardedDatabase({ major, models, rules: { 'res.partner': RULE } });
    for (const operator of ['count', 'count_distinct']) {
      const name = `partner_id:${operator}`;
      const args =
        major === 19 ? { domain: [], groupby: [], aggregates: [name] } : { domain: [], fields: [name], groupby: [] };
      assert.equal(await faultOf(database.call('sale.order', method, args)), 'ValueError');
    }
    assert.deepEqual(database.asked, []);
  }
});

test('a link that is not shown costs as many calls as none', async () => {
  const asked = async (partner: OdooValue) => {
    const database = guardedDatabase({
      models: { 'res.partner': PARTNER, 'sale.order': ORDER },
      rules: { 'res.partner': RULE },
      answer: (call) => (call.method === 'search_read' ? [{ id: 1, partner_id: partner }] : seen(call)),
    });
    const rows = await database.call('sale.order', 'search_read', { domain: [], fields: ['partner_id'] });
    assert.deepEqual(rows, [Object.assign(Object.create(null), { id: 1, partner_id: false })]);
    return database.asked.length;
  };
  assert.equal(await asked([6, 'Somebody']), await asked(false));
});

test('no value is proposed that leads to a record outside of its rule', async () => {
  const database = guardedDatabase({
    models: { 'res.partner': PARTNER, 'sale.order': ORDER },
    rules: { 'res.partner': RULE },
    answer: (call) =>
      call.method === 'default_get' ? Object.assign(Object.create(null), { partner_id: 6 }) : seen(call),
  });
  const proposed = await database.call('sale.order', 'default_get', { fields: ['partner_id'] });
  assert.deepEqual({ ...(proposed as object) }, { partner_id: false });
});
