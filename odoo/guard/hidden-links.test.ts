import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OdooFieldType } from '../knowledge.ts';
import type { OdooValue } from '../wire/value.ts';
import { OdooFloat } from '../wire/value.ts';
import { domainOperator } from './domain-operator.ts';
import type { ModelSpec } from './granted-access.fixture.ts';
import { guardedDatabase, HIDDEN, refusalOf } from './guarded-database.fixture.ts';
import { needsValue } from './hidden-links.ts';

const FIRM: ModelSpec = { calls: '', fields: { city: 'char r', size: 'integer', state_id: 'many2one state' } };

/** How a search of accounts is refused, before Odoo is asked; undefined where it is answered. */
async function refused(bank: '' | 'r', domain: readonly unknown[], rule: readonly unknown[] = []) {
  const copy = { is: 'char r', stored: false, related: 'bank_id.code', depends: ['bank_id.code'] } as const;
  const models: Readonly<Record<string, ModelSpec>> = {
    account: {
      searchNames: ['code'],
      inherits: { body: 'body_id' },
      fields: {
        name: 'char r',
        bank_id: bank === '' ? 'many2one bank' : `many2one bank ${bank}`,
        code: copy,
        body_id: 'many2one body',
        colour: { is: 'char r', stored: false, related: 'body_id.colour', depends: ['body_id.colour'] },
        firm_id: { is: 'many2one firm', behind: { city: 'r', size: 'r', state_id: 'r' } },
      },
    },
    bank: { fields: { code: 'char r' } },
    body: { calls: '', fields: { colour: 'char' } },
    firm: FIRM,
    state: { calls: '', fields: { name: 'char' } },
    invoice: { fields: { account_id: 'many2one account r' } },
  };
  const { call, asked } = guardedDatabase({ models, rules: { bank: rule } });
  const model = JSON.stringify(domain).includes('account_id') ? 'invoice' : 'account';
  const refusal = await refusalOf(call(model, 'search_count', { domain }));
  assert.equal(asked.length, refusal === undefined ? 1 : 0);
  return refusal;
}

const WHAT_IS_THERE: readonly (readonly unknown[])[] = [
  ['firm_id.city', '=', 'Ghent'],
  ['firm_id.city', 'in', ['Ghent', 'Liège']],
  ['firm_id.city', 'ilike', 'g'],
  ['firm_id.city', '=?', false],
  ['firm_id.city', '>=', 'g'],
  ['firm_id.size', '>', 0],
  ['firm_id.size', '<', -1],
  ['firm_id.state_id', 'in', [5]],
  ['firm_id.state_id', 'any', []],
  ['code', '=', 'GEBABEBB'],
];

/** Nothing, and all that Odoo's versions hold for it: no link at all is found otherwise than a link to nothing. */
const WHAT_IS_NOT: readonly (readonly unknown[])[] = [
  ['firm_id.city', '=', false],
  ['firm_id.city', '=', ''],
  ['firm_id.city', '!=', 'Ghent'],
  ['firm_id.city', '!=', false],
  ['firm_id.city', 'in', ['Ghent', false]],
  ['firm_id.city', 'not in', ['Ghent']],
  ['firm_id.city', 'not ilike', 'g'],
  ['firm_id.city', 'ilike', ''],
  ['firm_id.city', '<', 'g'],
  ['firm_id.size', '=', 0],
  ['firm_id.size', '<', 5],
  ['firm_id.state_id', '=', false],
  ['firm_id.state_id', '=', 2 ** 40],
  ['firm_id.state_id', 'not any', []],
  ['code', '!=', 'GEBABEBB'],
  ['code', '=', false],
];

describe('behind a link that is not shown', () => {
  for (const condition of WHAT_IS_THERE) {
    test(`${JSON.stringify(condition)} can be asked`, async () =>
      assert.equal(await refused('', [condition]), undefined));
  }

  for (const condition of WHAT_IS_NOT) {
    test(`${JSON.stringify(condition)} would tell whether there is a link`, async () =>
      assert.equal(await refused('', [condition]), HIDDEN));
  }

  test('so would everything under a negation', async () => {
    assert.equal(await refused('', ['!', ['firm_id.city', '=', 'Ghent']]), HIDDEN);
    assert.equal(await refused('', ['!', '|', ['name', '=', 'a'], ['code', '=', 'GEBABEBB']]), HIDDEN);
    assert.equal(await refused('', ['!', '!', ['code', '=', 'GEBABEBB']]), undefined);
  });

  test('a text does not look there for names', async () => {
    const search = (bank: '' | 'r') => refused(bank, [['account_id', 'not ilike', 'GEBABEBB']]);
    assert.equal(await search(''), HIDDEN);
    assert.equal(await search('r'), undefined);
  });
});

test('a copy can be asked for nothing where its link is shown, to whatever record it leads', async () => {
  assert.equal(await refused('r', [['code', '!=', 'GEBABEBB']]), undefined);
  assert.equal(await refused('r', [['code', '=', false]]), undefined);
  assert.equal(await refused('r', [['code', '!=', 'GEBABEBB']], [['code', '!=', 'X']]), HIDDEN);
});

test('a record that others are delegated to is always there', async () => {
  assert.equal(await refused('', ['!', ['colour', '=', false]]), undefined);
});

test('what can hold only where there is a value, by its type', () => {
  const cases: readonly (readonly [OdooFieldType, string, OdooValue, boolean])[] = [
    ['boolean', '=', true, true],
    ['boolean', '=', 0, false],
    ['float', '=', new OdooFloat('0.0'), false],
    ['float', '=', '7.5', true],
    ['integer', '>=', 0, false],
    ['integer', '>=', 1, true],
    ['integer', '<=', 0, false],
    ['integer', '<=', -1, true],
    ['monetary', '<', 0, true],
    ['date', '<', '2026-11-20', true],
    ['date', '>', false, false],
    ['many2one', '=', 'Ghent', true],
    ['many2one', '=', 0, false],
    ['many2one', 'child_of', 5, true],
  ];
  for (const [type, written, value, needs] of cases) {
    const operator = domainOperator(written, 19);
    assert.ok(operator);
    assert.equal(needsValue(type, operator, value), needs, `${type} ${written} ${String(value)}`);
  }
});
