import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypedCall } from '../../odoo/typed-call.ts';
import { OdooFloat, type OdooValue } from '../../odoo/wire/value.ts';
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

const LINES: TestModel = {
  calls: ['read', 'create', 'update'],
  fields: {
    order_id: { type: 'many2one', relation: 'sale.order' },
    name: 'char',
    state: { type: 'selection', related: 'order_id.state', depends: ['order_id.state'] },
    company_id: { type: 'many2one', relation: 'res.company', related: 'order_id.company_id', depends: ['order_id'] },
  },
  granted: { name: ['read', 'create', 'update'], order_id: ['read', 'create', 'update'] },
};
const ORDERS: TestModel = {
  calls: ['read', 'create', 'update'],
  fields: {
    name: 'char',
    state: 'selection',
    company_id: { type: 'many2one', relation: 'res.company' },
    order_line: { type: 'one2many', relation: 'sale.order.line', inverse: 'order_id' },
  },
  granted: {
    name: ['read', 'create', 'update'],
    company_id: ['read', 'create'],
    order_line: ['read', 'create', 'update'],
  },
};
const WITH_LINES = { 'sale.order': ORDERS, 'sale.order.line': LINES };
const changed = ({ asked }: { asked: readonly TypedCall[] }) =>
  asked.filter(({ method }) => /write|create/.test(method));

test('lines that are written within a record are kept within their own rule', async () => {
  const rules = { 'res.partner': RULE };
  const partner: TestModel = {
    ...PARTNER,
    calls: ['read', 'create', 'update'],
    granted: {
      name: ['read', 'create', 'update'],
      country_id: ['read', 'create', 'update'],
      child_ids: ['read', 'create', 'update'],
    },
  };
  const write = async (...commands: readonly OdooValue[]) => {
    const database = guardedDatabase({ models: { 'res.partner': partner }, rules, answer: seen });
    const fault = await faultOf(database.call('res.partner', 'write', { vals: { child_ids: commands } }, [5]));
    return fault ?? changed(database)[0]?.args.vals;
  };
  assert.equal(await write([1, 5, { country_id: 33 }]), 'AccessError');
  assert.equal(await write([0, 0, { name: 'A', country_id: 33 }]), 'AccessError');
  assert.deepEqual(
    JSON.stringify(await write([0, 0, { name: 'A' }])),
    '{"child_ids":[[0,0,{"name":"A","country_id":21}]]}',
  );
});

test('what Odoo computes from what is written must lie within the rule, too', async () => {
  const rule = [['company_id', '=', 1]];
  const database = (answer: (call: TypedCall) => OdooValue | undefined) =>
    guardedDatabase({ models: WITH_LINES, rules: { 'sale.order.line': rule }, answer });
  // Order 5 is the first company's.
  const write = async (order: number) => {
    const one = database((call) => (call.model === 'sale.order' ? seen(call) : undefined));
    return (
      (await faultOf(one.call('sale.order.line', 'write', { vals: { order_id: order } }, [1]))) ?? changed(one).length
    );
  };
  assert.equal(await write(5), 1);
  assert.equal(await write(6), 'AccessError');
  const make = async (values: Readonly<Record<string, OdooValue>>) => {
    const one = database((call) => (call.model === 'sale.order' ? seen(call) : undefined));
    const fault = await faultOf(one.call('sale.order.line', 'create', { vals_list: [{ name: 'A', ...values }] }));
    return fault ?? JSON.stringify(changed(one)[0]?.args.vals_list);
  };
  // Not set as if it were the line's own: Odoo would keep it, or write it to the order.
  assert.equal(await make({ order_id: 5 }), '[{"name":"A","order_id":5}]');
  assert.equal(await make({ order_id: 6 }), 'AccessError');
  assert.equal(await make({}), 'AccessError');
});

test('a new line is judged by the record above it', async () => {
  const rules = { 'sale.order.line': [['state', '=', 'draft']], 'sale.order': [['company_id', '=', 1]] };
  const byOrder = { ...rules, 'sale.order.line': [['order_id.company_id', '=', 1]] };
  const lines = [[0, 0, { name: 'A' }]];
  const write = (own: Readonly<Record<string, readonly unknown[]>>, isDraft: boolean) =>
    faultOf(
      guardedDatabase({
        models: WITH_LINES,
        rules: own,
        answer: ({ method, args }) =>
          method === 'search' && JSON.stringify(args.domain).includes('draft') && !isDraft ? [] : undefined,
      }).call('sale.order', 'write', { vals: { order_line: lines } }, [5]),
    );
  assert.equal(await write(rules, true), undefined);
  assert.equal(await write(rules, false), 'AccessError');
  const create = (own: Readonly<Record<string, readonly unknown[]>>, vals: Readonly<Record<string, OdooValue>>) =>
    faultOf(
      guardedDatabase({ models: WITH_LINES, rules: own }).call('sale.order', 'create', {
        vals_list: [{ name: 'A', order_line: lines, ...vals }],
      }),
    );
  assert.equal(await create(byOrder, {}), undefined);
  assert.equal(await create(byOrder, { company_id: 2 }), 'AccessError');
  // Nobody can tell in which state Odoo begins.
  assert.equal(await create(rules, {}), 'AccessError');
});

