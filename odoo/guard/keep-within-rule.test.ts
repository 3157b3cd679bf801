import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TypedCall } from '../typed-call.ts';
import type { OdooValue } from '../wire/value.ts';
import type { ModelSpec } from './granted-access.fixture.ts';
import {
  type Behind,
  type Guarded,
  guardedDatabase,
  MISSING,
  plain,
  refusalOf,
  UNWRITABLE,
} from './guarded-database.fixture.ts';

const COUNTRY: ModelSpec = { fields: { name: 'char r', code: 'char' } };
const PARTNER: ModelSpec = {
  calls: 'read create update',
  fields: {
    name: 'char rcu',
    vat: 'char',
    rank: 'integer rcu',
    since: 'datetime rcu',
    country_id: 'many2one res.country rcu',
    parent_id: 'many2one res.partner rcu',
    child_ids: { is: 'one2many res.partner rcu', inverse: 'parent_id' },
  },
};
const ORDER: ModelSpec = {
  calls: 'read create update',
  fields: {
    name: 'char rcu',
    state: 'selection r',
    company_id: 'many2one res.company rc',
    partner_id: 'many2one res.partner rcu',
    order_line: { is: 'one2many sale.order.line rcu', inverse: 'order_id' },
  },
};
const LINE: ModelSpec = {
  calls: 'read create update delete',
  fields: {
    name: 'char rcu',
    order_id: 'many2one sale.order rcu',
    state: { is: 'selection', related: 'order_id.state', depends: ['order_id.state'] },
    company_id: { is: 'many2one res.company', related: 'order_id.company_id', depends: ['order_id'] },
  },
};
const MODELS = { 'res.partner': PARTNER, 'res.country': COUNTRY, 'sale.order': ORDER, 'sale.order.line': LINE };

/** What Odoo is told to write, or how the call is refused: then it is told nothing. */
async function written(behind: Behind, act: (call: Guarded['call']) => Promise<unknown>): Promise<unknown> {
  const { call, asked } = guardedDatabase({ models: MODELS, ...behind });
  const refusal = await refusalOf(act(call));
  const changes = asked.filter(({ method }) => method === 'write' || method === 'create');
  assert.equal(changes.length, refusal === undefined ? 1 : 0);
  return refusal ?? plain(changes[0]?.args.vals ?? changes[0]?.args.vals_list);
}

/** Of a model, some records within a rule: 5, and no other. */
const only5 =
  (model: string): NonNullable<Behind['answer']> =>
  (call) => {
    if (call.method !== 'search' || call.model !== model) return undefined;
    return idsIn(call).filter((id) => id === 5);
  };

function idsIn({ args }: TypedCall): readonly number[] {
  const ids: unknown = Array.isArray(args.domain) ? args.domain.at(-1)?.[2] : [];
  return Array.isArray(ids) ? ids : [];
}

describe('a new record', () => {
  const create = (rule: readonly unknown[], values: object) =>
    written({ rules: { 'res.partner': rule } }, (call) => call('res.partner', 'create', { vals_list: [values] }));

  const completed: readonly (readonly [rule: readonly unknown[], values: object])[] = [
    [[['country_id', '=', 21]], { country_id: 21 }],
    [[['country_id', 'in', [21]]], { country_id: 21 }],
    [[['country_id', 'in', [21, false]]], { country_id: false }],
    [[['rank', '>', 0]], { rank: 1 }],
    [[['rank', '>=', 3]], { rank: 3 }],
    [['&', ['rank', '>', 0], ['country_id', '=', 21]], { rank: 1, country_id: 21 }],
  ];
  for (const [rule, values] of completed) {
    test(`is put within ${JSON.stringify(rule)} where nothing is said of it`, async () => {
      assert.deepEqual(await create(rule, { name: 'A' }), [{ name: 'A', ...values }]);
    });
  }

  test('is refused where it would lie outside, or nobody can tell', async () => {
    assert.equal(await create([['country_id', '=', 21]], { country_id: 33 }), UNWRITABLE);
    assert.equal(await create([['country_id', 'in', [21, 22]]], { name: 'A' }), UNWRITABLE);
    assert.equal(await create([['country_id.code', '=', 'BE']], { name: 'A' }), UNWRITABLE);
    assert.equal(await create(['!', ['rank', '=', 0]], { rank: 0 }), UNWRITABLE);
    assert.equal(await create(['|', ['rank', '=', 1], ['rank', '=', 2]], { rank: 3 }), UNWRITABLE);
    assert.equal(await create([['rank', '<', 1]], { name: 'A' }), UNWRITABLE);
  });

  test('is made where what is said lies within', async () => {
    assert.notEqual(await create(['|', ['rank', '=', 1], ['rank', '=', 2]], { rank: 2 }), UNWRITABLE);
    assert.notEqual(await create(['!', ['rank', '=', 0]], { rank: 1 }), UNWRITABLE);
  });
});

