import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OdooValue } from '../wire/value.ts';
import {
  HIDDEN,
  MISSING,
  type Named,
  plain,
  refusalOf,
  TOO_MUCH,
  UNFIT,
  UNWRITABLE,
} from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

const UNFIT_VALUE = 'ValueError body-invalid';
const RULES = { 'res.partner': [['color', '=', 1]] };
const ONLY_5 = { rules: RULES, ids: { 'res.partner': [5] } };

/** One call of a shop: what it answers, how it is refused, and what Odoo was told to change. */
async function change(
  method: string,
  args: object,
  more: Named = {},
  settings: ShopSettings = {},
  model = 'res.partner',
) {
  const { call, asked, facts } = openShop(settings);
  let answer: unknown;
  const refusal = await refusalOf(
    call(model, method, args, more).then((value) => {
      answer = value;
    }),
  );
  const changes = asked.filter((one) => !/^search/.test(one.method));
  if (refusal !== undefined) assert.deepEqual(changes, []);
  const told = changes.map(({ method: name, ids, args: given, context }) => plain({ name, ids, given, context }));
  return { answer, refusal, told, asked, facts };
}

const refused = async (...given: Parameters<typeof change>) => (await change(...given)).refusal;

describe('create', () => {
  test('makes records of granted values, and answers their ids, or the id of one that is given alone', async () => {
    const list = [{ name: 'A', phone: '1' }, { name: 'B' }];
    const many = await change('create', { vals_list: list });
    assert.deepEqual(many.answer, [900, 901]);
    assert.deepEqual(many.told, [{ name: 'create', given: { vals_list: list }, context: {} }]);
    assert.deepEqual([...many.facts.written], ['res.partner/name', 'res.partner/phone']);
    assert.deepEqual(
      [many.facts.shown.subjects('erp'), many.facts.recordCount],
      [['erp/res.partner 900', 'erp/res.partner 901'], 2],
    );
    assert.equal((await change('create', { vals_list: { name: 'A' } }, { single: true })).answer, 900);
    assert.deepEqual((await change('create', { vals_list: [] })).told, []);
  });

  test('takes nothing hidden, and of what is seen only what may be given', async () => {
    for (const name of ['secret_ref', 'no_such_field', 'secret_person_id', '__proto__', 'country_id.name', '']) {
      assert.equal(await refused('create', { vals_list: [Object.fromEntries([[name, 'x']])] }), HIDDEN, name);
    }
    for (const name of ['id', 'debt', 'email', 'color', 'child_ids', 'display_name', 'create_date']) {
      assert.equal(await refused('create', { vals_list: [{ [name]: 5 }] }), UNWRITABLE, name);
    }
  });

  test('takes values of the type of their field', async () => {
    const wrong = { name: ['x'], is_company: 'yes', since: 'soon', country_id: 'Belgium', tag_ids: 'x', photo: '!' };
    for (const [name, value] of Object.entries(wrong)) {
      assert.equal(await refused('create', { vals_list: [{ [name]: value }] }), UNFIT_VALUE, name);
    }
    for (const values of ['x', 7, null, ['name']]) {
      assert.equal(await refused('create', { vals_list: [values] }), UNFIT, JSON.stringify(values));
    }
  });

  test('does not take values from the context', async () => {
    const context = { default_secret_ref: 'x', default_name: 'x', lang: 'nl_BE' };
    const [partner] = (await change('create', { vals_list: [{ name: 'A' }] }, { context })).told;
    assert.deepEqual(Object(partner).context, { lang: 'nl_BE' });
    // Of its own operation it does.
    const order = await change('create', { vals_list: [{ name: 'A' }] }, { context }, {}, 'sale.order');
    assert.deepEqual(Object(order.told[0]).context, { lang: 'nl_BE', default_state: 'draft' });
  });

  test('is bounded', async () => {
    assert.equal(await refused('create', { vals_list: Array.from({ length: 501 }, () => ({ name: 'A' })) }), TOO_MUCH);
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`x${index}`, 1]));
    assert.equal(await refused('create', { vals_list: [many] }), TOO_MUCH);
  });

  test('an answer that holds other ids than one for each is not passed on', async () => {
    for (const answer of [[900], [900, 901, 902], ['x', 'y'], true, [0, 1]] as const) {
      const { call } = openShop({ answer: ({ method }) => (method === 'create' ? answer : undefined) });
      const made = call('res.partner', 'create', { vals_list: [{ name: 'A' }, { name: 'B' }] });
      assert.equal(await refusalOf(made), 'RuntimeError upstream-answer-invalid', JSON.stringify(answer));
    }
  });
});

