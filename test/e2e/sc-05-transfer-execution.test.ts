import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type House, openHouse } from './house.fixture.ts';

const BASE = '/transfer-execution/v1';
const codeOf = ({ json }: { json: unknown }) => (json as { code?: string }).code;

/** SC-05 on a database of each Odoo version: one contract, whatever Odoo calls things. */
for (const odooVersion of [19, 18, 16] as const) {
  describe(`SC-05 transfer execution on Odoo ${odooVersion}`, () => {
    let house: House;
    let token: string;
    before(async () => {
      house = await openHouse({ odooVersion });
      token = await house.token('wms-acme');
    });
    after(() => house.stop());
    const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      house.call(method, `${BASE}${path}`, { token, headers, ...(body === undefined ? {} : { body }) });

    test('only transfers of its own warehouse, in the granted states', async () => {
      const { status, json, text } = await call('GET', '/transfers?limit=100');
      assert.equal(status, 200, text);
      const { items } = json as { items: { number: string; state: string }[] };
      assert.ok(items.length > 0);
      for (const { number, state } of items) {
        assert.match(number, /^WH1\//);
        assert.ok(['assigned', 'confirmed', 'done'].includes(state));
      }
    });

    test('lines speak of quantity, as the contract does', async () => {
      const { json, text } = await call('GET', '/transfer-lines?limit=1');
      const [line] = (json as { items: Record<string, unknown>[] }).items;
      assert.equal(typeof line?.quantity, 'number', text);
      assert.ok(!text.includes('qty_done'));
    });

    test('a scan is written once, however often it is sent', async () => {
      const before = house.company.odoo.count('stock.move.line.write');
      const scan = { quantity: 5 };
      const answers = await Promise.all(
        [1, 2, 3].map(() => call('PATCH', '/transfer-lines/1', scan, { 'idempotency-key': 'scan-1' })),
      );
      answers.push(await call('PATCH', '/transfer-lines/1', scan, { 'idempotency-key': 'scan-1' }));
      for (const { status, json, text } of answers) {
        assert.equal(status, 200, text);
        assert.equal((json as { quantity: number }).quantity, 5);
      }
      assert.equal(house.company.odoo.count('stock.move.line.write') - before, 1);
      const line = house.company.odoo.db.tables.get('stock.move.line')?.rows.get(1);
      assert.equal(odooVersion === 16 ? line?.get('qty_done') : line?.get('quantity'), 5);
      const other = await call('PATCH', '/transfer-lines/1', { quantity: 6 }, { 'idempotency-key': 'scan-1' });
      assert.equal(other.status, 422);
      assert.equal(codeOf(other), 'idempotency-key-reused');
    });

    test('a scan without a key is 400', async () => {
      const answer = await call('PATCH', '/transfer-lines/1', { quantity: 5 });
      assert.equal(answer.status, 400);
      assert.equal(codeOf(answer), 'idempotency-key-missing');
    });

    for (const body of [{ destinationLocationId: 5 }, { productId: 7 }]) {
      test(`writing ${Object.keys(body)[0]} is 403`, async () => {
        assert.equal(
          (await call('PATCH', '/transfer-lines/1', body, { 'idempotency-key': `k-${Object.keys(body)[0]}` })).status,
          403,
        );
      });
    }

    test('a transfer of its own is validated by the one named action', async () => {
      const answer = await call('POST', '/transfers/1/validate');
      assert.equal(answer.status, 200, answer.text);
      assert.equal((answer.json as { state: string }).state, 'done');
      assert.equal(house.company.odoo.count('stock.picking.button_validate'), 1);
    });

    test('validating a transfer of another warehouse is 404, and nothing happens', async () => {
      const answer = await call('POST', '/transfers/4/validate');
      assert.equal(answer.status, 404);
      assert.equal(house.company.odoo.count('stock.picking.button_validate'), 1);
    });

    test('an action that is in the contract but not in the grant is 403, one that is nowhere is 404', async () => {
      const cancel = await call('POST', '/transfers/1/cancel');
      assert.equal(cancel.status, 403);
      assert.equal(codeOf(cancel), 'operation-not-granted');
      assert.equal((await call('POST', '/transfers/1/copy')).status, 404);
      assert.equal((await call('DELETE', '/transfers/1')).status, 405);
    });

    test('prices and e-mail addresses are not there to be asked for', async () => {
      for (const field of ['salePrice', 'partnerEmail', 'partnerId']) {
        assert.equal((await call('GET', `/transfers?fields=id,${field}`)).status, 403);
      }
    });
  });
}
