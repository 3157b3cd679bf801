import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type House, openHouse } from './house.fixture.ts';

const BASE = '/product-availability/v2/products';
const codeOf = ({ json }: { json: unknown }) => (json as { code?: string }).code;

/** SC-02: a storefront polls availability; every denial of the scenario. */
describe('SC-02 product availability', () => {
  let house: House;
  let token: string;
  before(async () => {
    house = await openHouse();
    token = await house.token('shopify-storefront');
  });
  after(() => house.stop());
  const get = (path: string) => house.call('GET', path, { token });

  test('products come with a range instead of a number', async () => {
    const { status, json, text } = await get(`${BASE}?limit=50`);
    assert.equal(status, 200, text);
    const { items } = json as { items: Record<string, unknown>[] };
    assert.ok(items.length > 20);
    for (const item of items) {
      assert.deepEqual(Object.keys(item).sort(), [
        'availability',
        'barcode',
        'id',
        'name',
        'sku',
        'unit',
        'unitId',
        'updatedAt',
      ]);
      assert.ok(['0', '1-5', '6-20', '20+'].includes(String(item.availability)));
    }
    // 3 free less a safety stock of 2 is 1; 24 less 2 is 22.
    const ranges = new Map(items.map((item) => [item.id, item.availability]));
    assert.equal(ranges.get(1), '1-5');
    assert.equal(ranges.get(8), '20+');
  });

  for (const field of ['cost', 'onHand', 'standard_price']) {
    test(`fields=${field} is 403`, async () => {
      const answer = await get(`${BASE}?fields=id,${field}`);
      assert.equal(answer.status, 403);
      assert.equal(codeOf(answer), 'field-not-granted');
    });
  }

  test('a masked field is no oracle: it cannot be sorted by', async () => {
    const answer = await get(`${BASE}?sort=availability`);
    assert.equal(answer.status, 403);
    assert.equal(codeOf(answer), 'field-not-granted');
  });

  test('a product that is not on the channel is not in the list, and absent by id', async () => {
    const listed = new Set<unknown>();
    let next: string | null = '';
    while (next !== null) {
      const { json } = await get(`${BASE}?limit=100${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`);
      const page = json as { items: { id: number }[]; next: string | null };
      for (const { id } of page.items) listed.add(id);
      next = page.next;
    }
    for (const [id, why] of [
      [3, 'no tag'],
      [19, 'not for sale'],
      [23, 'archived'],
    ] as const) {
      assert.ok(!listed.has(id), why);
      assert.equal((await get(`${BASE}/${id}`)).status, 404, why);
    }
    assert.equal((await get(`${BASE}/1`)).status, 200);
  });

  test('the old version says when it ends', async () => {
    const { status, headers, text } = await house.call('GET', '/product-availability/v1/articles?limit=1', {
      token: await house.token('counter-display'),
    });
    assert.equal(status, 200, text);
    assert.match(headers.get('deprecation') ?? '', /^@\d+$/);
    assert.match(headers.get('sunset') ?? '', / GMT$/);
    assert.match(headers.get('link') ?? '', /rel="successor-version"/);
  });
});

test('SC-02: while Odoo is down the last answer stands in, then 503', async () => {
  const house = await openHouse();
  try {
    const token = await house.token('shopify-storefront');
    const first = await house.call('GET', `${BASE}/1`, { token });
    assert.equal(first.status, 200);
    await house.company.odoo.close();
    const second = await house.call('GET', `${BASE}/1`, { token });
    assert.equal(second.status, 200, second.text);
    assert.deepEqual(second.json, first.json);
    assert.match(second.headers.get('age') ?? '', /^\d+$/);
    assert.ok((await house.records()).at(-1)?.notes?.includes('stale-answer'));
    const never = await house.call('GET', `${BASE}/2`, { token });
    assert.equal(never.status, 503);
    assert.doesNotMatch(never.text, /127\.0\.0\.1|ECONN/);
  } finally {
    await house.stop();
  }
});

test('SC-02: after the burst the next request is 429, and Odoo hears nothing of it', async () => {
  // The plan's own numbers would need a second of sixty calls: fewer, by the document.
  const house = await openHouse({
    edit: { 'plans.yaml': (text) => text.replace('perSecond: 10, burst: 50', 'perSecond: 0.001, burst: 3') },
  });
  try {
    const token = await house.token('shopify-storefront');
    for (let call = 0; call < 3; call++) assert.equal((await house.call('GET', `${BASE}/1`, { token })).status, 200);
    const heard = house.company.odoo.calls.length;
    const refused = await house.call('GET', `${BASE}/1`, { token });
    assert.equal(refused.status, 429);
    assert.equal(codeOf(refused), 'rate-limited');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.ok(refused.headers.has('ratelimit'));
    assert.equal(house.company.odoo.calls.length, heard);
  } finally {
    await house.stop();
  }
});
