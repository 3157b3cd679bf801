import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatabaseKnowledge, FieldKnowledge } from '../knowledge.ts';
import { KNOWLEDGE } from './access.fixture.ts';
import { decidingFields } from './deciding-fields.ts';

const decides = (model: string, path: string, isOther = false, knowledge: DatabaseKnowledge = KNOWLEDGE) =>
  decidingFields(knowledge, { model, path, isOther }).map(({ model: of, field, rest, atCreation }) =>
    [`${of}.${field}`, rest ?? '-', ...(atCreation ? ['made'] : [])].join(' '),
  );

test('the steps after the first decide, each with what is left of the path', () => {
  assert.deepEqual(decides('sale.order', 'name'), []);
  assert.deepEqual(decides('sale.order', 'partner_id.country_id'), ['res.partner.country_id country_id']);
  assert.deepEqual(decides('sale.order', 'partner_id.parent_id.city'), [
    'res.partner.parent_id parent_id.city',
    'res.partner.city city',
  ]);
  assert.deepEqual(decides('sale.order', 'partner_id', true), ['sale.order.partner_id partner_id']);
});

test('a way ends where nothing is known', () => {
  assert.deepEqual(decides('sale.order', 'partner_id.no_such.field'), []);
  assert.deepEqual(decides('no.such', 'partner_id.name'), []);
  assert.deepEqual(decides('stock.picking', 'picking_type_id.warehouse_id.code.x'), [
    'stock.picking.type.warehouse_id warehouse_id.code.x',
    'stock.warehouse.code code.x',
  ]);
});

test('copies are made of what is elsewhere, and are said of by their own name alone', () => {
  assert.deepEqual(decides('sale.order', 'partner_email'), ['res.partner.email -']);
  assert.deepEqual(decides('sale.order', 'partner_id.country_code'), [
    'res.partner.country_code country_code',
    'res.partner.country_id country_code',
    'res.country.code -',
  ]);
});

test('the other side of a list puts records into it', () => {
  assert.deepEqual(decides('sale.order', 'order_line.product_uom_qty').slice(0, 2), [
    'sale.order.line.order_id - made',
    'sale.order.line.product_uom_qty product_uom_qty',
  ]);
});

test('fields that are computed from one another in circles come to an end', () => {
  const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
  const field = (name: string): FieldKnowledge => ({
    ...{ name, type: 'char', relation: undefined, inverse: undefined, stored: true, sortable: true, searchable: true },
    ...{ related: undefined, depends: names.map((one) => `link.${one}`), selection: undefined },
  });
  const link: FieldKnowledge = { ...field('link'), type: 'many2one', relation: 'm', depends: ['link.link'] };
  const fields = new Map([...names.map((name) => [name, field(name)] as const), ['link', link] as const]);
  const known = { name: 'm', order: undefined, recordName: undefined, searchNames: undefined, parent: undefined };
  const knowledge = { major: 19, models: new Map([['m', { ...known, inherits: {}, fields }]]) };
  assert.equal(decides('m', 'link.f0', false, knowledge).length, 41);
});
