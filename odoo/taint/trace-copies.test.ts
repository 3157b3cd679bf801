import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OdooModelsDocument } from '../../catalog/documents.ts';
import type { OdooModel } from '../../catalog/odoo-models.ts';
import { KNOWLEDGE, MODELS } from '../access/access.fixture.ts';
import { readKnowledge } from '../read-knowledge.ts';
import { copiesOf, sourcesOf, traceText } from './trace-copies.ts';

const sources = (model: string, field: string) =>
  sourcesOf(KNOWLEDGE, model, field)
    .map(({ path }) => traceText(path))
    .sort();
const copies = (model: string, field: string) =>
  copiesOf(KNOWLEDGE, [{ model, field }])
    .map(({ path }) => traceText(path))
    .sort();

function knowledgeOf(models: Readonly<Record<string, OdooModel>>) {
  const document: OdooModelsDocument = { ...MODELS.document, spec: { ...MODELS.document.spec, models } };
  return readKnowledge(document);
}

describe('sources', () => {
  test('follow what is related, known and computed, each by the shortest way', () => {
    assert.deepEqual(sources('res.partner', 'email_formatted'), [
      'res.partner.email_formatted ← email',
      'res.partner.email_formatted ← name',
    ]);
    assert.deepEqual(sources('sale.order', 'partner_email'), ['sale.order.partner_email ← res.partner.email']);
    assert.deepEqual(sources('res.partner', 'contact_address_inline').slice(0, 2), [
      'res.partner.contact_address_inline ← contact_address',
      'res.partner.contact_address_inline ← contact_address ← city',
    ]);
    assert.deepEqual(sources('sale.order.line', 'name'), [
      'sale.order.line.name ← product.product.display_name',
      'sale.order.line.name ← product.product.display_name ← default_code',
      'sale.order.line.name ← product.product.display_name ← name',
      'sale.order.line.name ← product.product.display_name ← name ← product.template.name',
    ]);
  });

  test('what a display name holds without a context is known better than what it is computed from', () => {
    assert.ok(!sources('res.partner', 'display_name').some((text) => text.endsWith('vat') || text.endsWith('email')));
  });

  test('a number copies numbers, but a sum no summand, unless it has the name', () => {
    assert.deepEqual(sources('sale.order', 'amount_total'), []);
    assert.deepEqual(sources('product.template', 'standard_price'), [
      'product.template.standard_price ← product.product.standard_price',
    ]);
    assert.ok(sources('sale.order', 'margin').includes('sale.order.margin ← sale.order.line.purchase_price'));
    assert.ok(sources('sale.order.line', 'price_subtotal').includes('sale.order.line.price_subtotal ← price_unit'));
  });

  test('choices of few, hops, bookkeeping and unknown models make no copy', () => {
    assert.deepEqual(sources('res.partner', 'is_blacklisted'), []);
    assert.deepEqual(sources('stock.picking', 'state'), []);
    assert.deepEqual(sources('res.partner', 'user_id'), []);
    assert.deepEqual(sources('sale.order', 'team_id'), []);
    assert.deepEqual(sources('product.product', 'price_extra'), []);
    assert.deepEqual(sources('res.partner', 'nothing'), []);
    assert.deepEqual(sources('nothing', 'name'), []);
  });

  test('circles end, and long chains are followed', () => {
    const circle = knowledgeOf({
      a: {
        fields: {
          one: { type: 'char', stored: false, depends: ['two'] },
          two: { type: 'char', depends: ['one', 'two'] },
        },
      },
    });
    assert.deepEqual(
      sourcesOf(circle, 'a', 'one').map(({ field }) => field),
      ['two'],
    );
    assert.deepEqual(
      copiesOf(circle, [{ model: 'a', field: 'one' }]).map(({ field }) => field),
      ['two'],
    );
    const chain = Object.fromEntries(
      Array.from({ length: 3000 }, (_, at) => [`f${at}`, { type: 'char' as const, depends: [`f${at + 1}`] }]),
    );
    const long = knowledgeOf({ a: { fields: { ...chain, f3000: { type: 'char' } } } });
    assert.equal(sourcesOf(long, 'a', 'f0').length, 3000);
  });

  test('delegated fields are those of the model that a record is composed of', () => {
    const knowledge = knowledgeOf({
      a: {
        inherits: { b: 'b_id' },
        fields: { b_id: { type: 'many2one', relation: 'b' }, x: { type: 'char', stored: false }, y: { type: 'char' } },
      },
      b: { fields: { x: { type: 'char' }, y: { type: 'char' } } },
    });
    assert.deepEqual(
      sourcesOf(knowledge, 'a', 'x').map(({ path }) => traceText(path)),
      ['a.x ← b.x'],
    );
    assert.deepEqual(sourcesOf(knowledge, 'a', 'y'), []);
  });

  test('a display name of which nothing is said is that of the field which names the record', () => {
    const knowledge = knowledgeOf({
      a: { recordName: 'code', fields: { code: { type: 'char' }, display_name: { type: 'char', stored: false } } },
    });
    assert.deepEqual(
      sourcesOf(knowledge, 'a', 'display_name').map(({ field }) => field),
      ['code'],
    );
  });
});

describe('copies', () => {
  test('are all fields that hold a hidden one, with the way to it', () => {
    assert.deepEqual(copies('res.partner', 'email'), [
      'res.partner.email_formatted ← email',
      'res.partner.email_normalized ← email',
      'sale.order.partner_email ← res.partner.email',
    ]);
    assert.deepEqual(copies('product.product', 'standard_price'), [
      'product.product.avg_cost ← standard_price',
      'product.template.standard_price ← product.product.standard_price',
      'sale.order.line.margin ← purchase_price ← product.product.standard_price',
      'sale.order.line.purchase_price ← product.product.standard_price',
      'sale.order.margin ← sale.order.line.purchase_price ← product.product.standard_price',
    ]);
  });

  test('several hidden fields share a copy once', () => {
    const found = copiesOf(KNOWLEDGE, [
      { model: 'res.partner', field: 'email' },
      { model: 'res.partner', field: 'name' },
    ]);
    const keys = found.map(({ model, field }) => `${model}.${field}`);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(keys.filter((key) => key === 'res.partner.email_formatted').length, 1);
  });
});
