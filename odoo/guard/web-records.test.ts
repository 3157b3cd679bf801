import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  guardedDatabase,
  HIDDEN,
  MISSING,
  type Named,
  refusalOf,
  TOO_MUCH,
  UNFIT,
  UNWRITABLE,
} from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

const ONE: ShopSettings = { ids: { 'res.partner': [5], 'sale.order': [5] } };
const CLOSED = 'AccessError operation-not-granted';

async function answered(method: string, args: object, more: Named = {}, settings = ONE, model = 'res.partner') {
  const { call, asked, facts } = openShop(settings);
  return { answer: await call(model, method, args, more), asked, facts };
}

const read = async (specification: object, settings = ONE, model = 'res.partner') => {
  const { answer, asked, facts } = await answered('web_read', { specification }, { ids: [5] }, settings, model);
  return { record: [answer].flat()[0], asked, facts };
};

const refused = (method: string, args: object, more: Named = { ids: [5] }, settings = ONE, model = 'res.partner') => {
  const { call, asked } = openShop(settings);
  return refusalOf(call(model, method, args, more)).then((refusal) => {
    assert.deepEqual(asked, []);
    return refusal;
  });
};

describe('a specification', () => {
  test('is answered by what it names: relations as ids, or with fields as records', async () => {
    const { record } = await read({ name: {}, country_id: {}, tag_ids: {}, user_id: { fields: {} } });
    assert.deepEqual(record, { id: 5, name: 'text of name', country_id: 7, tag_ids: [5, 9], user_id: { id: 7 } });
    const deep = await read({ country_id: { fields: { name: {}, code: {} } }, tag_ids: { fields: { name: {} } } });
    const tag = (id: number) => ({ id, name: 'text of name' });
    const country = { id: 7, name: 'text of name', code: 'text of code' };
    assert.deepEqual(deep.record, { id: 5, country_id: country, tag_ids: [tag(5), tag(9)] });
    assert.deepEqual([...deep.facts.returned].sort(), [
      ...['res.country/code', 'res.country/name', 'res.partner/country_id', 'res.partner/tag_ids'],
      'res.partner/tag_ids/name',
    ]);
  });

  test('has a label where the relation shows one', async () => {
    const { record } = await read({ country_id: { fields: { display_name: {} } } });
    assert.deepEqual(record, { id: 5, country_id: { id: 7, display_name: 'label of country_id' } });
    assert.equal(await refused('web_read', { specification: { user_id: { fields: { display_name: {} } } } }), HIDDEN);
  });

  test('names nothing hidden, at any depth', async () => {
    const specifications = [
      { secret_ref: {} },
      { no_such_field: {} },
      { phone: {} },
      { country_id: { fields: { secret_number: {} } } },
      { parent_id: { fields: { parent_id: { fields: { secret_ref: {} } } } } },
      { tag_ids: { fields: { secret_rank: {} } } },
      { user_id: { fields: { name: {} } } },
      { secret_person_id: { fields: {} } },
      { 'country_id.name': {} },
      { child_ids: { fields: {}, order: 'secret_ref' } },
    ];
    for (const specification of specifications) {
      assert.equal(await refused('web_read', { specification }), HIDDEN, JSON.stringify(specification));
    }
    const orders = { team_id: { fields: { name: {} } } };
    assert.equal(await refused('web_read', { specification: orders }, { ids: [5] }, ONE, 'sale.order'), HIDDEN);
  });

  test('is an object of objects, and leads through relations', async () => {
    for (const specification of [undefined, 'name', ['name'], 7, { name: 'x' }, { name: { fields: { x: {} } } }]) {
      assert.equal(await refused('web_read', { specification }), UNFIT, JSON.stringify(specification));
    }
    assert.equal(await refused('web_read', { specification: { country_id: { fields: ['name'] } } }), UNFIT);
  });

  test('is bounded', async () => {
    const nested = (depth: number): object => (depth === 0 ? {} : { parent_id: { fields: nested(depth - 1) } });
    assert.equal(await refused('web_read', { specification: nested(5) }), TOO_MUCH);
    assert.notEqual((await read(nested(4))).record, undefined);
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`x${index}`, {}]));
    assert.equal(await refused('web_read', { specification: { name: {}, parent_id: { fields: many } } }), HIDDEN);
  });

  test('drops the contexts within it', async () => {
    const context = { show_vat: true, default_secret_ref: 'x' };
    const { asked } = await read({ country_id: { fields: { name: {} }, context } });
    for (const call of asked) assert.deepEqual({ ...call.context }, { active_test: false });
  });

  test('shows of a list those within their rule, in the order that is asked', async () => {
    const settings = { rules: { 'x.tag': [['name', '!=', 'x']] }, ids: { 'res.partner': [5], 'x.tag': [9] } };
    const { record, asked } = await read({ tag_ids: { fields: { name: {} }, order: 'name desc' } }, settings);
    assert.deepEqual(record, { id: 5, tag_ids: [{ id: 9, name: 'text of name' }] });
    const { domain, order } = asked.at(-1)?.args ?? {};
    assert.deepEqual([domain, order], [['&', ['name', '!=', 'x'], ['id', 'in', [9]]], 'name desc, id']);
    const first = await read({ tag_ids: { fields: { name: {} }, limit: 1 } });
    assert.deepEqual(first.record, { id: 5, tag_ids: [{ id: 5, name: 'text of name' }, { id: 9 }] });
  });

  test('shows masks', async () => {
    assert.deepEqual((await read({ email: {} })).record, { id: 5, email: '***' });
  });
});

