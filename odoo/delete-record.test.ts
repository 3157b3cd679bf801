import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Bench, startBench } from './odoo-upstream.fixture.ts';

for (const version of [16, 19] as const) {
  describe(`deleting over Odoo ${version}`, () => {
    let bench: Bench;
    before(async () => {
      bench = await startBench(version);
    });
    after(() => bench.close());

    const lines = () => [...bench.odoo.db.known('stock.move.line').rows.keys()];

    test('the record is gone, and its id on record', async () => {
      const [id = 0] = lines();
      const { status, body, exchange } = await bench.call('deleteLine', {}, { id });
      assert.equal(status, 204);
      assert.equal(body, '');
      assert.deepEqual(exchange.facts.subjects, [`unrouted/stock.move.line ${id}`]);
      assert.ok(!lines().includes(id));
      assert.equal((await bench.call('deleteLine', {}, { id })).code, 'record-not-found');
    });

    test('a record outside of the record filter is not there, and stays', async () => {
      const [id = 0] = lines();
      const transfer = bench.odoo.db.value('stock.move.line', id, 'picking_id');
      const own = { Line: [['transferId', '=', transfer] as const] };
      const other = { Line: [['transferId', '!=', transfer] as const] };
      const before = bench.odoo.count('stock.move.line.unlink');
      assert.equal((await bench.call('deleteLine', {}, { id, filter: other })).code, 'record-not-found');
      for (const wrong of ['0', '1e3', '01', '4294967297', 'x']) {
        assert.equal((await bench.call('deleteLine', {}, { id: wrong })).code, 'record-not-found');
      }
      assert.equal(bench.odoo.count('stock.move.line.unlink'), before);
      assert.ok(lines().includes(id));
      assert.equal((await bench.call('deleteLine', {}, { id, filter: own })).status, 204);
    });
  });
}

describe('deleting that Odoo refuses', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench(19);
  });
  after(() => bench.close());

  test('an end that nobody knows is said to be unknown', async () => {
    const [id = 0] = bench.odoo.db.known('stock.move.line').rows.keys();
    bench.odoo.failures.push({ kind: 'error-500', method: 'unlink' });
    assert.equal((await bench.call('deleteLine', {}, { id })).code, 'outcome-unknown');
  });

  test('a document that promises content is refused before any request', async () => {
    const change: Parameters<Bench['call']>[1]['change'] = (operation) => {
      const [response] = [...operation.responses.values()];
      const shape = { path: '', annotation: {}, types: new Set<never>(), fields: new Map(), schema: true };
      const content = { mediaType: 'application/json', schema: true, shape };
      assert.ok(response);
      return { ...operation, responses: new Map([['200', { ...response, content }]]) };
    };
    await assert.rejects(bench.call('deleteLine', { change }, { id: 1 }), { message: /there is nothing to show/ });
  });
});
