import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TypedCall } from '../typed-call.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import { accessTo, type DatabaseText, runOf } from './guarded-model.fixture.ts';
import { runGuarded } from './run-guarded.ts';

const PARTNERS: DatabaseText['models'] = {
  'res.partner': {
    fields: {
      name: 'char',
      vat: 'char',
      size: 'integer',
      country_id: 'many2one res.country',
      parent_id: 'many2one res.partner',
      tag_ids: 'many2many res.tag',
      line_ids: 'one2many res.line',
      about: 'reference',
    },
    order: 'name DESC',
    recordName: 'name',
    searchNames: ['name', 'vat'],
    shown: ['name', 'size', 'country_id+', 'parent_id', 'tag_ids', 'line_ids', 'about'],
  },
  'res.country': { fields: { name: 'char' }, shown: ['name'] },
  'res.tag': { fields: { name: 'char', rank: 'integer' }, order: 'name', shown: ['name'] },
  'res.line': { fields: { position: 'integer' }, order: 'position, id', shown: ['position'] },
};

const record = (values: Readonly<Record<string, OdooValue>>): OdooObject => odooObject(Object.entries(values));

interface Setting extends Omit<DatabaseText, 'models'> {
  readonly answer?: (call: TypedCall) => OdooValue;
}

function start({ answer, ...text }: Setting = {}) {
  const run = runOf(accessTo({ major: 18, ...text, models: PARTNERS }), text.rules, answer);
  const call = (
    method: string,
    args: Readonly<Record<string, OdooValue>>,
    more: { ids?: OdooValue; context?: OdooObject; model?: string } = {},
  ) => {
    const { model = 'res.partner', ids, context } = more;
    return runGuarded({ model, method, args: odooObject(Object.entries(args)), ids, context, single: false }, run);
  };
  const refusal = async (...given: Parameters<typeof call>): Promise<string> => {
    try {
      return assert.fail(`answered ${JSON.stringify(await call(...given))}`);
    } catch (error) {
      if (error instanceof OdooRefusal) return `${error.fault.name.split('.').at(-1)}: ${error.fault.message}`;
      throw error;
    }
  };
  return { run, call, refusal, asked: run.asked };
}

describe('which records', () => {
  const rules = { 'res.partner': ['|', ['size', '>', 1], ['name', '=', 'own']] };

  test('the rule of the model stands beside whatever a client writes', async () => {
    const { call, asked } = start({ rules, answer: () => 2 });
    await call('search_count', { domain: ['|', ['name', '=', 'a'], ['size', '=', 0]] });
    const domain = ['&', '|', ['size', '>', 1], ['name', '=', 'own'], '|', ['name', '=', 'a'], ['size', '=', 0]];
    assert.deepEqual(asked[0]?.args.domain, domain);
  });

  test('reading by ids is a search within the rule, in the order of the ids', async () => {
    const rows = [record({ id: 3, name: 'c', vat: 'hidden' }), record({ id: 7, name: 'g' })];
    const { call, asked } = start({ rules, answer: () => rows });
    const answer = await call('read', { fields: ['name'] }, { ids: [7, 3, 99, 7] });
    assert.deepEqual(answer, [
      record({ id: 7, name: 'g' }),
      record({ id: 3, name: 'c' }),
      record({ id: 7, name: 'g' }),
    ]);
    const [{ method, args, context } = assert.fail()] = asked;
    assert.deepEqual([method, args.fields, context], ['search_read', ['id', 'name'], { active_test: false }]);
    assert.deepEqual(args.domain, ['&', '|', ['size', '>', 1], ['name', '=', 'own'], ['id', 'in', [7, 3, 99]]]);
  });

  test('nobody is asked for when there is no id', async () => {
    const { call, asked } = start();
    for (const ids of [[], false, 0, -5, [2n ** 60n]]) assert.deepEqual(await call('read', {}, { ids }), []);
    assert.deepEqual(asked, []);
  });

  test('a link to a record outside of its rule is none', async () => {
    const rows = [
      record({ id: 1, country_id: [5, 'In'], tag_ids: [9, 8] }),
      record({ id: 2, country_id: [6, 'Out'], tag_ids: [8] }),
    ];
    const { call } = start({
      rules: { 'res.country': [['name', '!=', 'Out']], 'res.tag': [['name', '!=', 'Out']] },
      answer: ({ model }) => (model === 'res.partner' ? rows : model === 'res.country' ? [5] : [9]),
    });
    assert.deepEqual(await call('search_read', { fields: ['country_id', 'tag_ids'] }), [
      record({ id: 1, country_id: [5, 'In'], tag_ids: [9] }),
      record({ id: 2, country_id: false, tag_ids: [] }),
    ]);
  });

  test('a reference to a model of which only some records may be known is none', async () => {
    const rows = [record({ id: 1, about: 'res.country,6' }), record({ id: 2, about: 'res.tag,6' })];
    const { call } = start({ rules: { 'res.country': [['id', '<', 6]] }, answer: () => rows });
    assert.deepEqual(await call('search_read', { fields: ['about'] }), [
      record({ id: 1, about: false }),
      record({ id: 2, about: 'res.tag,6' }),
    ]);
  });
});

