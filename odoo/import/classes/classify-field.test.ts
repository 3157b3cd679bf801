import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { memberOf } from '../../decode-answer.ts';
import { type FieldMetadata, fieldsIn } from '../field-metadata.ts';
import { classifyField } from './classify-field.ts';

function field(name: string, attributes: Readonly<Record<string, unknown>> = {}): FieldMetadata {
  const found = fieldsIn({ [name]: { type: 'char', ...attributes } }).get(name);
  assert.ok(found !== undefined);
  return found;
}

const said = (model: string, name: string, attributes?: Readonly<Record<string, unknown>>) => {
  const { class: fieldClass, tags, by } = classifyField(model, field(name, attributes));
  return [fieldClass, ...tags, by].join(' ');
};

test('known fields have the class of the tables, unknown ones are confidential', () => {
  assert.equal(said('res.partner', 'vat'), 'confidential PII financial tax-id table');
  assert.equal(said('product.product', 'default_code'), 'public table');
  assert.equal(said('res.partner', 'write_date'), 'internal audit table');
  assert.equal(said('res.partner', 'x_whatever'), 'confidential unknown');
  assert.equal(said('x_model', 'x_name'), 'confidential unknown');
  assert.equal(said('x_model', 'default_code'), 'confidential unknown', 'public only where the model is known');
  assert.equal(said('x_model', 'x_customer_phone'), 'confidential PII pattern');
  assert.equal(said('x_model', 'x_remark', { type: 'html' }), 'confidential free-text pattern');
  assert.equal(said('x_model', 'x_birthday'), 'restricted PII HR pattern');
  assert.equal(said('x_model', 'x_iban'), 'restricted financial pattern');
});

test('what opens something is a credential, whatever the tables say of it', () => {
  for (const name of [
    'access_token',
    'signup_token',
    'x_api_key',
    'password',
    'access_url',
    'x_oauth_secret',
    'x_pin',
  ]) {
    assert.equal(said('res.partner', name), 'restricted credential security pattern', name);
  }
  for (const name of ['x_tokenised_name', 'shipping_address', 'x_opinion']) {
    assert.ok(!said('res.partner', name).includes('credential'), name);
  }
  assert.ok(!said('res.partner', 'x_has_password', { type: 'boolean' }).includes('credential'));
});

test('a copy is never less than what it is a copy of, and what administrators alone see is restricted', () => {
  const secret = { class: 'restricted', tags: ['HR'], by: 'table' } as const;
  assert.equal(classifyField('x_model', field('x_copy'), secret).class, 'restricted');
  assert.equal(classifyField('res.partner', field('active'), secret).class, 'restricted');
  assert.deepEqual(classifyField('x_model', field('x_copy'), { ...secret, class: 'internal' }).class, 'internal');
  assert.equal(
    said('x_model', 'x_flag', { groups: 'base.group_user,base.group_system' }),
    'restricted security pattern',
  );
});

const FACTS = join(import.meta.dirname, '../../../../shared/odoo/fields.json');

test('no field of Odoo is proposed for less than a careful reading found', { skip: !existsSync(FACTS) }, () => {
  const order = ['public', 'internal', 'confidential', 'restricted'];
  const models = memberOf(JSON.parse(readFileSync(FACTS, 'utf8')), 'models');
  assert.ok(typeof models === 'object' && models !== null);
  let compared = 0;
  for (const [model, described] of Object.entries(models)) {
    if (model === 'res.users.apikeys') continue;
    const all = memberOf(described, 'fields');
    assert.ok(typeof all === 'object' && all !== null);
    for (const [name, told] of Object.entries(all)) {
      // What stands on another record is classed by following the way there.
      if (memberOf(told, 'delegated') !== undefined) continue;
      const [type, expected] = ['type', 'class'].map((attribute) => String(memberOf(told, attribute)));
      const answer = fieldsIn({ [name]: { type, relation: 'x.y' } }).get(name);
      if (answer === undefined) continue;
      const proposed = classifyField(model, answer).class;
      assert.ok(order.indexOf(proposed) >= order.indexOf(expected ?? ''), `${model}.${name} ${proposed} < ${expected}`);
      compared += 1;
    }
  }
  assert.ok(compared > 2500, String(compared));
});
