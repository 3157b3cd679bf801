import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchNamesOf } from './model-facts.ts';
import { modelReading } from './model-reading.ts';

test('a search by name looks into fields that the user asking may not see: they are named all the same', () => {
  const { searchNames } = modelReading('res.partner', 19, new Map());
  assert.deepEqual(searchNames, ['complete_name', 'email', 'ref', 'vat', 'company_registry']);
});

test('a state is found by its country, too, where Odoo takes apart what its name looks like', () => {
  assert.equal(searchNamesOf('res.country.state', 17), undefined);
  for (const major of [18, 19]) assert.ok(searchNamesOf('res.country.state', major)?.includes('country_id.code'));
});
