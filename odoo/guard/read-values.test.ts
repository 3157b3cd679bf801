import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OdooFloat, type OdooValue, odooObject } from '../wire/value.ts';
import { HIDDEN, refusalOf, type TestSettings, testRun, UNFIT } from './guard.fixture.ts';

const MOST = 'UserError parameter-invalid';
const UNSUITABLE = 'RuntimeError upstream-answer-invalid';

async function asked(
  method: string,
  args: object,
  settings?: TestSettings,
): Promise<Readonly<Record<string, unknown>>> {
  const { call, asked: calls } = testRun(settings);
  await call('res.partner', method, args);
  return calls[0]?.args ?? {};
}

const refused = (method: string, args: object, settings?: TestSettings, model = 'res.partner') =>
  refusalOf(testRun(settings).call(model, method, args));

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
    test(`${sent} ends with the id`, async () =>
      assert.equal((await asked('search', { domain: [], order: sent })).order, order));
  }

  test('of a model that hides part of its own is by id', async () => {
    const { call, asked: calls } = testRun();
    await call('sale.order', 'search', { domain: [] });
    assert.equal(calls[0]?.args.order, 'id');
  });

  test('names nothing hidden, and nothing whose order tells more than its values', async () => {
    const hidden = ['secret_ref', 'no_such_field', 'name, secret_limit desc', 'country_id.name', 'secret_person_id.id'];
    const unfit = ['email', 'country_id', 'tag_ids', 'display_name', 'name_upper', 'photo', 'details', 'tag_ids.id'];
    for (const order of [...hidden, ...unfit]) assert.equal(await refused('search_read', { order }), HIDDEN, order);
    assert.equal(await refused('search', { domain: [], order: 'country_id.id' }, { major: 18 }), HIDDEN);
    assert.equal(await refused('search', { domain: [], order: 'name nulls last' }, { major: 16 }), HIDDEN);
    const rules = { 'res.country': [['code', '=', 'BE']] };
    assert.equal(await refused('search', { domain: [], order: 'country_id.id' }, { rules }), HIDDEN);
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
      assert.equal(await refused('search', { domain: [], order }), UNFIT, String(order));
    }
  });
});

describe('fields', () => {
  const readable =
    'active child_ids color comment country_code country_id create_date debt details display_name email id is_company name name_upper parent_id photo ref_upper score since tag_ids type unsearched user_id';
  test('are all readable ones where none are named', async () => {
    for (const fields of [undefined, false, [], '']) {
      const expected = ['id', ...readable.split(' ').filter((name) => name !== 'id')];
      assert.deepEqual((await asked('search_read', { fields })).fields, expected);
    }
  });

  test('are asked for once each, and answered in their order', async () => {
    const { call, asked: calls } = testRun({ ids: { 'res.partner': [5] } });
    const [record] = [await call('res.partner', 'search_read', { fields: ['name', 'color', 'name'] })].flat();
    assert.deepEqual(calls[0]?.args.fields, ['id', 'name', 'color']);
    assert.deepEqual(Object.keys(Object(record)), ['id', 'name', 'color']);
  });

  test('hidden, unknown, write-only and dotted ones are the same answer', async () => {
    for (const name of ['secret_ref', 'no_such_field', 'phone', 'country_id.name', '', '__proto__', 'toString']) {
      assert.equal(await refused('search_read', { fields: ['name', name] }), HIDDEN, name);
    }
    assert.equal(await refused('search_read', { fields: ['team_id'] }, {}, 'sale.order'), HIDDEN);
  });

  test('are a list of names', async () => {
    for (const fields of ['name', { name: 1 }, [1], [['name']], [null], true, 7]) {
      assert.equal(await refused('search_read', { fields }), UNFIT, JSON.stringify(fields));
    }
    assert.equal(await refused('search_read', { fields: Array.from({ length: 2001 }, () => 'name') }), MOST);
  });
});

describe('a page', () => {
  test('asks for one record more than may be answered, where the client sets no lower limit', async () => {
    const rows = [
      [undefined, 101],
      [0, 101],
      [false, 101],
      [null, 101],
      [7, 7],
      ['7', 7],
      [new OdooFloat('7.0'), 7],
      [9999, 101],
    ];
    for (const [limit, expected] of rows) assert.equal((await asked('search', { domain: [], limit })).limit, expected);
    assert.equal((await asked('search', { domain: [], offset: '20' })).offset, 20);
  });

  test('is refused where it is more than may be answered, and never cut', async () => {
    const settings = { access: { mostRecords: 2 } };
    for (const method of ['search', 'search_read', 'name_search']) {
      assert.equal(await refused(method, { domain: [] }, settings), MOST, method);
      assert.equal(await refused(method, { domain: [], limit: 2 }, settings), undefined, method);
    }
  });

  test('has counts', async () => {
    for (const limit of [-1, '1x', 1.5, true, [1], {}, 2 ** 40, 'all']) {
      assert.equal(await refused('search', { domain: [], limit }), UNFIT, String(limit));
      assert.equal(await refused('search', { domain: [], offset: limit }), UNFIT, String(limit));
    }
    const { call } = testRun();
    assert.equal(await call('res.partner', 'search_count', { domain: [], limit: 2 }), 2);
    assert.equal(await call('res.partner', 'search_count', { domain: [] }), 3);
  });
});

