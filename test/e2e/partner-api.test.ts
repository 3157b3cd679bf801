import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type House, openHouse } from './house.fixture.ts';

const BASE = '/parcel-tracking/v1';

/** A partner's own API by the same pipeline: its document with an overlay, its credential never seen. */
describe('a plain HTTP partner', () => {
  let house: House;
  let token: string;
  before(async () => {
    house = await openHouse();
    token = await house.token('care-desk');
  });
  after(() => house.stop());

  test('the answer is cut to the grant, nested objects and lists too', async () => {
    const { status, json, text } = await house.call('GET', `${BASE}/parcels/PC12345678BE?lang=nl`, { token });
    assert.equal(status, 200, text);
    assert.deepEqual(json, {
      trackingNumber: 'PC12345678BE',
      status: 'DELIVERED',
      estimatedDelivery: '2026-11-19T12:00:00Z',
      pieces: 2,
      recipient: { name: 'Harbour Hardware', postalCode: '2000', city: 'Antwerp' },
      proofOfDelivery: { signedBy: 'M', deliveredAt: '2026-11-19T09:15:00Z' },
      events: [
        { time: '2026-11-18T16:02:00Z', code: 'COLLECTED', description: 'Collected from sender', depot: 'ANR1' },
        { time: '2026-11-19T04:40:00Z', code: 'SORTED', description: 'Sorted', depot: 'BRU2' },
        { time: '2026-11-19T09:15:00Z', code: 'DELIVERED', description: 'Delivered', depot: null },
      ],
    });
  });

  test('the partner gets its own credential and nothing of the client', async () => {
    await house.call('GET', `${BASE}/parcels/PC12345678BE/events`, {
      token,
      headers: {
        cookie: 'a=b',
        'x-api-key': 'mine',
        'x-forwarded-for': '10.0.0.1',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      },
    });
    const sent = house.company.carrier.requests.at(-1);
    assert.equal(sent?.url, '/tracking/v4/parcels/PC12345678BE/events');
    assert.equal(sent?.headers['x-api-key'], 'demo-carrier-key');
    assert.equal(sent?.headers.authorization, undefined);
    assert.equal(sent?.headers.cookie, undefined);
    assert.equal(sent?.headers['x-forwarded-for'], undefined);
    assert.match(
      String(sent?.headers.traceparent),
      new RegExp(`^00-${'a'.repeat(32)}-(?!${'b'.repeat(16)})[0-9a-f]{16}-01$`),
    );
    assert.equal((await house.records()).at(-1)?.trace, 'a'.repeat(32));
  });

  test("what the partner's document has but ours removed does not exist", async () => {
    assert.equal((await house.call('DELETE', `${BASE}/parcels/PC12345678BE`, { token })).status, 405);
  });

  test("the partner's own errors are not passed on", async () => {
    const { status, json, text } = await house.call('GET', `${BASE}/parcels/PC00000000BE`, { token });
    assert.equal(status, 404);
    assert.equal((json as { code: string }).code, 'record-not-found');
    assert.ok(!text.includes('No such parcel'));
  });

  test('a path value that breaks its pattern never reaches the partner', async () => {
    const before = house.company.carrier.requests.length;
    const { status } = await house.call('GET', `${BASE}/parcels/short`, { token });
    assert.ok(status === 400 || status === 404);
    assert.equal(house.company.carrier.requests.length, before);
  });
});
