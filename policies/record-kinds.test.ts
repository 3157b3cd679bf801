import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantedPlace } from './exchange.fixture.ts';
import { recordKinds } from './record-kinds.ts';

test('a kind is the Odoo model in the version that is bound, else the schema of the interface', () => {
  const { version } = grantedPlace();
  const inOdoo = (major: number) =>
    recordKinds({
      ...version,
      environment: { ...version.environment, odoo: { version: major, protocol: 'json2', database: 'x' } },
    });
  const lot = {
    schema: 'Lot',
    model: { '16': 'stock.production.lot', '17': 'stock.lot', '19': null },
    role: 'self',
  } as const;
  assert.equal(inOdoo(16)(lot), 'unrouted/stock.production.lot');
  assert.equal(inOdoo(18)(lot), 'unrouted/stock.lot');
  assert.equal(inOdoo(19)(lot), 'unrouted/customer-master.Lot');
  const kindOf = recordKinds(version);
  assert.equal(kindOf({ schema: 'Order.customer', model: 'res.partner', role: 'link' }), 'unrouted/res.partner');
  assert.equal(kindOf({ schema: 'Track and trace', role: 'self' }), 'unrouted/customer-master.Track_and_trace');
});
