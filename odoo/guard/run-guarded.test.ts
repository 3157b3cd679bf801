import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusalOf, wordsOf } from './guarded-database.fixture.ts';
import { openShop } from './poisoned-shop.fixture.ts';

/** Not there, not granted, of another version, or Odoo's own. */
const CLOSED: readonly (readonly [model: string, method: string])[] = [
  ['x.tag', 'search'],
  ['no.such', 'search'],
  ['res.users', 'search'],
  ['ir.attachment', 'search'],
  ['res.country', 'write'],
  ['res.country', 'unlink'],
  ['sale.line', 'create'],
  ['res.partner', 'copy'],
  ['res.partner', 'exists'],
  ['res.partner', 'action_confirm'],
  ['res.partner', '_search'],
  ['res.partner', 'constructor'],
  ['res.partner', 'web_read_group'],
  ['sale.order', 'action_cancel'],
];

describe('a call of what is not there', () => {
  test('is refused in the same words, whatever the reason', async () => {
    for (const [model, method] of CLOSED) {
      const { call, asked } = openShop();
      const words = await wordsOf(call(model, method, { domain: [] }, { ids: [5] }));
      assert.equal(words, `You are not allowed to call '${method}' of '${model}'.`);
      assert.equal(asked.length, 0);
    }
  });

  test('says back no more than a line of what was sent', async () => {
    const words = await wordsOf(openShop().call(`x\n\u001b[31m${'y'.repeat(500)}`, 'search'));
    assert.ok(words !== undefined && words.length < 200 && /^[\x20-\x7e…]*$/.test(words), words);
  });
});

describe('an action', () => {
  const confirm = (ids: unknown, args = {}, rules = {}) => {
    const shop = openShop({ rules, ids: { 'sale.order': [5] } });
    return { ...shop, answer: shop.call('sale.order', 'action_confirm', args, { ids: ids as number[] }) };
  };

  test('takes records within their rule, and answers yes or no', async () => {
    const { answer, asked, facts } = confirm([5, 5], {}, { 'sale.order': [['state', '=', 'draft']] });
    assert.equal(await answer, true);
    assert.deepEqual(
      asked.map(({ method, ids }) => [method, ids]),
      [
        ['search', undefined],
        ['action_confirm', [5]],
      ],
    );
    assert.deepEqual(facts.shown.subjects('erp'), ['erp/sale.order 5']);
  });

  test('takes nothing else', async () => {
    const rules = { 'sale.order': [['state', '=', 'draft']] };
    for (const ids of [[7], [5, 7], [], false, [-1]]) {
      const { answer, asked } = confirm(ids, {}, rules);
      assert.equal(await refusalOf(answer), 'MissingError record-not-found', JSON.stringify(ids));
      assert.ok(asked.every(({ method }) => method === 'search'));
    }
    const { answer, asked } = confirm([5], { force: true });
    assert.equal(await refusalOf(answer), 'ValueError parameter-invalid');
    assert.equal(asked.length, 0);
  });
});
