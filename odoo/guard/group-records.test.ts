import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OdooObject, odooObject } from '../wire/value.ts';
import { refusalOf, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

/** What Odoo tells beside each group: domains over everything, and more. */
function group(members: object): OdooObject {
  const poison = {
    __domain: [['secret_margin', '=', 1]],
    __extra_domain: [],
    __context: { poison: 1 },
    secret: 'poison',
  };
  return odooObject(Object.entries({ ...poison, ...members }));
}

const MODEL = 'sale.order';
const refused = (method: string, args: object, settings?: ShopSettings) =>
  refusalOf(openShop(settings).call(MODEL, method, args));

async function grouped(method: string, args: object, groups: readonly object[], settings: ShopSettings = {}) {
  const { call, asked, facts } = openShop({ answer: () => groups.map(group), ...settings });
  return { answer: await call(MODEL, method, { domain: [], ...args }), asked, facts };
}

describe('read_group', () => {
  const STATES = [
    { state: 'sale', aggregate_0: 5, __count: 2 },
    { state: 'draft', aggregate_0: 9, __count: 1 },
  ];

  test('is asked whole, and answered by the first key, with a count of its name, unless it is not lazy', async () => {
    const groups = [{ state: 'draft', partner_id: [7, 'label'], aggregate_0: 9, __count: 1 }];
    const args = { fields: ['amount'], groupby: ['state', 'partner_id'] };
    const lazy = await grouped('read_group', args, groups, { major: 17 });
    assert.deepEqual(lazy.answer, [{ state: 'draft', amount: 9, state_count: 1 }]);
    const { groupby, lazy: isLazy, fields } = lazy.asked[0]?.args ?? {};
    assert.deepEqual([groupby, isLazy, fields], [['state'], false, ['__count', 'aggregate_0:sum(amount)']]);
    const whole = await grouped('read_group', { ...args, lazy: false }, groups, { major: 17 });
    assert.deepEqual(whole.answer, [{ state: 'draft', partner_id: [7, 'label'], amount: 9, __count: 1 }]);
    assert.deepEqual([...whole.facts.returned], ['sale.order/state', 'sale.order/partner_id', 'sale.order/amount']);
    const none = await grouped(
      'read_group',
      { fields: ['amount:max'], groupby: [] },
      [{ aggregate_0: 9, __count: 3 }],
      {
        major: 16,
      },
    );
    assert.deepEqual(none.answer, [{ amount: 9, __count: 3 }]);
  });

  test('has one text for a list of one', async () => {
    const { answer } = await grouped('read_group', { fields: 'amount:sum', groupby: 'state' }, STATES, { major: 17 });
    assert.deepEqual(answer, [
      { state: 'draft', amount: 9, state_count: 1 },
      { state: 'sale', amount: 5, state_count: 2 },
    ]);
  });

  test('puts what an alias stands for under its name', async () => {
    const args = { fields: ['most:max(amount)', 'name'], groupby: ['state'], lazy: false };
    const now = await grouped('read_group', args, [{ state: 'draft', 'amount:max': 9, __count: 1 }]);
    assert.deepEqual(now.answer, [{ state: 'draft', most: 9, __count: 1 }]);
    assert.deepEqual(
      [now.asked[0]?.method, now.asked[0]?.args.aggregates],
      ['formatted_read_group', ['__count', 'amount:max']],
    );
    const then = await grouped('read_group', args, [{ state: 'draft', aggregate_0: 9, __count: 1 }], { major: 16 });
    assert.deepEqual(then.answer, now.answer);
    assert.deepEqual(then.asked[0]?.args.fields, ['__count', 'aggregate_0:max(amount)']);
  });

  test('tells the label and the range of a period', async () => {
    const range = odooObject([
      ['from', '2026-01-01'],
      ['to', '2026-02-01'],
    ]);
    const day = {
      'day:month': 'January 2026',
      __range: odooObject([
        ['day:month', range],
        ['secret', 'poison'],
      ]),
      __count: 1,
    };
    const none = { 'day:month': false, __range: odooObject([['day:month', false]]), __count: 1 };
    const { answer } = await grouped('read_group', { fields: [], groupby: ['day:month'] }, [none, day], { major: 17 });
    assert.deepEqual(answer, [
      { 'day:month': 'January 2026', day_count: 1, __range: { 'day:month': { from: '2026-01-01', to: '2026-02-01' } } },
      { 'day:month': false, day_count: 1, __range: { 'day:month': false } },
    ]);
  });

  test('has months where no period is said, of which Odoo 19 must be told', async () => {
    for (const [major, asked, value] of [
      [18, 'day', 'January 2026'],
      [19, 'day:month', ['2026-01-01', 'January 2026']],
    ] as const) {
      const run = await grouped('read_group', { fields: [], groupby: ['day'] }, [{ [asked]: value, __count: 1 }], {
        major,
      });
      assert.deepEqual(run.asked[0]?.args.groupby, [asked]);
      assert.equal(Object([run.answer].flat()[0]).day, 'January 2026');
    }
  });

  test('is put in order by what is seen of it', async () => {
    const order = async (orderby: string) => {
      const { answer } = await grouped('read_group', { fields: ['amount'], groupby: ['state'], orderby }, STATES, {
        major: 16,
      });
      return [answer].flat().map((one) => Object(one).state);
    };
    assert.deepEqual(await order('state'), ['draft', 'sale']);
    assert.deepEqual(await order('__count desc, amount'), ['sale', 'draft']);
  });

  test('has an order of keys and aggregates of the call only, however many groups there are', async () => {
    for (const groups of [[], STATES]) {
      for (const orderby of [
        'secret_margin',
        'name',
        'date_order desc',
        'no_such_field',
        'id',
        'amount:sum x',
        ',',
        7,
        'a'.repeat(501),
      ]) {
        const args = { domain: [], fields: ['amount'], groupby: ['state'], orderby };
        assert.equal(
          await refused('read_group', args, { major: 17, answer: () => groups.map(group) }),
          UNFIT,
          String(orderby),
        );
      }
    }
  });

  test('pages of groups are cut here', async () => {
    const args = { fields: ['amount'], groupby: ['state'], offset: 1, limit: 1 };
    const { answer, asked } = await grouped('read_group', args, STATES, { major: 17 });
    assert.deepEqual(answer, [{ state: 'sale', amount: 5, state_count: 2 }]);
    assert.deepEqual([asked[0]?.args.offset, asked[0]?.args.limit], [0, 5001]);
    const many = Array.from({ length: 5001 }, () => group(STATES[0] ?? {}));
    assert.equal(
      await refused('read_group', { domain: [], ...args }, { answer: () => many }),
      'UserError parameter-invalid',
    );
  });
});

describe('formatted_read_group', () => {
  const args = { groupby: ['partner_id'], aggregates: ['__count', 'amount:sum', 'id:count'] };
  const groups = [
    { partner_id: [7, 'b'], __count: 1, 'amount:sum': 10, 'id:count': 1 },
    { partner_id: false, __count: 5, 'amount:sum': 1, 'id:count': 5 },
    { partner_id: [5, 'a'], __count: 3, 'amount:sum': null, 'id:count': 3 },
  ];
  const partners = async (more: object, settings: ShopSettings = {}) => {
    const { answer } = await grouped('formatted_read_group', { ...args, ...more }, groups, settings);
    return [answer].flat().map((one) => Object(one).partner_id);
  };

  test('answers its keys and aggregates, ordered by its keys', async () => {
    const { answer } = await grouped('formatted_read_group', args, groups);
    assert.deepEqual(answer, [groups[2], groups[0], groups[1]]);
    const some = await grouped('formatted_read_group', { groupby: ['state'] }, [{ state: 'draft', __count: 2 }]);
    assert.deepEqual(some.answer, [{ state: 'draft' }]);
    assert.equal(
      await refused('formatted_read_group', { domain: [] }, { major: 18 }),
      'AccessError operation-not-granted',
    );
  });

  test('having is judged here, by what the call names', async () => {
    assert.deepEqual(await partners({ having: [['__count', '>', 2]] }), [[5, 'a'], false]);
    assert.deepEqual(await partners({ having: ['&', ['__count', '>=', 1], ['amount:sum', '=', 10]] }), [[7, 'b']]);
    for (const having of [
      [['secret_margin:sum', '>', 1]],
      [['amount:max', '>', 1]],
      ['|', ['__count', '>', 1], ['__count', '<', 1]],
      [['__count', 'in', [1]]],
      [['__count', '>', '1']],
      'x',
      [7],
    ]) {
      assert.equal(
        await refused('formatted_read_group', { domain: [], ...args, having }),
        UNFIT,
        JSON.stringify(having),
      );
    }
  });

  test('leaves out groups that are too small', async () => {
    assert.deepEqual(await partners({}, { access: { leastGroup: 3 } }), [[5, 'a'], false]);
  });

  test('an answer that is not what was asked for is not passed on', async () => {
    for (const wrong of [
      [{ partner_id: 'x', __count: 1 }],
      [{ partner_id: false }],
      [{ partner_id: false, __count: -1 }],
      [{ __count: 1 }],
    ]) {
      const answer = () => wrong.map(group);
      assert.equal(
        await refused('formatted_read_group', { domain: [], groupby: ['partner_id'] }, { answer }),
        'RuntimeError upstream-answer-invalid',
      );
    }
  });
});