describe('values as they are answered', () => {
  const read = async (names: readonly string[], more: object = {}) => {
    const { call, asked: calls, facts } = testRun({ ids: { 'res.partner': [5] } });
    const answer = await call('res.partner', 'read', { fields: names, ...more }, { ids: [5] });
    return { record: Object([answer].flat()[0]), calls, facts };
  };

  test('labels stand where they are granted, and are empty where they are not', async () => {
    const { record } = await read(['country_id', 'user_id', 'email', 'tag_ids']);
    assert.deepEqual(record, {
      id: 5,
      country_id: [7, 'label of country_id'],
      user_id: [7, ''],
      email: '***',
      tag_ids: [5, 9],
    });
  });

  test('labels are not asked for where none may be shown', async () => {
    assert.equal(Object.hasOwn((await read(['country_id'])).calls[0]?.args ?? {}, 'load'), false);
    assert.equal((await read(['user_id'])).calls[0]?.args.load, null);
    const { record, calls } = await read(['country_id'], { load: '_classic_write' });
    assert.deepEqual([record.country_id, calls[0]?.args.load], [7, null]);
  });

  test('what goes out is noted', async () => {
    const { facts } = await read(['name', 'email']);
    assert.deepEqual([...facts.returned], ['res.partner/name']);
    assert.deepEqual([...facts.masked], ['res.partner/email']);
    assert.deepEqual([facts.recordIds, facts.recordCount], [[5], 1]);
  });

  test('links to records outside of their rule are not there', async () => {
    const { call, asked: calls } = testRun({
      rules: { 'x.tag': [['name', '=', 'a']], 'res.country': [['code', '=', 'BE']] },
      ids: { 'x.tag': [9], 'res.country': [], 'res.partner': [5] },
    });
    const fields = ['country_id', 'tag_ids', 'child_ids'];
    const answer = await call('res.partner', 'read', { fields }, { ids: [5] });
    assert.deepEqual(answer, [{ id: 5, country_id: false, tag_ids: [9], child_ids: [9, 5] }]);
    assert.deepEqual(
      calls
        .slice(1)
        .map(({ model, method }) => `${model} ${method}`)
        .sort(),
      ['res.country search', 'x.tag search'],
    );
  });

  test('an answer that is not what was asked for is not passed on', async () => {
    const wrong: readonly OdooValue[] = [
      ...[false, 'x', [7], [odooObject([['id', 'x']])], [odooObject([['name', 'a']])], [odooObject([['id', 5]])]],
      ...[
        [
          odooObject([
            ['id', 5],
            ['name', 7],
          ]),
        ],
        [
          odooObject([
            ['id', 5],
            ['name', ['a']],
          ]),
        ],
      ],
      Array.from({ length: 2 }, () =>
        odooObject([
          ['id', 5],
          ['name', 'a'],
        ]),
      ),
      Array.from({ length: 102 }, (_, id) =>
        odooObject([
          ['id', id + 1],
          ['name', 'a'],
        ]),
      ),
    ];
    for (const answer of wrong) {
      assert.equal(await refused('search_read', { fields: ['name'] }, { answer: () => answer }), UNSUITABLE);
    }
    for (const answer of [false, ['x'], [0], [5.5], odooObject([])]) {
      assert.equal(await refused('search', { domain: [] }, { answer: () => answer }), UNSUITABLE);
      assert.equal(await refused('search_count', { domain: [] }, { answer: () => answer }), UNSUITABLE);
    }
  });
});

describe('reading by ids', () => {
  test('is a search within the rule, archived or not, in the order that was asked', async () => {
    const { call, asked: calls } = testRun({
      rules: { 'res.partner': [['color', '=', 1]] },
      ids: { 'res.partner': [5, 7] },
    });
    const answer = await call('res.partner', 'read', { fields: ['color'] }, { ids: [7, 5, 99, 7] });
    assert.deepEqual(
      answer,
      [7, 5, 7].map((id) => ({ id, color: 3 })),
    );
    assert.deepEqual(calls[0]?.args.domain, ['&', ['color', '=', 1], ['id', 'in', [7, 5, 99]]]);
    assert.equal(calls[0]?.context.active_test, false);
  });

  test('takes one id, several or none', async () => {
    const { call } = testRun();
    const ids = async (sent: OdooValue) => call('res.partner', 'read', { fields: ['id'] }, { ids: sent });
    assert.deepEqual(await ids(5), [{ id: 5 }]);
    assert.deepEqual(await ids([-1, 0, 2 ** 40, 5]), [{ id: 5 }]);
    for (const nothing of [[], false, null, '']) assert.deepEqual(await ids(nothing), []);
    for (const wrong of ['5', [['5']], [true], odooObject([['5', 1]]), [5.5]]) {
      assert.equal(await refusalOf(ids(wrong)), UNFIT, JSON.stringify(wrong));
    }
    assert.equal(await refusalOf(ids(Array.from({ length: 101 }, (_, id) => id + 1))), MOST);
  });

  test('tells which records there are', async () => {
    const { call, asked: calls } = testRun({
      major: 18,
      rules: { 'res.partner': [['color', '=', 1]] },
      ids: { 'res.partner': [5] },
    });
    assert.deepEqual(await call('res.partner', 'exists', {}, { ids: [7, 5, 5] }), [5]);
    assert.deepEqual(calls[0]?.args.domain, ['&', ['color', '=', 1], ['id', 'in', [5, 7]]]);
    assert.equal(
      await refusalOf(testRun({ major: 19 }).call('res.partner', 'exists', {}, { ids: 5 })),
      'AccessError operation-not-granted',
    );
  });
});
