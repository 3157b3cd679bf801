import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HIDDEN, refusalOf } from './guarded-database.fixture.ts';
import { openShop } from './poisoned-shop.fixture.ts';

const RULE = [['code', '=', 'BE']];

async function outcome(condition: unknown, major: number): Promise<unknown> {
  const { call, asked } = openShop({ rules: { 'res.country': RULE }, major });
  const refusal = await refusalOf(call('res.partner', 'search_count', { domain: [condition] }));
  if (refusal !== undefined) assert.equal(asked.length, 0);
  return refusal ?? asked[0]?.args.domain;
}

/** A condition on the country, within the rule. */
const any = (...inner: unknown[]) => ['country_id', 'any', ['&', ...RULE, ...inner]];
const NO_COUNTRY = ['|', ['country_id', '=', false], ['country_id', 'not any', RULE]];

/** A country outside of the rule is no country: for who may not know of it, and for what is asked about it. */
const SINCE_17: readonly (readonly [sent: readonly unknown[], asked: unknown])[] = [
  [['country_id', '=', 5], [any(['id', 'in', [5]])]],
  [['country_id', 'in', [5, 7]], [any(['id', 'in', [5, 7]])]],
  [
    ['country_id', '!=', 5],
    ['!', any(['id', 'in', [5]])],
  ],
  [['country_id', '=', false], NO_COUNTRY],
  [
    ['country_id', '!=', false],
    ['!', ...NO_COUNTRY],
  ],
  [
    ['country_id', 'not in', [5, false]],
    ['!', '|', '|', any(['id', 'in', [5]]), ...NO_COUNTRY.slice(1)],
  ],
  [['country_id', 'in', []], [[0, '=', 1]]],
  [['country_id.name', '=', 'x'], [any(['name', '=', 'x'])]],
  [['parent_id.country_id.name', '!=', 'x'], [['parent_id', 'any', [any(['name', '!=', 'x'])]]]],
  [['country_id', '>', 5], HIDDEN],
  [['country_id', 'like', 5], HIDDEN],
  [['country_id', 'child_of', 5], HIDDEN],
];

const BEHIND = ['country_id.code', '=', 'BE'];

const IN_16: readonly (readonly [sent: readonly unknown[], asked: unknown])[] = [
  [
    ['country_id', '=', 5],
    ['&', BEHIND, ['country_id', 'in', [5]]],
  ],
  [['country_id', '!=', false], [BEHIND]],
  [
    ['country_id.name', '!=', 'x'],
    ['&', BEHIND, ['country_id.name', '!=', 'x']],
  ],
  [
    ['parent_id.country_id.name', '=', 'x'],
    ['&', ['parent_id.country_id.code', '=', 'BE'], ['parent_id.country_id.name', '=', 'x']],
  ],
  [['country_id', '!=', 5], HIDDEN],
  [['country_id', '=', false], HIDDEN],
  [['country_id', 'not in', [5]], HIDDEN],
  [['child_ids.country_id.name', '=', 'x'], HIDDEN],
];

describe('a relation to records within a rule', () => {
  for (const [sent, asked] of SINCE_17) {
    test(`${JSON.stringify(sent)} where Odoo knows "any"`, async () => {
      for (const major of [17, 18, 19]) assert.deepEqual(await outcome(sent, major), asked);
    });
  }
  for (const [sent, asked] of IN_16) {
    test(`${JSON.stringify(sent)} in Odoo 16`, async () => assert.deepEqual(await outcome(sent, 16), asked));
  }

  test('under a negation, Odoo 16 would speak of those outside', async () => {
    const conditions = [
      ['country_id', '=', 5],
      ['country_id.name', '=', 'x'],
      ['parent_id.country_id.name', '=', 'x'],
    ];
    for (const condition of conditions) {
      const ask = async (...domain: unknown[]) => {
        const { call } = openShop({ rules: { 'res.country': RULE }, major: 16 });
        return refusalOf(call('res.partner', 'search', { domain }));
      };
      assert.equal(await ask('!', condition), HIDDEN);
      assert.equal(await ask('!', '|', condition, ['name', '=', 'a']), HIDDEN);
      assert.equal(await ask('!', '&', ['name', '=', 'a'], condition), HIDDEN);
      assert.equal(await ask('!', '!', '!', condition), HIDDEN);
      assert.equal(await ask('!', '!', condition), undefined);
      assert.equal(await ask('!', ['name', '=', 'a'], condition), undefined);
    }
  });
});
