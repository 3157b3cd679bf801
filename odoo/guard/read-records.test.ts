import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OdooValue, odooObject } from '../wire/value.ts';
import { HIDDEN, refusalOf, TOO_MUCH, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

const UNSUITABLE = 'RuntimeError upstream-answer-invalid';

const refused = (fields: unknown, settings?: ShopSettings, model = 'res.partner') =>
  refusalOf(openShop(settings).call(model, 'search_read', { fields }));

const refusedAnswer = (method: string, answer: OdooValue) =>
  refusalOf(openShop({ answer: () => answer }).call('res.partner', method, { domain: [] }));

async function askedFields(fields: unknown): Promise<unknown> {
  const { call, asked } = openShop();
  await call('res.partner', 'search_read', { fields });
  return asked[0]?.args.fields;
}

describe('fields', () => {
  const readable =
    'active child_ids color comment country_code country_id create_date debt details display_name email id is_company name name_upper origin parent_id photo ref_upper score since tag_ids traits type unsearched user_id';
  test('are all readable ones where none are named', async () => {
    for (const fields of [undefined, false, [], '']) {
      const expected = ['id', ...readable.split(' ').filter((name) => name !== 'id')];
      assert.deepEqual(await askedFields(fields), expected);
    }
  });

  test('are asked for once each, and answered in their order', async () => {
    const { call, asked: calls } = openShop({ ids: { 'res.partner': [5] } });
    const [record] = [await call('res.partner', 'search_read', { fields: ['name', 'color', 'name'] })].flat();
    assert.deepEqual(calls[0]?.args.fields, ['id', 'name', 'color']);
    assert.deepEqual(Object.keys(Object(record)), ['id', 'name', 'color']);
  });

  test('hidden, unknown, write-only and dotted ones are the same answer', async () => {
    for (const name of ['secret_ref', 'no_such_field', 'phone', 'country_id.name', '', '__proto__', 'toString']) {
      assert.equal(await refused(['name', name]), HIDDEN, name);
    }
    assert.equal(await refused(['team_id'], {}, 'sale.order'), HIDDEN);
  });

  test('are a list of names', async () => {
    for (const fields of ['name', { name: 1 }, [1], [['name']], [null], true, 7]) {
      assert.equal(await refused(fields), UNFIT, JSON.stringify(fields));
    }
    assert.equal(await refused(Array.from({ length: 2001 }, () => 'name')), TOO_MUCH);
  });
});

describe('values as they are answered', () => {
  const read = async (names: readonly string[], more: object = {}) => {
    const { call, asked: calls, facts } = openShop({ ids: { 'res.partner': [5] } });
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
    const { call } = openShop({ ids: { 'res.partner': [5] } });
    const found = await call('res.partner', 'search_read', { fields: ['country_id'], load: false });
    assert.deepEqual(found, [{ id: 5, country_id: 7 }]);
  });

  test('what goes out is noted', async () => {
    const { facts } = await read(['name', 'email']);
    assert.deepEqual([...facts.returned], ['res.partner/name']);
    assert.deepEqual([...facts.masked], ['res.partner/email']);
    assert.deepEqual([facts.shown.subjects('erp'), facts.recordCount], [['erp/res.partner 5'], 1]);
  });

  test('links to records outside of their rule are not there', async () => {
    const { call, asked: calls } = openShop({
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

  test('a reference to a model of which only some records may be known is none', async () => {
    const origin = async (text: string) => {
      const answer = () => [
        odooObject([
          ['id', 5],
          ['origin', text],
        ]),
      ];
      const { call } = openShop({ rules: { 'res.country': [['code', '=', 'BE']] }, answer });
      return call('res.partner', 'search_read', { fields: ['origin'] });
    };
    assert.deepEqual(await origin('res.country,6'), [{ id: 5, origin: false }]);
    assert.deepEqual(await origin('x.tag,6'), [{ id: 5, origin: 'x.tag,6' }]);
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
      assert.equal(await refused(['name'], { answer: () => answer }), UNSUITABLE);
    }
    for (const answer of [false, ['x'], [0], [5.5], odooObject([])]) {
      assert.equal(await refusedAnswer('search', answer), UNSUITABLE);
      assert.equal(await refusedAnswer('search_count', answer), UNSUITABLE);
    }
  });
});

describe('reading by ids', () => {
  test('is a search within the rule, archived or not, in the order that was asked', async () => {
    const { call, asked: calls } = openShop({
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
    const { call, asked: calls } = openShop();
    const ids = async (sent: OdooValue) => call('res.partner', 'read', { fields: ['id'] }, { ids: sent });
    assert.deepEqual(await ids(5), [{ id: 5 }]);
    assert.deepEqual(await ids([-1, 0, 2 ** 40, 5]), [{ id: 5 }]);
    const asked = calls.length;
    for (const nothing of [[], false, null, '', 0, -5, [2n ** 60n]]) assert.deepEqual(await ids(nothing), []);
    assert.equal(calls.length, asked);
    for (const wrong of ['5', [['5']], [true], odooObject([['5', 1]]), [5.5]]) {
      assert.equal(await refusalOf(ids(wrong)), UNFIT, JSON.stringify(wrong));
    }
    assert.equal(await refusalOf(ids(Array.from({ length: 101 }, (_, id) => id + 1))), TOO_MUCH);
  });

  test('tells which records there are', async () => {
    const { call, asked: calls } = openShop({
      major: 18,
      rules: { 'res.partner': [['color', '=', 1]] },
      ids: { 'res.partner': [5] },
    });
    assert.deepEqual(await call('res.partner', 'exists', {}, { ids: [7, 5, 5] }), [5]);
    assert.deepEqual(calls[0]?.args.domain, ['&', ['color', '=', 1], ['id', 'in', [5, 7]]]);
    assert.equal(
      await refusalOf(openShop({ major: 19 }).call('res.partner', 'exists', {}, { ids: 5 })),
      'AccessError operation-not-granted',
    );
  });
});
