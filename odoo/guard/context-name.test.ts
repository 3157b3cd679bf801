import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatabaseKnowledge } from '../knowledge.ts';
import { contextName } from './context-name.ts';

test('a key of a context goes on record where it is made of known words, those of fields among them', () => {
  const models = new Map([['sale.order', { fields: new Map([['x_studio_vat', undefined]]) }]]);
  const knowledge = { major: 19, models } as unknown as DatabaseKnowledge;
  for (const key of ['active_test', 'default_x_studio_vat', 'search_default_sale_order', 'su', 'uid', 'show_vat']) {
    assert.equal(contextName(knowledge, key), `context.${key}`);
  }
  for (const key of [
    'BE0477472701',
    'default_BE0477472701',
    'ck_live_7Qd2mXz9',
    '',
    'Active_test',
    'vat'.padEnd(80, '_vat'),
  ]) {
    assert.equal(contextName(knowledge, key), 'context.(unknown)', key);
  }
});
