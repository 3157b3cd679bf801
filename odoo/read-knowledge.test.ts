import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWLEDGE, MODELS } from './access/access.fixture.ts';
import { readKnowledge } from './read-knowledge.ts';

test('a document is read once, with its defaults', () => {
  assert.equal(readKnowledge(MODELS.document), KNOWLEDGE);
  const partner = KNOWLEDGE.models.get('res.partner');
  assert.ok(partner);
  assert.equal(KNOWLEDGE.major, 19);
  assert.ok(Object.isFrozen(KNOWLEDGE) && Object.isFrozen(partner));
  assert.deepEqual(
    [partner.recordName, partner.parent, partner.searchNames?.length, partner.inherits],
    ['complete_name', 'parent_id', 5, Object.create(null)],
  );
  const nothing = { relation: undefined, inverse: undefined, related: undefined, selection: undefined };
  assert.deepEqual(partner.fields.get('name'), {
    ...nothing,
    name: 'name',
    type: 'char',
    stored: true,
    sortable: true,
    searchable: true,
    depends: [],
  });
  assert.deepEqual(partner.fields.get('email_formatted'), {
    ...nothing,
    name: 'email_formatted',
    type: 'char',
    stored: false,
    sortable: false,
    searchable: false,
    depends: ['name', 'email'],
  });
  assert.equal(partner.fields.get('id')?.type, 'integer');
  assert.deepEqual({ ...KNOWLEDGE.models.get('product.product')?.inherits }, { 'product.template': 'product_tmpl_id' });
});
