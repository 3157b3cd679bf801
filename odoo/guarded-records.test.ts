import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Failure } from '../examples/stand-in-odoo/start.ts';
import type { BoundTerm } from '../gateway/exchange.ts';
import { type Bench, type CallOptions, recordsOf, startBench } from './odoo-upstream.fixture.ts';

const SHIPMENT = {
  read: { Shipment: ['id', 'number', 'state', 'consignee', 'trackingReference', 'warehouse'], Party: ['name', 'city'] },
  write: { Shipment: ['trackingReference'] },
};
const OUTGOING: Readonly<Record<string, readonly BoundTerm[]>> = {
  Shipment: [
    ['direction', '=', 'outgoing'],
    ['state', 'in', ['assigned', 'done']],
  ],
  Party: [{ linkedFrom: 'Shipment.consignee' }],
};
const PARTY = { read: { Party: ['id', 'name', 'city'] } };

for (const version of [16, 19] as const) {
  describe(`record filters over Odoo ${version}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = await startBench(version);
    });
    const end = () => bench.close();

    const shipment = (match: (id: number) => boolean): number => {
      const ids = [...bench.odoo.db.known('stock.picking').rows.keys()];
      const id = ids.find((candidate) => match(candidate));
      if (id === undefined) throw new Error('no such shipment');
      return id;
    };
    const of = (id: number, name: string) => bench.odoo.db.value('stock.picking', id, name);

    test('a party exists as long as a visible shipment goes there', async (t) => {
      t.after(end);
      const linked = shipment((id) => of(id, 'picking_type_code') === 'outgoing' && of(id, 'state') === 'assigned');
      const partner = Number(of(linked, 'partner_id'));
      const found = await bench.call('getParty', PARTY, { id: partner, filter: OUTGOING });
      assert.equal(found.status, 200);
      assert.equal((await bench.call('getParty', PARTY, { id: 50, filter: OUTGOING })).code, 'record-not-found');
      assert.equal((await bench.call('getParty', PARTY, { id: 30, filter: OUTGOING })).code, 'record-not-found');
      const all = recordsOf(await bench.call('listParties', PARTY, { filter: OUTGOING, limit: 100 }));
      assert.ok(all.some(({ id }) => id === partner));
      assert.ok(all.every(({ id }) => id !== 30 && id !== 50));
    });

    test('consignees come with their shipments in one further call, archived ones too', async (t) => {
      t.after(end);
      const shown = shipment((id) => of(id, 'picking_type_code') === 'outgoing' && of(id, 'state') === 'done');
      bench.odoo.db.put('res.partner', Number(of(shown, 'partner_id')), 'active', false);
      const records = recordsOf(await bench.call('listShipments', SHIPMENT, { filter: OUTGOING, limit: 100 }));
      assert.ok(records.length > 10);
      for (const { consignee } of records) assert.deepEqual(Object.keys(consignee as object), ['name', 'city']);
      assert.equal(bench.odoo.count('res.partner.search_read'), 1);
      assert.equal(records.find(({ id }) => id === shown)?.warehouse, of(shown, 'name')?.toString().slice(0, 3));
    });

    test('what is set once stays: the same again is no change, another is a conflict', async (t) => {
      t.after(end);
      const open = shipment(
        (id) =>
          of(id, 'picking_type_code') === 'outgoing' &&
          of(id, 'carrier_tracking_ref') === false &&
          of(id, 'state') === 'assigned',
      );
      const set = (trackingReference: string | null) =>
        bench.call('bookShipment', SHIPMENT, { id: open, filter: OUTGOING, body: { trackingReference } });
      assert.equal((await set('T-1')).status, 200);
      assert.equal((await set('T-1')).status, 200);
      assert.equal(bench.odoo.count('stock.picking.write'), 1);
      assert.equal((await set('T-2')).code, 'already-set');
      assert.equal((await set(null)).code, 'already-set');
      assert.equal(bench.odoo.count('stock.picking.write'), 1);
    });

    test('an action runs on visible records only, and answers with the state afterwards', async (t) => {
      t.after(end);
      const ready = shipment((id) => of(id, 'picking_type_id') === 2 && of(id, 'state') === 'assigned');
      const other = shipment((id) => of(id, 'picking_type_id') === 8 && of(id, 'state') === 'assigned');
      const filter = { Shipment: [['warehouse', '=', 'WH1'] as const] };
      const done = await bench.call('validateShipment', SHIPMENT, { id: ready, filter });
      assert.equal((done.json as { state: string }).state, 'done');
      const refused = await bench.call('validateShipment', SHIPMENT, { id: other, filter });
      assert.equal(refused.code, 'record-not-found');
      assert.equal(bench.odoo.count('stock.picking.button_validate'), 1);
      // Done twice is a rule of Odoo's; what it says about it stays there.
      const again = await bench.call('validateShipment', SHIPMENT, { id: ready, filter });
      assert.equal(again.code, 'business-rule');
      assert.deepEqual(again.exchange.facts.notes, ['odoo:UserError']);
    });

    test('nothing is created for, or moved to, what the filter hides', async (t) => {
      t.after(end);
      const filter = { Line: [['warehouse', '=', 'WH1'] as const] };
      const rules = {
        read: { Line: ['id', 'transferId', 'productId', 'quantity', 'picked'] },
        write: { Line: ['transferId', 'productId', 'quantity'] },
      };
      const create = (transferId: number) =>
        bench.call('createLine', rules, { filter, body: { transferId, productId: 1, quantity: 2.5 } });
      const here = shipment((id) => of(id, 'picking_type_id') === 2);
      const there = shipment((id) => of(id, 'picking_type_id') === 8);
      assert.equal((await create(there)).code, 'field-not-writable');
      assert.equal(bench.odoo.count('stock.move.line.create'), 0);
      const made = await create(here);
      assert.equal(made.status, 201);
      assert.equal((made.json as { quantity: number }).quantity, 2.5);
      assert.equal((made.json as { picked: unknown }).picked, version === 16 ? null : false);

      const customers = {
        read: { Customer: ['id', 'companyId', 'customerRank'] },
        write: { Customer: ['name', 'companyId'] },
      };
      const own = { Customer: [['companyId', '=', 1] as const, ['customerRank', '>', 0] as const] };
      const forced = await bench.call('createCustomer', customers, { filter: own, body: { name: 'X' } });
      assert.deepEqual({ ...(forced.json as object), id: 0 }, { id: 0, customerRank: 1, companyId: 1 });
      const foreign = await bench.call('createCustomer', customers, { filter: own, body: { name: 'X', companyId: 2 } });
      assert.equal(foreign.code, 'field-not-writable');
      const moved = await bench.call('updateCustomer', customers, { id: 10, filter: own, body: { companyId: 2 } });
      assert.equal(moved.code, 'field-not-writable');
      assert.equal(bench.odoo.count('res.partner.write'), 0);
    });

    test('a field that this Odoo does not have is null, and writing it is refused', async (t) => {
      t.after(end);
      const rules = { read: { Line: ['id', 'picked'] }, write: { Line: ['transferId', 'productId', 'picked'] } };
      const body = { transferId: 1, productId: 1, picked: true };
      const answer = await bench.call('createLine', rules, { body });
      if (version === 16) {
        assert.equal(answer.code, 'body-invalid');
        assert.deepEqual(answer.refusal?.members, {
          errors: [{ pointer: '/picked', message: 'is not kept by the system of record' }],
        });
      } else assert.equal(answer.status, 201);
      const lines = recordsOf(await bench.call('listLines', rules, { limit: 2 }));
      assert.equal(typeof lines[0]?.picked, version === 16 ? 'object' : 'boolean');
    });
  });
}

describe('when Odoo fails', () => {
  for (const version of [18, 19] as const) {
    describe(`over ${version === 19 ? 'JSON-2' : 'JSON-RPC'}`, () => {
      let bench: Bench;
      before(async () => {
        bench = await startBench(version);
        // The bot's user id is known from here on, so that failures meet the calls they are meant for.
        await bench.call('getCustomer', READ, { id: 10 });
      });
      after(() => bench.close());
      const READ = { read: { Customer: ['id', 'name'] }, write: { Customer: ['name'] } };

      const failing = async (kind: Failure['kind'], operation: string, method: string, options: CallOptions) => {
        bench.odoo.failures.push({ kind, method });
        const before = bench.odoo.calls.length;
        const answer = await bench.call(operation, READ, options);
        assert.equal(bench.odoo.failures.length, 0);
        return {
          code: answer.code,
          text: JSON.stringify(answer.refusal),
          made: bench.odoo.calls.length - before,
          answer,
        };
      };

      const reads: readonly (readonly [Failure['kind'], string])[] = [
        ['reset', 'upstream-unavailable'],
        ['html', 'upstream-failed'],
        ['error-500', 'upstream-failed'],
        ['busy', 'upstream-busy'],
        ['gzip-lie', 'upstream-answer-invalid'],
        ['not-json', 'upstream-answer-invalid'],
      ];
      for (const [kind, code] of reads) {
        test(`a read: ${kind}`, async () => {
          const result = await failing(kind, 'getCustomer', 'search_read', { id: 10 });
          assert.equal(result.code, code);
          assert.doesNotMatch(result.text, /nginx|erp-proxy|internal server/i);
        });
      }

      test('an answer that Odoo compressed is read', async () => {
        const result = await failing('gzip', 'getCustomer', 'search_read', { id: 10 });
        assert.equal(result.answer.status, 200);
      });

      test('a busy Odoo says when to come back', async () => {
        const { answer } = await failing('busy', 'getCustomer', 'search_read', { id: 10 });
        assert.deepEqual(answer.refusal?.headers, ['retry-after', '7']);
      });

      const writes: readonly (readonly [Failure['kind'], string])[] = [
        ['reset', 'outcome-unknown'],
        ['reset-after', 'outcome-unknown'],
        ['html', 'outcome-unknown'],
        ['not-json', 'outcome-unknown'],
        ['busy', 'upstream-busy'],
      ];
      for (const [kind, code] of writes) {
        test(`a write is not repeated: ${kind}`, async () => {
          const count = bench.odoo.count('res.partner.create');
          const result = await failing(kind, 'createCustomer', 'create', { body: { name: 'Once' } });
          assert.equal(result.code, code);
          assert.ok(bench.odoo.count('res.partner.create') - count <= 1);
        });
      }

      test('a write that hangs has an unknown outcome, a read a timeout', async () => {
        const hangs = (operation: string, method: string, options: CallOptions) =>
          failing('hang', operation, method, { ...options, deadline: Date.now() + 150 });
        assert.equal((await hangs('createCustomer', 'create', { body: { name: 'Once' } })).code, 'outcome-unknown');
        assert.equal((await hangs('getCustomer', 'search_read', { id: 10 })).code, 'upstream-timeout');
      });

      test('a created record that cannot be read back is created all the same', async () => {
        const { answer } = await failing('error-500', 'createCustomer', 'search_read', { body: { name: 'Made' } });
        assert.equal(answer.status, 201);
        assert.equal(answer.body, '');
        assert.deepEqual(answer.exchange.facts.notes, ['odoo:Http500', 'read-back-failed']);
      });
    });
  }

  test('a bot user that is not let in is our fault', async () => {
    for (const version of [18, 19] as const) {
      const bench = await startBench(version, { users: [{ uid: 5, login: 'someone', password: 'else' }] });
      const answer = await bench.call('getCustomer', { read: { Customer: ['id'] } }, { id: 10 });
      assert.equal(answer.code, 'upstream-refused');
      await bench.close();
    }
  });

  test('a bot user without rights is our fault too; Odoo names groups, we do not', async () => {
    for (const version of [16, 19] as const) {
      const users = [
        {
          uid: 8,
          login: 'gateway-bot',
          password: 'p',
          apiKeys: ['key-of-the-bot'],
          denied: { 'res.partner': ['read', 'create'] as const },
        },
      ];
      const bench = await startBench(version, { users });
      const answer = await bench.call('getCustomer', { read: { Customer: ['id'] } }, { id: 10 });
      assert.equal(answer.code, 'upstream-refused');
      assert.doesNotMatch(JSON.stringify(answer.refusal), /Contact|groups|Access Rights/);
      await bench.close();
    }
  });

  test('a bot user whose id has changed logs in again, once', async () => {
    const user = { uid: 8, login: 'gateway-bot', password: 'p', apiKeys: ['key-of-the-bot'] };
    const users = [user];
    const bench = await startBench(17, { users });
    const read = { read: { Customer: ['id'] } };
    assert.equal((await bench.call('getCustomer', read, { id: 10 })).status, 200);
    users[0] = { ...user, uid: 77 };
    assert.equal((await bench.call('getCustomer', read, { id: 10 })).status, 200);
    users[0] = { ...user, apiKeys: ['another'] };
    assert.equal((await bench.call('getCustomer', read, { id: 10 })).code, 'upstream-refused');
    await bench.close();
  });
});
