import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readXmlCall } from '../wire/read-xml.ts';
import { OdooFloat } from '../wire/value.ts';
import { encodeXmlRpc } from '../xmlrpc-codec.ts';
import type { ModelSpec } from './granted-access.fixture.ts';
import { guardedDatabase, HIDDEN, refusalOf } from './guarded-database.fixture.ts';

const ORDER: ModelSpec = {
  fields: {
    name: 'char r',
    active: 'boolean r',
    date_order: 'datetime r',
    order_line: { is: 'one2many sale.order.line r', inverse: 'order_id' },
  },
};
const LINE: ModelSpec = { fields: { order_id: 'many2one sale.order r' } };

/** The domain that Odoo is asked, or how the condition is refused. */
async function outcome(condition: readonly unknown[], major: number): Promise<unknown> {
  const { call, asked } = guardedDatabase({ major, models: { 'sale.order': ORDER, 'sale.order.line': LINE } });
  const refusal = await refusalOf(call('sale.order', 'search', { domain: [condition] }));
  assert.equal(asked.length, refusal === undefined ? 1 : 0);
  return refusal ?? asked[0]?.args.domain;
}

describe('what Odoo is asked to compare', () => {
  const WITH_SOME = ['&', ['order_line', '!=', false], ['order_line', 'not in', [4]]];
  const rows: readonly (readonly [condition: readonly unknown[], asked: unknown])[] = [
    [['id', '<=', new OdooFloat('3.5')], HIDDEN],
    [['id', 'in', '3.5'], HIDDEN],
    [['active', '>', true], HIDDEN],
    [['id', '=', new OdooFloat('3.0')], [['id', '=', 3]]],
    [['order_line', 'in', [false]], [['order_line', '=', false]]],
    [['order_line', 'not in', [4, false]], WITH_SOME],
  ];
  for (const [condition, expected] of rows) {
    test(`${JSON.stringify(condition)} is what its database can compare`, async () => {
      for (const major of [16, 19]) assert.deepEqual(await outcome(condition, major), expected);
    });
  }

  test('is a pattern that does not become half an escape by what XML cannot hold', async () => {
    for (const unfit of ['\u0001', '\ufffe']) {
      const { call, asked } = guardedDatabase({ models: { 'sale.order': ORDER } });
      await refusalOf(call('sale.order', 'search_count', { domain: [['name', '=like', `x\\${unfit}`]] }));
      for (const one of asked) {
        const { body } = encodeXmlRpc(one, { database: 'd', uid: 2, apiKey: 'k' });
        const sent = JSON.stringify(readXmlCall(body).params);
        assert.ok(!sent.includes('"x\\\\"'), sent);
      }
    }
  });
});
