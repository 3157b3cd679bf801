import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FieldUsage } from '../../audit/index/usage.ts';
import { compiled, subjectOf } from '../../lineage/demo.fixture.ts';
import type { LineageEdge } from '../../lineage/graph.ts';
import { Landscape } from '../../lineage/landscape.ts';
import { observeLineage } from '../../lineage/observe.ts';
import { traceLineage } from '../../lineage/trace.ts';
import { memoryUsage } from '../../lineage/usage.fixture.ts';
import { syntheticUid } from '../../odoo/front/synthetic-uid.ts';
import { type House, type HouseRecord, openHouse } from './house.fixture.ts';
import { resultOf, service } from './odoo-speakers.fixture.ts';

const WINDOW = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };

/** What an index would say of these records: a row for each field of each. */
function usageOf(records: readonly HouseRecord[]): FieldUsage[] {
  return records.flatMap((record) => {
    const { consumer = '', grant = '', version = '', operation = '', time, records: count = 0 } = record;
    const place = { consumer, grant, interface: record.interface ?? '', version, operation };
    return (['returned', 'masked', 'refused', 'written'] as const).flatMap((kind) =>
      record[kind].map((field) => ({ ...place, field, kind, exchanges: 1, records: count, first: time, last: time })),
    );
  });
}

describe('the lineage of what really happened', () => {
  let house: House;
  let landscape: Landscape;
  let rows: readonly FieldUsage[];

  before(async () => {
    house = await openHouse();
    const calls = [
      ['salesforce-crm', 'GET', '/customer-master/v1/customers?limit=3', undefined],
      ['salesforce-crm', 'PATCH', '/customer-master/v1/customers/10', { phone: '+32 3 555 0110' }],
      ['salesforce-crm', 'PATCH', '/customer-master/v1/customers/10', { creditLimit: 1 }],
      ['shopify-storefront', 'GET', '/product-availability/v2/products?limit=2', undefined],
      ['counter-display', 'GET', '/product-availability/v1/articles?limit=2', undefined],
      ['wms-acme', 'GET', '/transfer-execution/v1/transfers?limit=2', undefined],
      ['carrier-hub', 'GET', '/shipment-booking/v2/shipments?limit=2', undefined],
      ['treasury-report', 'GET', '/payment-status/v1/payments?limit=2', undefined],
      ['care-desk', 'GET', '/parcel-tracking/v1/parcels/PC12345678BE', undefined],
    ] as const;
    for (const [client, method, path, body] of calls) {
      const token = await house.token(client);
      const { status } = await house.call(method, path, { token, ...(body === undefined ? {} : { body }) });
      assert.equal(status, body !== undefined && 'creditLimit' in body ? 403 : 200, `${client} ${path}`);
    }
    const partners = await desk('search_read', [[]], { fields: ['name', 'phone'] });
    assert.ok(Array.isArray(partners) && partners.length > 0);
    assert.equal(await desk('write', [[10], { phone: '+32 3 555 0111' }]), true);
    rows = usageOf(await house.records());
    landscape = new Landscape(await compiled(house.company.catalogFolder));
  });
  after(() => house?.stop());

  /** The order desk's script, which speaks to what it takes for an Odoo. */
  const desk = async (method: string, args: readonly unknown[], named: object = {}): Promise<unknown> => {
    const known = ['distribution', syntheticUid('legacy-order-desk'), 'demo-legacy-order-desk'];
    return resultOf(await service(house, 'object', 'execute_kw', [...known, 'res.partner', method, args, named]));
  };

  const observe = async (name: string) => {
    const subject = subjectOf(landscape, name);
    return observeLineage(landscape, subject, traceLineage(landscape, subject), memoryUsage(rows), WINDOW);
  };
  const seen = (edges: readonly LineageEdge[]) => edges.filter(({ observed }) => (observed?.exchanges ?? 0) > 0);

  it('lies on ways that the catalog gives, for every consumer', async () => {
    const consumers = new Set(rows.map(({ consumer }) => consumer));
    assert.equal(consumers.size, 8);
    for (const consumer of consumers) {
      const { graph, outside } = await observe(consumer);
      assert.deepEqual(outside, [], consumer);
      assert.ok(seen(graph.edges).length > 2, consumer);
    }
  });

  it('tells who got a field and who wrote it, by REST and by the protocols of Odoo', async () => {
    const { graph } = await observe('customer-master:Customer.phone');
    const ways = seen(graph.edges).map(({ kind, from, to }) => `${kind} ${kind === 'reads' ? to : from}`);
    assert.deepEqual(ways.sort(), [
      'reads grant legacy-order-desk-customer-master-v1',
      'reads grant salesforce-crm-customer-master-v1',
      'writes grant legacy-order-desk-customer-master-v1',
      'writes grant salesforce-crm-customer-master-v1',
    ]);
  });

  it('knows what was masked, and what was refused', async () => {
    const { graph } = await observe('payment-status:Payment.bankAccount');
    const [read] = seen(graph.edges);
    assert.deepEqual([read?.masks, read?.observed?.masked], [['last-4'], 1]);
    const { refused } = await observe('salesforce-crm');
    assert.deepEqual(
      refused.map(({ field, operation }) => [field, operation]),
      [['Customer.creditLimit', 'updateCustomer']],
    );
  });
});
