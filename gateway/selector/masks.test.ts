import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mask } from '../../catalog/documents.ts';
import { compileMask, type ScalarType } from './masks.ts';

const context = { hashKey: Buffer.alloc(32, 1) };

const stock: Mask = { type: 'bucket', bounds: [0, 5, 20] };
const CASES: readonly (readonly [mask: Mask, text: string, type: ScalarType, expected: string])[] = [
  [{ type: 'hide' }, 'secret', 'string', 'null'],
  [{ type: 'hide' }, '12', 'number', 'null'],
  [{ type: 'last-4' }, 'DE02120300000000202051', 'string', '"****2051"'],
  [{ type: 'last-4' }, '12345', 'string', '"****2345"'],
  [{ type: 'last-4' }, '1234', 'string', '"****"'],
  [{ type: 'last-4' }, '', 'string', '"****"'],
  [{ type: 'last-4' }, '😀😀😀😀', 'string', '"****"'],
  [{ type: 'last-4' }, 'a😀😀"😀', 'string', '"****😀😀\\"😀"'],
  [{ type: 'last-4' }, '12345678', 'number', '"****5678"'],
  [{ type: 'last-4' }, 'true', 'boolean', 'null'],
  [stock, '0', 'number', '"0"'],
  [stock, '-3', 'number', '"0"'],
  [stock, '0.5', 'number', '"1-5"'],
  [stock, '5', 'number', '"1-5"'],
  [stock, '5.0001', 'number', '"6-20"'],
  [stock, '20', 'number', '"6-20"'],
  [stock, '1e999', 'number', '"20+"'],
  [stock, '12.50', 'string', '"6-20"'],
  [stock, 'many', 'string', 'null'],
  [stock, ' 7', 'string', 'null'],
  [stock, 'true', 'boolean', 'null'],
  [{ ...stock, subtract: 3 }, '2', 'number', '"0"'],
  [{ ...stock, subtract: 3 }, '8', 'number', '"1-5"'],
  [{ type: 'bucket', bounds: [10, 11, 50] }, '3', 'number', '"0-10"'],
  [{ type: 'bucket', bounds: [10, 11, 50] }, '11', 'number', '"11"'],
  [{ type: 'bucket', bounds: [0.5, 2.5] }, '2', 'number', '"0.5-2.5"'],
  [{ type: 'truncate', length: 3 }, 'abcdef', 'string', '"abc"'],
  [{ type: 'truncate', length: 2 }, '😀b😀', 'string', '"😀b"'],
  [{ type: 'truncate', length: 0 }, 'abc', 'string', '""'],
  [{ type: 'truncate', length: 3 }, '12345', 'number', 'null'],
];

for (const [mask, text, type, expected] of CASES) {
  test(`mask ${JSON.stringify(mask)} of ${type} ${JSON.stringify(text)}`, () => {
    assert.equal(compileMask(mask, 'Customer.field', context)(text, type), expected);
  });
}

test('hash is stable per field and consumer, and nothing else', () => {
  const mask: Mask = { type: 'hash' };
  const hash = compileMask(mask, 'Customer.email', context);
  const value = hash('a@b.example', 'string');
  assert.match(value, /^"[\w-]{22}"$/);
  assert.equal(compileMask(mask, 'Customer.email', context)('a@b.example', 'string'), value);
  assert.notEqual(hash('A@b.example', 'string'), value);
  assert.notEqual(compileMask(mask, 'Customer.phone', context)('a@b.example', 'string'), value);
  assert.notEqual(
    compileMask(mask, 'Customer.email', { hashKey: Buffer.alloc(32, 2) })('a@b.example', 'string'),
    value,
  );
});

test('refuses masks that make no sense', () => {
  const bad: Mask[] = [
    { type: 'bucket', bounds: [] },
    { type: 'bucket', bounds: [5, 5] },
    { type: 'bucket', bounds: [5, 1] },
    { type: 'bucket', bounds: [-1, 1] },
    { type: 'bucket', bounds: [Number.NaN] },
    { type: 'bucket', bounds: [1], subtract: Number.POSITIVE_INFINITY },
    { type: 'truncate', length: -1 },
    { type: 'truncate', length: 1.5 },
  ];
  for (const mask of bad) assert.throws(() => compileMask(mask, 'f', context), TypeError);
});