describe('what of them', () => {
  test('without fields all visible ones, and no others', async () => {
    for (const fields of [undefined, [], false]) {
      const { call, asked } = start();
      await call('search_read', fields === undefined ? {} : { fields });
      assert.deepEqual(asked[0]?.args.fields, [
        ...['id', 'about', 'country_id', 'line_ids', 'name', 'parent_id', 'size', 'tag_ids'],
      ]);
    }
  });

  test('a hidden field and an unknown one are refused in the same words', async () => {
    const { refusal, asked } = start();
    const words = "ValueError: Invalid field 'x' on model 'res.partner'";
    for (const name of ['vat', 'unknown', '__proto__', 'country_id.name']) {
      assert.equal((await refusal('search_read', { fields: [name] })).replace(name, 'x'), words);
      assert.equal((await refusal('search', { domain: [], order: 'vat' })).replace('vat', 'x'), words);
    }
    assert.deepEqual(asked, []);
  });

  test('neither an object nor a text is a list of fields', async () => {
    const { refusal, asked } = start();
    await refusal('read', { fields: odooObject([['name', 1]]) }, { ids: [1] });
    await refusal('read', { fields: 'name' }, { ids: [1] });
    assert.deepEqual(asked, []);
  });

  test('a label only where it is granted', async () => {
    const rows = [record({ id: 1, country_id: [5, 'Belgium'], parent_id: [2, 'Hidden <secret@x>'] })];
    const { call } = start({ answer: () => rows });
    assert.deepEqual(await call('search_read', { fields: ['country_id', 'parent_id'] }), [
      record({ id: 1, country_id: [5, 'Belgium'], parent_id: [2, ''] }),
    ]);
  });

  test('no label is asked for where none would be shown', async () => {
    const { call, asked } = start({ answer: () => [record({ id: 1, parent_id: 2, country_id: 5 })] });
    assert.deepEqual(await call('search_read', { fields: ['parent_id'] }), [record({ id: 1, parent_id: [2, ''] })]);
    const plain = await call('read', { fields: ['country_id'], load: '_classic_write' }, { ids: [1] });
    assert.deepEqual(plain, [record({ id: 1, country_id: 5 })]);
    assert.deepEqual(
      asked.map(({ args }) => args.load),
      [null, null],
    );
  });

  test('lists in an order that only visible values make', async () => {
    // Tags of one name lie as they were last written; lines have an order of their own to the last.
    const { call } = start({ answer: () => [record({ id: 1, tag_ids: [9, 4], line_ids: [9, 4] })] });
    assert.deepEqual(await call('search_read', { fields: ['tag_ids', 'line_ids'] }), [
      record({ id: 1, tag_ids: [4, 9], line_ids: [9, 4] }),
    ]);
  });

  test('no value that the field cannot have', async () => {
    const wrong: Readonly<Record<string, OdooValue>> = {
      name: 5,
      size: 'many',
      country_id: [5],
      parent_id: ['2', 'x'],
      tag_ids: [['x']],
    };
    for (const [name, value] of Object.entries(wrong)) {
      const { refusal } = start({ answer: () => [record({ id: 1, [name]: value })] });
      assert.equal(
        await refusal('search_read', { fields: [name] }),
        'RuntimeError: The upstream answer cannot be passed on.',
      );
    }
    const missing = start({ answer: () => [record({ id: 1 })] });
    await missing.refusal('search_read', { fields: ['name'] });
  });
});

