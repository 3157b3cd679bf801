import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RefusalError } from '../../gateway/problems.ts';
import type { OdooOperation } from '../../openapi/contract.ts';
import type { TypedCall } from '../typed-call.ts';
import { KNOWLEDGE, placesOf, type TestGrant } from './access.fixture.ts';
import { bindRules } from './bind-rules.ts';
import type { GrantedPlace } from './opened-operation.ts';

const nothing = () => assert.fail('nothing is asked of Odoo');

async function ruleOf(grants: readonly TestGrant[], read: (call: TypedCall) => Promise<unknown> = nothing) {
  return bindRules(grants.flatMap(placesOf), KNOWLEDGE)(read);
}

/** The same places with another annotation at one operation. */
function changed(places: readonly GrantedPlace[], id: string, odoo: Partial<OdooOperation>): GrantedPlace[] {
  return places.map((place) => {
    const own = place.operation.annotation.odoo;
    assert.ok(own);
    return place.operation.id === id
      ? { ...place, operation: { ...place.operation, annotation: { odoo: { ...own, ...odoo } } } }
      : place;
  });
}

describe('rules of models', () => {
  test('without a filter every record may be seen', async () => {
    const rule = await ruleOf([{ operations: ['listCustomers'] }]);
    assert.deepEqual(rule('res.partner'), []);
    assert.deepEqual(rule('ir.attachment'), []);
  });

  test('the filters of all schemas of a model hold, whichever operation it is opened by', async () => {
    const filter = {
      Customer: [
        ['customerRank', '>', 0],
        {
          or: [
            ['address.city', '=', 'Gent'],
            ['companyId', '=', null],
          ],
        },
      ],
      Party: [['city', 'in', ['Gent', 'Aalst']]],
    } as const;
    const rule = await ruleOf([{ operations: ['getParty', 'listOrders'], filter }]);
    assert.deepEqual(rule('res.partner'), [
      '&',
      ...['&', ['customer_rank', '>', 0], '|', ['city', '=', 'Gent'], ['company_id', '=', false]],
      ['city', 'in', ['Gent', 'Aalst']],
    ]);
    assert.deepEqual(rule('sale.order'), []);
  });

  test('the filter of one grant holds for the records that another shows', async () => {
    const orders = {
      name: 'orders',
      operations: ['listOrders'],
      filter: { Customer: [['reference', '=', 'A']] },
    } as const;
    const rule = await ruleOf([{ operations: ['listCustomers'] }, orders]);
    assert.deepEqual(rule('res.partner'), [['ref', '=', 'A']]);
  });

  test('linked records are asked for when the rules are bound', async () => {
    const filter = {
      Shipment: [['direction', '=', 'outgoing']],
      Party: [['id', 'in', { linkedFrom: 'Shipment.consignee' }]],
    } as const;
    const asked: TypedCall[] = [];
    const read = (call: TypedCall) => {
      asked.push(call);
      return Promise.resolve([
        { id: 1, partner_id: 7 },
        { id: 2, partner_id: 9 },
        { id: 3, partner_id: 7 },
        { id: 4, partner_id: false },
      ]);
    };
    const rule = await ruleOf([{ operations: ['listParties'], filter }], read);
    assert.deepEqual(rule('res.partner'), [['id', 'in', [7, 9]]]);
    assert.deepEqual(rule('stock.picking'), [['picking_type_code', '=', 'outgoing']]);
    assert.deepEqual(
      asked.map(({ model, method, args }) => [model, method, args.domain]),
      [['stock.picking', 'search_read', [['picking_type_code', '=', 'outgoing']]]],
    );
    await assert.rejects(
      ruleOf([{ operations: ['listParties'], filter }], () => Promise.resolve('?')),
      RefusalError,
    );
  });

  test('a filter that needs a claim, or that binds no model, opens nothing', () => {
    const claim = placesOf({ operations: ['listOrders'], filter: { Order: [['customerId', '=', { claim: 'sub' }]] } });
    assert.throws(() => bindRules(claim, KNOWLEDGE), /needs a claim/);
    const inOr = placesOf({
      operations: ['listOrders'],
      filter: { Order: [{ or: [['customerId', '=', { claim: 'sub' }]] }] },
    });
    assert.throws(() => bindRules(inOr, KNOWLEDGE), /needs a claim/);
    const lost = placesOf({ operations: ['listOrders'], filter: { CustomerPage: [['next', '=', 'x']] } });
    assert.throws(() => bindRules(lost, KNOWLEDGE), /that of no model/);
  });

  test('a schema that names no model is bound to that of its operations', async () => {
    const [place] = placesOf({ operations: ['getParty'], filter: { Party: [['city', '=', 'Gent']] } });
    assert.ok(place);
    const shapes = new Map(place.version.contract.shapes);
    const party = shapes.get('Party');
    assert.ok(party);
    shapes.set('Party', { ...party, annotation: {} });
    const bare = { ...place, version: { ...place.version, contract: { ...place.version.contract, shapes } } };
    const rule = await bindRules([bare], KNOWLEDGE)(nothing);
    assert.deepEqual(rule('res.partner'), [['city', '=', 'Gent']]);
  });
});

describe('fixed domains', () => {
  const places = placesOf({ operations: ['listCustomers', 'listParties', 'updateCustomer', 'getCustomer'] });
  const rule = async (own: readonly GrantedPlace[]) => (await bindRules(own, KNOWLEDGE)(nothing))('res.partner');

  test('records within the domain of any reading operation may be reached', async () => {
    const shipments = await ruleOf([{ operations: ['listShipments'] }]);
    assert.deepEqual(shipments('stock.picking'), ['|', ['state', '=', 'done'], ['state', '=', 'assigned']]);
    const lists = changed(changed(places.slice(0, 2), 'listCustomers', { domain: [['a', '=', 1]] }), 'listParties', {
      domain: [['b', '=', 1]],
    });
    assert.deepEqual(await rule(lists), ['|', ['a', '=', 1], ['b', '=', 1]]);
    const one = changed(places.slice(0, 2), 'listCustomers', { domain: [['a', '=', 1]] });
    assert.deepEqual(await rule(one), []);
  });

  test('the domain of an operation that changes something holds always', async () => {
    const own = changed(places, 'updateCustomer', {
      domain: [
        ['a', '=', 1],
        ['b', '=', 2],
      ],
    });
    assert.deepEqual(await rule(own), ['&', ['a', '=', 1], ['b', '=', 2]]);
  });

  test('it is joined to the record filter as one expression', async () => {
    const filter = { Shipment: [['number', '=', 'A']] } as const;
    const both = await ruleOf([{ operations: ['listShipments'], filter }]);
    assert.deepEqual(both('stock.picking'), [
      '&',
      '|',
      ['state', '=', 'done'],
      ['state', '=', 'assigned'],
      ['name', '=', 'A'],
    ]);
  });
});
