import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Utf8Check } from './utf8-check.ts';

function accepts(bytes: Buffer, sizes: readonly number[]): boolean {
  const check = new Utf8Check();
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    if (!check.accepts(bytes.subarray(at, at + size))) return false;
    at += size;
  }
  return check.complete;
}

test('says of chunks what isUtf8 says of the whole', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('c3', 'e2 82', 'f0 9f 98', 'ed a0 80', 'f4 90 80 80', 'c0 af', 'ff', '80', 'f0 9f 98 80')
      .map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex')),
  );
  const sizes = fc
    .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
    .filter((all) => all.some((n) => n > 0));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), sizes, (pieces, cuts) => {
      const bytes = Buffer.concat(pieces);
      assert.equal(accepts(bytes, cuts), isUtf8(bytes));
    }),
    { numRuns: 2000 },
  );
});