describe('web_search_read', () => {
  const search = async (args: object, settings: ShopSettings = {}) =>
    answered('web_search_read', { domain: [], specification: { color: {} }, ...args }, {}, settings);

  test('answers a page, and how many there are in all', async () => {
    const { answer, asked } = await search({});
    assert.deepEqual(answer, { length: 3, records: [5, 7, 9].map((id) => ({ id, color: 3 })) });
    assert.equal(asked.length, 1, 'of a last page the length is known');
    const page = await search({ limit: 2 });
    assert.deepEqual(page.answer, { length: 3, records: [5, 7].map((id) => ({ id, color: 3 })) });
    assert.deepEqual(
      page.asked.map(({ method }) => method),
      ['search_read', 'search_count'],
    );
    assert.equal(Object((await search({ limit: 2, count_limit: 2 })).answer).length, 2);
  });

  test('reads, counts and orders within the rule', async () => {
    const rules = { 'res.partner': [['color', '=', 1]] };
    const { asked } = await search({ domain: [['name', '=', 'a']], limit: 1 }, { rules });
    for (const { args } of asked) assert.deepEqual(args.domain, ['&', ['color', '=', 1], ['name', '=', 'a']]);
    assert.equal(asked[0]?.args.order, 'name, id desc');
  });

  test('names nothing hidden', async () => {
    const usual = { domain: [], specification: { name: {} } };
    for (const more of [
      { domain: [['secret_ref', '=', 'x']] },
      { specification: { secret_ref: {} } },
      { order: 'secret_ref' },
    ]) {
      assert.equal(await refused('web_search_read', { ...usual, ...more }, {}), HIDDEN, JSON.stringify(more));
    }
  });

  test('has a list of fields in Odoo 16', async () => {
    const settings = { ...ONE, major: 16 };
    const { answer } = await answered('web_search_read', { domain: [], fields: ['color', 'country_id'] }, {}, settings);
    assert.deepEqual(answer, { length: 1, records: [{ id: 5, color: 3, country_id: [7, 'label of country_id'] }] });
    assert.equal(await refused('web_search_read', { domain: [], fields: ['secret_ref'] }, {}, settings), HIDDEN);
    assert.equal(await refused('web_read', { specification: {} }, { ids: [5] }, settings), CLOSED);
  });
});

describe('web_save', () => {
  const save = (vals: object, ids: readonly number[], specification: object = { name: {} }) =>
    ({ args: { vals, specification }, more: { ids } }) as const;

  test('creates without ids and changes with one, then reads', async () => {
    const made = save({ name: 'A' }, []);
    const created = await answered('web_save', made.args, made.more, { ids: { 'res.partner': [900] } });
    assert.deepEqual(created.answer, [{ id: 900, name: 'text of name' }]);
    assert.deepEqual(
      created.asked.map(({ method }) => method),
      ['create', 'search_read'],
    );
    const changed = save({ name: 'B' }, [5]);
    const updated = await answered('web_save', changed.args, changed.more);
    assert.deepEqual(updated.answer, [{ id: 5, name: 'text of name' }]);
    assert.deepEqual(
      updated.asked.map(({ method }) => method),
      ['write', 'search_read'],
    );
  });

  test('writes nothing where its specification or its values are refused', async () => {
    const hidden = save({ name: 'B' }, [5], { secret_ref: {} });
    assert.equal(await refused('web_save', hidden.args, hidden.more), HIDDEN);
    const secret = save({ secret_ref: 'x' }, [5]);
    assert.equal(await refused('web_save', secret.args, secret.more), HIDDEN);
    const shut = save({ debt: 5 }, [5]);
    assert.equal(await refused('web_save', shut.args, shut.more), UNWRITABLE);
    const two = save({ name: 'B' }, [5, 7]);
    assert.equal(await refused('web_save', two.args, two.more), TOO_MUCH);
  });

  test('does not change, and then show, what lies outside of the rule', async () => {
    const { call, asked } = openShop({ ...ONE, rules: { 'res.partner': [['color', '=', 1]] } });
    const { args, more } = save({ name: 'B' }, [7]);
    assert.equal(await refusalOf(call('res.partner', 'web_save', args, more)), MISSING);
    assert.deepEqual(
      asked.map(({ method }) => method),
      ['search'],
    );
    const next = await call('res.partner', 'web_save', { ...args, next_id: 7 }, { ids: [5] });
    assert.deepEqual(next, []);
  });

  test('answers the id alone where nothing may be read', async () => {
    const partner = { calls: 'create', fields: { name: 'char rc' } } as const;
    const { call, asked } = guardedDatabase({ models: { 'res.partner': partner } });
    const saved = await call(
      'res.partner',
      'web_save',
      { vals: { name: 'A' }, specification: { name: {} } },
      { ids: [] },
    );
    assert.deepEqual(saved, [{ id: 900 }]);
    assert.equal(asked.length, 1);
  });

  test('needs the right that it uses', async () => {
    const line = { vals: { quantity: 2 }, specification: {} };
    assert.equal(await refused('web_save', line, { ids: [] }, ONE, 'sale.line'), CLOSED);
    const { answer } = await answered('web_save', line, { ids: [5] }, { ids: { 'sale.line': [5] } }, 'sale.line');
    assert.deepEqual(answer, [{ id: 5 }]);
    assert.equal(await refused('web_save', { vals: {}, specification: {} }, { ids: [5] }, ONE, 'res.country'), CLOSED);
  });
});