describe('name_create', () => {
  test('answers what is seen of the record that was made', async () => {
    const made = await change('name_create', { name: 'A' }, {}, { ids: { 'res.partner': [900] } });
    assert.deepEqual(made.answer, [900, 'text of display_name']);
    assert.deepEqual(made.told[0], { name: 'create', given: { vals_list: [{ name: 'A' }] }, context: {} });
    const outside = await change('name_create', { name: 'A' }, {}, { ids: { 'res.partner': [] } });
    assert.deepEqual(outside.answer, [900, '']);
  });
});

describe('write', () => {
  const write = (vals: OdooValue, ids: OdooValue = [5], settings?: ShopSettings, context?: object) =>
    change('write', { vals }, { ids, ...(context === undefined ? {} : { context }) }, settings);

  test('changes the records it names, each once, and answers yes', async () => {
    const { answer, told, facts } = await write({ name: 'B', color: '7' }, [7, 5, 7]);
    assert.equal(answer, true);
    assert.deepEqual(told, [{ name: 'write', ids: [7, 5], given: { vals: { name: 'B', color: 7 } }, context: {} }]);
    assert.deepEqual(
      [[...facts.written], facts.shown.subjects('erp')],
      [
        ['res.partner/name', 'res.partner/color'],
        ['erp/res.partner 7', 'erp/res.partner 5'],
      ],
    );
  });

  test('writes nothing where one of them lies outside of the rule, or cannot be', async () => {
    assert.equal((await write({ name: 'B' }, [5], ONLY_5)).answer, true);
    for (const ids of [[5, 7], [7], [5, 2 ** 40], [-1], 7]) {
      assert.equal((await write({ name: 'B' }, ids, ONLY_5)).refusal, MISSING, JSON.stringify(ids));
    }
    for (const ids of ['5', [['5']], [true], [5.5]]) {
      assert.equal((await write({ name: 'B' }, ids)).refusal, UNFIT, JSON.stringify(ids));
    }
  });

  test('asks nothing of Odoo where there is nobody, or nothing, to write', async () => {
    for (const nobody of [[], false, null, 0]) assert.deepEqual((await write({ name: 'B' }, nobody, ONLY_5)).told, []);
    assert.deepEqual((await write({}, [5])).told, []);
    // What may not be written is refused all the same.
    assert.equal((await write({ secret_ref: 'x' }, [])).refusal, HIDDEN);
  });

  test('takes nothing hidden, and of what is seen only what may be changed', async () => {
    for (const name of ['secret_ref', 'no_such_field', 'secret_limit']) {
      assert.equal((await write({ [name]: 'x' })).refusal, HIDDEN, name);
    }
    for (const name of ['id', 'type', 'debt', 'email', 'child_ids']) {
      assert.equal((await write({ [name]: 'x' })).refusal, UNWRITABLE, name);
    }
  });

  test('links records that are there for this consumer', async () => {
    const rules = { 'res.country': [['code', '=', 'BE']] };
    const settings = { rules, ids: { 'res.country': [7] } };
    assert.deepEqual((await write({ country_id: 7 }, [5], settings)).told.length, 1);
    assert.equal((await write({ country_id: 9 }, [5], settings)).refusal, MISSING);
    assert.equal((await write({ country_id: false }, [5], settings)).told.length, 1);
  });
});

describe('archiving', () => {
  test('is a write of active', async () => {
    for (const [method, active] of [
      ['action_archive', false],
      ['action_unarchive', true],
    ] as const) {
      const { answer, told } = await change(method, {}, { ids: [5] });
      assert.equal(answer, true);
      assert.deepEqual(told, [{ name: 'write', ids: [5], given: { vals: { active } }, context: {} }]);
    }
    assert.equal(await refused('action_archive', {}, { ids: [7] }, ONLY_5), MISSING);
    assert.equal(await refused('action_archive', { force: true }, { ids: [5] }), UNFIT);
    // Orders have no such field for this consumer.
    assert.equal(await refused('action_archive', {}, { ids: [5] }, {}, 'sale.order'), HIDDEN);
  });
});

describe('unlink', () => {
  test('deletes the records it names, all of them or none', async () => {
    const { answer, told, facts } = await change('unlink', {}, { ids: [5, 5] }, ONLY_5);
    assert.equal(answer, true);
    assert.deepEqual(told, [{ name: 'unlink', ids: [5], given: {}, context: {} }]);
    assert.deepEqual([facts.shown.subjects('erp'), facts.recordCount], [['erp/res.partner 5'], 1]);
    for (const ids of [[5, 7], [7], [5, -1]]) {
      assert.equal(await refused('unlink', {}, { ids }, ONLY_5), MISSING, JSON.stringify(ids));
    }
    assert.deepEqual((await change('unlink', {}, { ids: [] }, ONLY_5)).asked, []);
  });
});