test('who may not delete takes no line out of its record', async () => {
  const write = (command: readonly OdooValue[], calls: NonNullable<TestModel['calls']>) =>
    faultOf(
      guardedDatabase({ models: { ...WITH_LINES, 'sale.order.line': { ...LINES, calls } } }).call(
        'sale.order',
        'write',
        { vals: { order_line: [command] } },
        [5],
      ),
    );
  for (const command of [[3, 7], [5], [6, 0, []]]) {
    assert.equal(await write(command, ['read', 'update']), 'AccessError');
    assert.equal(await write(command, ['read', 'update', 'delete']), undefined);
  }
  assert.equal(await write([4, 7], ['read', 'update']), undefined);
});

test('a line that is moved into or out of a record stays within its rule', async () => {
  const rule = [['order_id.company_id', '=', 1]];
  const models = { ...WITH_LINES, 'sale.order.line': { ...LINES, calls: ['read', 'update', 'delete'] } as TestModel };
  const write = (command: readonly OdooValue[], isOwn: boolean) =>
    faultOf(
      guardedDatabase({
        models,
        rules: { 'sale.order.line': rule },
        answer: ({ method, model }) => (method === 'search' && model === 'sale.order' && !isOwn ? [] : undefined),
      }).call('sale.order', 'write', { vals: { order_line: [command] } }, [5]),
    );
  assert.equal(await write([4, 7], true), undefined);
  assert.equal(await write([4, 7], false), 'AccessError');
  assert.equal(await write([3, 7], true), 'AccessError');
});

test('a refused link tells nothing of a record that is hidden', async () => {
  const rules = { 'res.partner': RULE, 'sale.order': [['partner_id.vat', '=', 'BE1']] };
  // Partner 6 is hidden, and of the kind that the rule of orders wants; 7 is not there.
  const answer = ({ model, method, args }: TypedCall): OdooValue | undefined => {
    if (method !== 'search' || model !== 'res.partner' || !Array.isArray(args.domain)) return undefined;
    const ids: unknown = args.domain.at(-1)?.[2];
    const found = JSON.stringify(args.domain).includes('BE1') ? [5, 6] : [5];
    return Array.isArray(ids) ? ids.filter((id) => found.includes(id)) : [];
  };
  const link = async (id: number) => {
    const database = guardedDatabase({ models: { 'res.partner': PARTNER, 'sale.order': ORDER }, rules, answer });
    return [
      await faultOf(database.call('sale.order', 'write', { vals: { partner_id: id } }, [1])),
      database.asked.length,
    ];
  };
  assert.deepEqual(await link(6), await link(7));
});

test('a day in a rule is no moment of it', async () => {
  const order: TestModel = {
    calls: ['read', 'update'],
    fields: { date_order: 'datetime' },
    granted: { date_order: ['read', 'update'] },
  };
  const rules = { 'sale.order': [['date_order', '>', '2026-01-31']] };
  const write = (date: string) =>
    faultOf(
      guardedDatabase({ models: { 'sale.order': order }, rules }).call(
        'sale.order',
        'write',
        { vals: { date_order: date } },
        [1],
      ),
    );
  // Odoo compares with the end of the day.
  assert.equal(await write('2026-01-31 10:00:00'), 'AccessError');
});

test('many records are created with one question of what they link', async () => {
  const database = guardedDatabase({
    models: { 'res.partner': PARTNER, 'sale.order': ORDER },
    rules: { 'res.partner': RULE },
    answer: seen,
  });
  const vals_list = Array.from({ length: 100 }, () => ({ partner_id: 5 }));
  await database.call('sale.order', 'create', { vals_list });
  assert.deepEqual(
    database.asked.map(({ method }) => method),
    ['search', 'create'],
  );
});

test('Odoo is asked nothing that its database cannot compare', async () => {
  const order: TestModel = {
    fields: {
      active: 'boolean',
      date_order: 'datetime',
      order_line: { type: 'one2many', relation: 'sale.order.line', inverse: 'order_id' },
    },
    granted: { active: ['read'], date_order: ['read'], order_line: ['read'] },
  };
  for (const major of [16, 19]) {
    const database = guardedDatabase({ major, models: { 'sale.order': order, 'sale.order.line': LINES } });
    const asked: readonly TypedCall[] = database.asked;
    const search = (...condition: OdooValue[]) =>
      faultOf(database.call('sale.order', 'search', { domain: [condition] }));
    assert.equal(await search('id', '<=', new OdooFloat('3.5')), 'ValueError');
    assert.equal(await search('id', 'in', '3.5'), 'ValueError');
    assert.equal(await search('active', '>', true), 'ValueError');
    assert.equal(asked.length, 0);
    assert.equal(await search('id', '=', new OdooFloat('3.0')), undefined);
    assert.equal(await search('order_line', 'in', [false]), undefined);
    assert.equal(await search('order_line', 'not in', [4, false]), undefined);
    await database.call('sale.order', 'read_group', { domain: [], fields: [], groupby: ['date_order'] });
    assert.deepEqual(
      asked.map(({ args }) => args.groupby ?? args.domain),
      [
        [['id', '=', 3]],
        [['order_line', '=', false]],
        ['&', ['order_line', '!=', false], ['order_line', 'not in', [4]]],
        [major === 19 ? 'date_order:month' : 'date_order'],
      ],
    );
  }
});
