import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mask } from '../catalog/documents.ts';
import { OdooFloat, type OdooValue } from '../odoo/wire/value.ts';
import { odooMasks } from './odoo-masks.ts';

const KEY = Buffer.alloc(32, 3);
const masked = (mask: Mask, value: OdooValue, consumer = 'crm') => odooMasks(KEY, consumer)(mask, 'Customer.x')(value);

describe('masks on values of Odoo', () => {
  it('show what the mask says, and empty values as empty', () => {
    assert.equal(masked({ type: 'last-4' }, 'BE0477472710'), '****2710');
    assert.equal(masked({ type: 'truncate', length: 2 }, '9000'), '90');
    assert.equal(masked({ type: 'bucket', bounds: [0, 5, 20] }, new OdooFloat('7.5')), '6-20');
    assert.equal(masked({ type: 'bucket', bounds: [0, 5, 20] }, 3), '1-5');
    for (const empty of [false, null]) assert.equal(masked({ type: 'hash' }, empty), false);
    assert.equal(masked({ type: 'hash' }, ''), '');
  });

  it('show nothing of what is hidden or no plain value', () => {
    for (const value of ['secret', 7, true, new OdooFloat('1.0'), 12n ** 20n]) {
      assert.equal(masked({ type: 'hide' }, value), false);
    }
    for (const value of [[1, 'secret'], { a: 'secret' }]) assert.equal(masked({ type: 'last-4' }, value), false);
  });

  it('hash with a key of the consumer’s own', () => {
    const mask: Mask = { type: 'hash' };
    assert.equal(masked(mask, 'a'), masked(mask, 'a'));
    assert.notEqual(masked(mask, 'a'), masked(mask, 'b'));
    assert.notEqual(masked(mask, 'a'), masked(mask, 'a', 'erp'));
  });
});
