import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { privateHeaderName } from './private-headers.ts';

test('a private header goes on record by its name where that is made of known words', () => {
  for (const name of ['x-company', 'x-odoo-company-id', 'x-forwarded-for', 'x-http-method-override', 'x-b3-traceid']) {
    assert.equal(privateHeaderName(name), name);
  }
});

test('and any other may be a value', () => {
  for (const name of ['x-be71096123456769', 'x-', 'x--', 'x-company-', 'x-anna.svensson', `x-${'id-'.repeat(30)}id`]) {
    assert.equal(privateHeaderName(name), 'x-(unknown)', name);
  }
  const digits = fc.stringMatching(/^[a-z]{0,3}[0-9]{3,12}[a-z0-9]{0,6}$/);
  fc.assert(fc.property(digits, (value) => assert.equal(privateHeaderName(`x-${value}`), 'x-(unknown)')));
});
