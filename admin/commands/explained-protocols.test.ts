import assert from 'node:assert/strict';
import { it } from 'node:test';
import { KNOWLEDGE, placesOf } from '../../odoo/access/access.fixture.ts';
import { databaseAccess } from '../../odoo/access/database-access.ts';
import { openedLines } from './explained-protocols.ts';

it('tells models, calls, fields and settings of what a grant opens over the Odoo protocols', () => {
  const places = placesOf({
    operations: ['listCustomers', 'updateCustomer', 'archiveCustomer', 'listShipments'],
    read: {
      Customer: ['id', 'name', 'email', 'address.countryId', 'address.country'],
      Shipment: ['number', 'consignee'],
      Party: ['city'],
    },
    write: { Customer: ['name'] },
    masks: { 'Customer.email': { type: 'hash' } },
    odoo: { context: ['active_test'], companies: [1] },
  });
  const access = databaseAccess(places, KNOWLEDGE, { maskOf: () => (value) => value });
  assert.deepEqual(openedLines(access), [
    'opens      res.partner: action_archive, read, update; shows id, name, email masked, country_id with label; updates name',
    'opens      stock.picking: read; shows name, partner_id.city, id',
    'opens      context lang, tz, active_test; companies 1; at most 1000 records',
  ]);
  assert.deepEqual(openedLines({ ...access, models: new Map() }), []);
});
