import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type House, openHouse } from './house.fixture.ts';

const BASE = '/shipment-booking/v2';
type Shipment = {
  id: number;
  consigneeId: number;
  consignee: Record<string, unknown> | null;
  trackingReference: string | null;
};

/** SC-08: a carrier gets shipments to label, and of the consignee what a label needs. */
describe('SC-08 shipment booking', () => {
  let house: House;
  let token: string;
  let shipments: Shipment[];
  before(async () => {
    house = await openHouse();
    token = await house.token('carrier-hub');
    const { json, status, text } = await house.call('GET', `${BASE}/shipments?limit=100`, { token });
    assert.equal(status, 200, text);
    shipments = (json as { items: Shipment[] }).items;
  });
  after(() => house.stop());
  const call = (method: string, path: string, body?: unknown) =>
    house.call(method, `${BASE}${path}`, { token, ...(body === undefined ? {} : { body }) });

  test('a shipment carries its consignee with label data only', () => {
    assert.ok(shipments.length > 0);
    for (const { consignee } of shipments) {
      assert.deepEqual(Object.keys(consignee ?? {}).sort(), [
        'city',
        'country',
        'name',
        'phone',
        'postalCode',
        'state',
        'street',
        'street2',
      ]);
    }
    assert.doesNotMatch(JSON.stringify(shipments), /@|vat|BE0/);
  });

  for (const field of ['consignee.email', 'consignee.vat', 'consignee.parentId', 'email']) {
    test(`fields=${field} is 403`, async () => {
      assert.equal((await call('GET', `/shipments?fields=id,${field}`)).status, 403);
    });
  }

  test('a consignee is read only when a visible shipment goes there', async () => {
    const linked = shipments[0]?.consigneeId;
    const found = await call('GET', `/consignees/${linked}`);
    assert.equal(found.status, 200, found.text);
    assert.deepEqual(Object.keys(found.json as object).sort(), [
      'city',
      'country',
      'name',
      'phone',
      'postalCode',
      'state',
      'street',
      'street2',
    ]);
    const supplier = await call('GET', '/consignees/30');
    assert.equal(supplier.status, 404);
  });

  test('a tracking reference is set once; another one is a conflict', async () => {
    const open = shipments.find(({ trackingReference }) => trackingReference === null);
    assert.ok(open !== undefined);
    const first = await call('PATCH', `/shipments/${open.id}`, { trackingReference: 'TRK-1' });
    assert.equal(first.status, 200, first.text);
    assert.equal((first.json as Shipment).trackingReference, 'TRK-1');
    const again = await call('PATCH', `/shipments/${open.id}`, { trackingReference: 'TRK-1' });
    assert.equal(again.status, 200, again.text);
    const other = await call('PATCH', `/shipments/${open.id}`, { trackingReference: 'TRK-2' });
    assert.equal(other.status, 409);
    assert.equal((other.json as { code: string }).code, 'already-set');
    assert.ok(!other.text.includes('TRK-1'));
  });

  test('names and telephone numbers stand in no record', async () => {
    const text = JSON.stringify(await house.records());
    for (const { consignee } of shipments) {
      assert.ok(!text.includes(String(consignee?.name)));
      assert.ok(!text.includes(String(consignee?.phone)));
    }
  });
});