describe('a record that is changed', () => {
  const write = (rule: readonly unknown[], vals: object) =>
    written({ rules: { 'res.partner': rule } }, (call) => call('res.partner', 'write', { vals }, { ids: [5] }));

  test('may be changed in what the rule does not speak of', async () => {
    assert.deepEqual(await write([['country_id', '=', 21]], { name: 'B' }), { name: 'B' });
  });

  test('does not leave its rule', async () => {
    assert.equal(await write([['country_id', '=', 21]], { country_id: 33 }), UNWRITABLE);
    assert.equal(await write([['country_id', '=', 21]], { country_id: false }), UNWRITABLE);
    assert.notEqual(await write([['country_id', '=', 21]], { country_id: 21 }), UNWRITABLE);
  });

  test('is not judged by a day where its value is a moment', async () => {
    // Odoo compares with the end of the day.
    assert.equal(await write([['since', '>', '2026-01-31']], { since: '2026-01-31 10:00:00' }), UNWRITABLE);
    assert.notEqual(await write([['since', '>', '2026-01-31 00:00:00']], { since: '2026-02-01 10:00:00' }), UNWRITABLE);
  });

  test('lies within it, too, by what Odoo computes from what is written', async () => {
    const behind = { rules: { 'sale.order.line': [['company_id', '=', 1]] }, answer: only5('sale.order') };
    const move = (order: number) =>
      written(behind, (call) => call('sale.order.line', 'write', { vals: { order_id: order } }, { ids: [1] }));
    assert.deepEqual(await move(5), { order_id: 5 });
    assert.equal(await move(6), UNWRITABLE);
    const make = (values: object) =>
      written(behind, (call) => call('sale.order.line', 'create', { vals_list: [{ name: 'A', ...values }] }));
    // Not set as if it were the line's own: Odoo would keep it, or write it to the order.
    assert.deepEqual(await make({ order_id: 5 }), [{ name: 'A', order_id: 5 }]);
    assert.equal(await make({ order_id: 6 }), UNWRITABLE);
    assert.equal(await make({}), UNWRITABLE);
  });
});

describe('lines within a record', () => {
  const inCountry = { rules: { 'res.partner': [['country_id', '=', 21]] }, answer: only5('res.partner') };
  const writeLine = (command: readonly OdooValue[]) =>
    written(inCountry, (call) => call('res.partner', 'write', { vals: { child_ids: [command] } }, { ids: [5] }));

  test('are kept within their own rule', async () => {
    assert.equal(await writeLine([1, 5, { country_id: 33 }]), UNWRITABLE);
    assert.equal(await writeLine([0, 0, { name: 'A', country_id: 33 }]), UNWRITABLE);
    const made = await writeLine([0, 0, { name: 'A' }]);
    assert.deepEqual(made, { child_ids: [[0, 0, { name: 'A', country_id: 21 }]] });
  });

  test('are judged by the record above them', async () => {
    const rules = { 'sale.order.line': [['state', '=', 'draft']], 'sale.order': [['company_id', '=', 1]] };
    const byOrder = { ...rules, 'sale.order.line': [['order_id.company_id', '=', 1]] };
    const order_line = [[0, 0, { name: 'A' }]];
    const write = (isDraft: boolean) => {
      const answer: Behind['answer'] = ({ method, args }) =>
        method === 'search' && JSON.stringify(args.domain).includes('draft') && !isDraft ? [] : undefined;
      const vals = { order_line };
      return written({ rules, answer }, (call) => call('sale.order', 'write', { vals }, { ids: [5] }));
    };
    assert.notEqual(await write(true), UNWRITABLE);
    assert.equal(await write(false), UNWRITABLE);
    const create = (own: NonNullable<Behind['rules']>, more: object) =>
      written({ rules: own }, (call) =>
        call('sale.order', 'create', { vals_list: [{ name: 'A', order_line, ...more }] }),
      );
    assert.notEqual(await create(byOrder, {}), UNWRITABLE);
    assert.equal(await create(byOrder, { company_id: 2 }), UNWRITABLE);
    // Nobody can tell in which state Odoo begins.
    assert.equal(await create(rules, {}), UNWRITABLE);
  });

  test('stay within their rule when they are moved into a record or out of it', async () => {
    const rules = { 'sale.order.line': [['order_id.company_id', '=', 1]] };
    const move = (command: readonly OdooValue[], isOwn: boolean) => {
      const answer: Behind['answer'] = ({ method, model }) =>
        method === 'search' && model === 'sale.order' && !isOwn ? [] : undefined;
      const vals = { order_line: [command] };
      return written({ rules, answer }, (call) => call('sale.order', 'write', { vals }, { ids: [5] }));
    };
    assert.notEqual(await move([4, 7], true), UNWRITABLE);
    assert.equal(await move([4, 7], false), UNWRITABLE);
    assert.equal(await move([3, 7], true), UNWRITABLE);
  });
});

test('a link to a record outside of its rule is answered like one to a record that is not there', async () => {
  const rules = { 'res.partner': [['country_id', '=', 21]], 'sale.order': [['partner_id.vat', '=', 'BE1']] };
  // Partner 6 is hidden, and of the kind that the rule of orders wants; 7 is not there.
  const answer: Behind['answer'] = (call) => {
    if (call.method !== 'search' || call.model !== 'res.partner') return undefined;
    const found = JSON.stringify(call.args.domain).includes('BE1') ? [5, 6] : [5];
    return idsIn(call).filter((id) => found.includes(id));
  };
  const link = async (id: number) => {
    const { call, asked } = guardedDatabase({ models: MODELS, rules, answer });
    const refusal = await refusalOf(call('sale.order', 'write', { vals: { partner_id: id } }, { ids: [1] }));
    return [refusal, asked.length];
  };
  assert.deepEqual(await link(6), await link(7));
  assert.equal((await link(6))[0], MISSING);
});
