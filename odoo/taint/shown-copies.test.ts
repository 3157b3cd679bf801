import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Mask } from '../../catalog/documents.ts';
import { KNOWLEDGE } from '../access/access.fixture.ts';
import type { GrantedValue } from '../access/granted-values.ts';
import { type ShownValue, shownCopies } from './shown-copies.ts';
import { traceText } from './trace-copies.ts';

/** A shown value by `model: path`; `*` behind it: its label. */
function value(text: string, mask?: Mask): ShownValue {
  const [model = '', path = ''] = text.replace('*', '').split(': ');
  const shape = { path: '', annotation: {}, types: new Set(['string' as const]), fields: new Map(), schema: true };
  const field: GrantedValue['field'] = {
    name: path,
    id: text,
    annotation: { class: 'internal', tags: [] },
    required: false,
    readOnly: false,
    writeOnly: false,
    shape,
  };
  const kind = text.endsWith('*') ? 'label' : 'text';
  return { model, value: { field, path: path.split('.'), kind, models: [], mask } };
}

const copies = (...shown: readonly (string | ShownValue)[]) =>
  shownCopies(
    KNOWLEDGE,
    shown.map((one) => (typeof one === 'string' ? value(one) : one)),
  ).map(({ path }) => traceText(path));

describe('copies of hidden fields', () => {
  test('what is shown beside its sources is none', () => {
    assert.deepEqual(copies('res.partner: email_formatted'), [
      'res.partner.email_formatted ← name',
      'res.partner.email_formatted ← email',
    ]);
    assert.deepEqual(copies('res.partner: email_formatted', 'res.partner: name', 'res.partner: email'), []);
    assert.deepEqual(copies('sale.order: partner_email', 'res.partner: email'), []);
    assert.deepEqual(copies('sale.order: partner_email', 'sale.order: partner_id.email'), []);
  });

  test('a masked source is hidden, a masked copy shows nothing, one that is cut late shows all', () => {
    const email = (mask: Mask) => copies('res.partner: email_normalized', value('res.partner: email', mask));
    assert.deepEqual(email({ type: 'hash' }), ['res.partner.email_normalized ← email']);
    const masked = (mask: Mask) => copies(value('res.partner: email_normalized', mask));
    assert.deepEqual(masked({ type: 'hash' }), []);
    assert.deepEqual(masked({ type: 'truncate', length: 4 }), []);
    assert.equal(masked({ type: 'truncate', length: 40 }).length, 1);
  });

  test('what is computed is looked through, what has data of its own is looked at', () => {
    const street = ['street', 'street2', 'zip', 'city', 'state_id', 'country_id', 'company_name'];
    const address = street.map((field) => `res.partner: ${field}`);
    assert.deepEqual(copies('res.partner: contact_address_inline', ...address), []);
    assert.deepEqual(copies('res.partner: contact_address_inline', ...address.slice(1)), [
      'res.partner.contact_address_inline ← contact_address ← street',
    ]);
    const quantity = 'sale.order.line: product_uom_qty';
    assert.deepEqual(copies('sale.order.line: price_subtotal', quantity), [
      'sale.order.line.price_subtotal ← price_unit',
    ]);
    assert.deepEqual(copies('sale.order.line: price_subtotal', quantity, 'sale.order.line: price_unit'), []);
  });

  test('a label shows what a record is called by, and whatever else is in it', () => {
    assert.deepEqual(copies('sale.order: partner_id*'), []);
    assert.deepEqual(copies('sale.order.line: product_id*'), ['product.product.display_name ← default_code']);
    assert.deepEqual(copies('sale.order.line: product_id*', 'product.product: default_code'), []);
    assert.deepEqual(copies('sale.order: partner_id*', 'res.partner: email_formatted', 'res.partner: email'), []);
  });

  test('a product shows the fields of its template as its own, unless the template is shown by itself', () => {
    assert.deepEqual(copies('product.product: name', 'product.product: lst_price', 'product.product: price_extra'), []);
    assert.deepEqual(copies('product.product: name', 'product.template: list_price'), [
      'product.product.name ← product.template.name',
    ]);
    assert.deepEqual(copies('product.product: avg_cost'), ['product.product.avg_cost ← standard_price']);
    assert.deepEqual(copies('product.template: standard_price'), [
      'product.template.standard_price ← product.product.standard_price',
    ]);
  });

  test('what leads nowhere is no copy', () => {
    assert.deepEqual(copies('res.partner: nothing', 'nothing: name', 'res.partner: city.name'), []);
  });
});
