import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ModelSpec } from './granted-access.fixture.ts';
import { guardedDatabase, HIDDEN, refusalOf } from './guarded-database.fixture.ts';

/** How a search is refused, before Odoo is asked; undefined where it is answered. */
async function refused(
  models: Readonly<Record<string, ModelSpec>>,
  model: string,
  ...domain: readonly unknown[]
): Promise<string | undefined> {
  const { call, asked } = guardedDatabase({ models });
  const refusal = await refusalOf(call(model, 'search_count', { domain }));
  assert.equal(asked.length, refusal === undefined ? 1 : 0);
  return refusal;
}

const PARTNER: ModelSpec = { fields: { name: 'char r', ref: 'char r', vat: 'char' } };

describe('a relation that is only a step on the way to a granted field', () => {
  const models = {
    'res.partner': PARTNER,
    'sale.order': { fields: { name: 'char r', partner_id: { is: 'many2one res.partner', behind: { name: 'r' } } } },
  } as const;

  test('the granted field behind it can be searched', async () => {
    assert.equal(await refused(models, 'sale.order', ['partner_id.name', '=', 'x']), undefined);
  });

  test('its id cannot: that is the value of the relation itself', async () => {
    assert.equal(await refused(models, 'sale.order', ['partner_id.id', '=', 7]), HIDDEN);
  });

  test('nor can what only other grants show of the record behind it, which would tell which record it is', async () => {
    assert.equal(await refused(models, 'sale.order', ['partner_id.ref', '=', 'C-1007']), HIDDEN);
  });

  test('nor a field there that is computed from what is visible elsewhere only', async () => {
    const partner: ModelSpec = {
      fields: {
        score: { is: 'char r', stored: false, depends: ['base'] },
        base: 'char r',
        parent_id: { is: 'many2one res.partner', behind: { score: 'r' } },
      },
    };
    const scores = { 'res.partner': partner };
    assert.equal(await refused(scores, 'res.partner', ['score', '=', 'x']), undefined);
    // What was found out of the field in one place does not hold in the other.
    const both = [
      ['score', '=', 'x'],
      ['parent_id.score', '=', 'x'],
    ];
    assert.equal(await refused(scores, 'res.partner', ...both), HIDDEN);
  });

  test('nor the lines of a record that may only be written', async () => {
    const lines: Readonly<Record<string, ModelSpec>> = {
      order: {
        calls: 'read create',
        fields: { name: 'char r', line_ids: { is: 'one2many line c', inverse: 'order_id', behind: { quantity: 'c' } } },
      },
      line: { calls: '', fields: { quantity: 'float', order_id: 'many2one order' } },
    };
    assert.equal(await refused(lines, 'order', ['line_ids.id', '>', 100]), HIDDEN);
  });
});

test('a text finds nothing through a relation among the fields that name a record', async () => {
  const models: Readonly<Record<string, ModelSpec>> = {
    'res.partner': { ...PARTNER, searchNames: ['name', 'vat'] },
    'stock.quant': { searchNames: ['owner_id'], fields: { owner_id: 'many2one res.partner r' } },
    'stock.move': { fields: { quant_id: 'many2one stock.quant r' } },
  };
  // Odoo looks up the owner by its hidden tax id, too.
  assert.equal(await refused(models, 'stock.move', ['quant_id', 'ilike', 'BE0477']), HIDDEN);
});

test('a copy of the first of several records is not searched: Odoo would look at all of them', async () => {
  const copy = {
    is: 'integer r',
    stored: false,
    related: 'line_ids.product_id',
    depends: ['line_ids.product_id'],
  } as const;
  const search = (lines: 'one2many line' | 'one2many line r', product: 'integer' | 'integer r') => {
    const order: ModelSpec = { fields: { line_ids: lines, product_id: copy } };
    return refused({ order, line: { fields: { product_id: product } } }, 'order', ['product_id', '=', 7]);
  };
  assert.equal(await search('one2many line', 'integer'), HIDDEN);
  assert.equal(await search('one2many line r', 'integer r'), undefined);
});
