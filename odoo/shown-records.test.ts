import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Bench, recordsOf, startBench } from './odoo-upstream.fixture.ts';
import { ShownRecords } from './shown-records.ts';

describe('the records that an answer tells of', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench(19);
  });
  after(() => bench.close());

  const shown = async (...call: Parameters<Bench['call']>) => (await bench.call(...call)).subjects;
  const of = (model: string, subjects: readonly string[]) =>
    subjects.filter((subject) => subject.startsWith(`unrouted/${model} `));

  test('are those that were asked for, whether their id is shown or not', async () => {
    const read = { Customer: ['name'] };
    assert.deepEqual(await shown('getCustomer', { read }, { id: 10 }), ['unrouted/res.partner 10']);
    const all = await bench.call('listCustomers', { read: { Customer: ['id', 'name'] } }, { limit: 3 });
    const expected = recordsOf(all).map(({ id }) => `unrouted/res.partner ${id}`);
    assert.deepEqual(all.subjects, expected);
    const narrowed = await bench.call(
      'listCustomers',
      { read: { Customer: ['id', 'name'] } },
      { limit: 3, fields: ['name'] },
    );
    assert.deepEqual(narrowed.subjects, expected);
  });

  test('and those that they link to, by id, by label, by a list, or by a value of theirs', async () => {
    const orders = await bench.call('listOrders', { read: { Order: ['id', 'customerId'] } }, { limit: 5 });
    const customers = recordsOf(orders).map(({ customerId }) => `unrouted/res.partner ${customerId}`);
    assert.ok(customers.length > 1);
    assert.deepEqual(new Set(of('res.partner', orders.subjects)), new Set(customers));

    for (const field of ['address.countryId', 'address.country', 'countryCode']) {
      const subjects = await shown('getCustomer', { read: { Customer: [field] } }, { id: 10 });
      const { rows } = bench.odoo.db.known('res.partner');
      assert.deepEqual(of('res.country', subjects), [`unrouted/res.country ${rows.get(10)?.get('country_id')}`], field);
    }
    const tagged = await bench.call('listCustomers', { read: { Customer: ['categoryIds'] } });
    const categories = recordsOf(tagged).flatMap(({ categoryIds }) => categoryIds as number[]);
    assert.ok(categories.length > 0);
    assert.deepEqual(
      new Set(of('res.partner.category', tagged.subjects)),
      new Set(categories.map((id) => `unrouted/res.partner.category ${id}`)),
    );
  });

  test('and the related records that are shown within them', async () => {
    const read = { Shipment: ['number', 'consignee'], Party: ['name'] };
    const subjects = await shown('listShipments', { read }, { limit: 4 });
    const consignees = of('stock.picking', subjects).map((subject) => {
      const id = Number(subject.split(' ')[1]);
      return bench.odoo.db.known('stock.picking').rows.get(id)?.get('partner_id');
    });
    assert.ok(consignees.length > 0);
    assert.deepEqual(
      new Set(of('res.partner', subjects)),
      new Set(consignees.filter(Boolean).map((id) => `unrouted/res.partner ${id}`)),
    );
  });

  test('include the record of a change, also of one whose end is not known', async () => {
    const body = { name: 'Renamed' };
    const done = await bench.call('updateCustomer', { write: { Customer: ['name'] } }, { id: 11, body });
    assert.equal(done.exchange.facts.hasChanged, true);
    assert.deepEqual(done.exchange.facts.subjects, ['unrouted/res.partner 11']);
  });
});

test('records that were asked for come first, and there is an end to all', () => {
  const shown = new ShownRecords();
  for (let id = 0; id < 2000; id++) shown.addBehind('sale.order.line', id);
  for (let id = 0; id < 900; id++) shown.add('sale.order', id);
  for (let id = 0; id < 50; id++) shown.add('res.partner', 7);
  const subjects = shown.subjects('erp');
  assert.equal(subjects.length, 1000);
  assert.equal(subjects.filter((subject) => subject.startsWith('erp/sale.order ')).length, 900);
  assert.equal(subjects[900], 'erp/res.partner 7');
});
