import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FieldMetadata, fieldsIn } from '../field-metadata.ts';
import { fieldNames, modelName } from './contract-names.ts';

function fields(types: Readonly<Record<string, string>>): FieldMetadata[] {
  const answer = Object.entries(types).map(([name, type]) => [name, { type, relation: 'x.y' }]);
  return [...fieldsIn(Object.fromEntries(answer)).values()];
}

function named(model: string, types: Readonly<Record<string, string>>): Record<string, string> {
  const names = fieldNames(model, fields(types));
  return Object.fromEntries(
    [...names].map(([field, { name, label }]) => [field, [name, ...(label === undefined ? [] : [label])].join(' ')]),
  );
}

test('models have names without a word of Odoo', () => {
  const cases = {
    'res.partner': ['Partner', 'partners'],
    'account.move': ['JournalEntry', 'journal-entries'],
    'x_fleet.vehicle': ['FleetVehicle', 'fleet-vehicles'],
    x_res_po: ['PurchaseOrder', 'purchase-orders'],
    'x_studio.category': ['Category', 'categories'],
    x_: ['Record', 'records'],
  };
  for (const [model, [schema, plural]] of Object.entries(cases)) assert.deepEqual(modelName(model), { schema, plural });
  assert.match(modelName(`x_${'very_long_'.repeat(12)}`).plural, /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/);
});

test('fields are named from the tables, else from their words', () => {
  assert.deepEqual(
    named('res.partner', {
      country_id: 'many2one',
      category_id: 'many2many',
      zip: 'char',
      property_product_pricelist: 'many2one',
      property_stock_subcontractor: 'many2one',
      child_ids: 'one2many',
      write_uid: 'many2one',
      date_localization: 'date',
      last_sync_date: 'datetime',
      x_studio_delivery_qty: 'float',
      '3d_model': 'char',
    }),
    {
      category_id: 'tagIds',
      child_ids: 'childIds',
      country_id: 'countryId country',
      date_localization: 'localizationDate',
      last_sync_date: 'lastSyncAt',
      property_product_pricelist: 'pricelistId pricelist',
      property_stock_subcontractor: 'stockSubcontractorId stockSubcontractor',
      write_uid: 'updatedById updatedBy',
      x_studio_delivery_qty: 'deliveryQuantity',
      zip: 'postalCode',
    },
  );
});

test('no two fields share a name, and the order in which they come does not matter', () => {
  const clashing = {
    partner: 'char',
    partner_id: 'many2one',
    x_partner: 'char',
    x_studio_partner: 'char',
    x_id: 'char',
    x_ids: 'char',
    create_date: 'datetime',
    created_at: 'char',
    product_uom: 'many2one',
    product_uom_id: 'many2one',
    tax_id: 'many2many',
    tax_ids: 'many2many',
  };
  const names = named('x_thing', clashing);
  const all = Object.values(names).flatMap((name) => name.split(' '));
  assert.equal(new Set(all).size, all.length, all.join(' '));
  for (const name of all) assert.match(name, /^[a-z][A-Za-z0-9]*$/);
  const reversed = named('x_thing', Object.fromEntries(Object.entries(clashing).reverse()));
  assert.deepEqual(reversed, names);
});