describe('in which order', () => {
  const table: readonly (readonly [sent: OdooValue, asked: string | undefined, major?: number])[] = [
    [false, 'name desc, id'],
    ['', 'name desc, id'],
    ['name', 'name, id'],
    [' size   DESC,name asc ', 'size desc, name, id'],
    ['id desc, name', 'id desc'],
    ['size desc nulls last', 'size desc nulls last, id'],
    ['size desc nulls last', undefined, 16],
    ['parent_id.id', 'parent_id.id, id', 19],
    ['parent_id.id', undefined, 18],
    ['parent_id', undefined],
    ['tag_ids', undefined],
    ['vat', undefined],
    ['country_id.name', undefined, 19],
    ['name; drop', undefined],
    ['name,,size', undefined],
    ['(select 1)', undefined],
    [7, undefined],
  ];
  for (const [sent, order, major = 18] of table) {
    test(`${JSON.stringify(sent)} before Odoo ${major}`, async () => {
      const { call, refusal, asked } = start({ major });
      if (order === undefined) await refusal('search', { domain: [], order: sent });
      else await call('search', { domain: [], order: sent });
      assert.deepEqual(
        asked.map(({ args }) => args.order),
        order === undefined ? [] : [order],
      );
    });
  }

  test('by id where the own order of the model is not all visible', async () => {
    const { call, asked } = start();
    await call('search', { domain: [] }, { model: 'res.tag' });
    assert.equal(asked[0]?.args.order, 'name, id');
  });
});

describe('how many', () => {
  test('everything, as long as one answer may hold it', async () => {
    for (const limit of [undefined, 0, false, 500]) {
      const { call, asked } = start({ mostRecords: 2, answer: () => [1, 2] });
      const args = limit === undefined ? { domain: [] } : { domain: [], limit };
      assert.deepEqual(await call('search', args), [1, 2]);
      assert.equal(asked[0]?.args.limit, 3);
      const full = start({ mostRecords: 2, answer: () => [1, 2, 3] });
      assert.match(await full.refusal('search', args), /^UserError: More than 2 records/);
    }
  });

  test('a page of them', async () => {
    const { call, asked } = start({ answer: () => [4] });
    await call('search', { domain: [], limit: '1', offset: 3 });
    assert.deepEqual([asked[0]?.args.limit, asked[0]?.args.offset], [1, 3]);
  });

  test('no count that is none', async () => {
    const { refusal, asked } = start();
    for (const limit of [-1, 1.5, 'all', [1], true, 2 ** 40]) await refusal('search', { domain: [], limit });
    assert.deepEqual(asked, []);
  });
});

describe('the context', () => {
  const sent = record({
    lang: 'nl_BE',
    tz: 'Europe/Brussels',
    uid: 1,
    su: true,
    active_test: false,
    default_ref: 'x',
    show_vat: true,
    bin_size: true,
    tracking_disable: true,
    allowed_company_ids: [1, 2],
  });

  test('keeps the language, the time zone, granted keys and granted companies', async () => {
    const { call, asked, run } = start({ contextKeys: ['active_test', 'show_vat', 'uid'], companies: [2, 3] });
    await call('search', { domain: [] }, { context: sent });
    assert.deepEqual(
      { ...asked[0]?.context },
      { lang: 'nl_BE', tz: 'Europe/Brussels', active_test: false, allowed_company_ids: [2] },
    );
    assert.ok(run.facts.ignored.has('context.show_vat') && run.facts.ignored.has('context.default_ref'));
  });

  test('holds no companies where the grant names none, and never others than it names', async () => {
    const { call, asked } = start();
    await call('search', { domain: [] }, { context: sent });
    assert.deepEqual({ ...asked[0]?.context }, { lang: 'nl_BE', tz: 'Europe/Brussels' });
    const { refusal } = start({ companies: [3] });
    assert.match(await refusal('search', { domain: [] }, { context: sent }), /^AccessError/);
  });

  test('has no language that is none', async () => {
    const { call, asked } = start();
    await call('search', { domain: [] }, { context: record({ lang: '../../x', tz: "'; drop" }) });
    assert.deepEqual({ ...asked[0]?.context }, {});
  });
});

describe('a call of what is not there', () => {
  test('is refused in the same words, whatever the reason', async () => {
    const { refusal, asked } = start();
    const words = "AccessError: You are not allowed to call 'm' of 'x'.";
    const table = [
      ['res.bank', 'search'],
      ['unknown', 'search'],
      ['res.users', 'search'],
      ['res.partner', 'copy'],
      ['res.partner', 'write'],
      ['res.partner', 'unlink'],
      ['res.partner', '_search'],
      ['res.partner', 'constructor'],
      ['res.partner', 'web_read_group'],
    ] as const;
    for (const [model, method] of table) {
      const told = await refusal(method, { domain: [] }, { model });
      assert.equal(told.replace(`'${model}'`, "'x'").replace(`'${method}'`, "'m'"), words);
    }
    assert.deepEqual(asked, []);
  });

  test('says back no more than a line of what was sent', async () => {
    const { refusal } = start();
    const told = await refusal('search', {}, { model: `x\n\u001b[31m${'y'.repeat(500)}` });
    assert.ok(told.length < 200 && /^[\x20-\x7e…]*$/.test(told), told);
  });
});
