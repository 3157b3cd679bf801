import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../record/canonical-json.ts';
import { parseCanonical } from './parse-canonical.ts';
import { quickEntry } from './quick-entry.ts';
import { exchange } from './sample-entries.fixture.ts';

test('the sorting example of RFC 8785 comes out as published', () => {
  const sorted = canonicalJson({
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  });
  assert.deepEqual(
    [...sorted.matchAll(/:"([^"]+)"/g)].map(([, value]) => value),
    [
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ],
  );
});

test('a value is read back from its canonical form only', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(canonicalJson(parseCanonical(text)), text);
      assert.equal(parseCanonical(` ${text}`), undefined);
      assert.equal(parseCanonical(`${text}\n`), undefined);
    }),
  );
});

test('what is not canonical is no value', () => {
  for (const text of [
    '',
    '{',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1e1}',
    '{"a":1e400}',
    '{"a":12345678901234567890}',
    '{"a":"\\u0041"}',
    '{"a":"\\/"}',
    '{"a":"\\ud800"}',
    '{"9":1,"10":1}',
    '["\\u000A"]',
    '{"a":{"c":1,"b":1}}',
    '{"a":[{"c":1,"b":1}]}',
  ]) {
    assert.equal(parseCanonical(text), undefined, text);
  }
  assert.deepEqual(parseCanonical('{"10":1,"9":1}'), { 9: 1, 10: 1 });
  assert.equal(parseCanonical('"\\\\ud800"'), '\\ud800');
});

const WANTED = ['type', 'time', 'place', 'verdicts', 'returned', 'masked', 'refused', 'written', 'ignored', 'notes'];

/** What the quick way should say of a text that it reads. */
function slow(text: string): Record<string, string> | undefined {
  const value = parseCanonical(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).filter(([name, member]) => WANTED.includes(name) && typeof member === 'string');
  return Object.fromEntries(members) as Record<string, string>;
}

test('exchanges are read quickly, and to the same end', () => {
  const text = canonicalJson(exchange(7));
  assert.deepEqual({ ...quickEntry(Buffer.from(text)) }, slow(text));
  assert.deepEqual(Object.keys(quickEntry(Buffer.from(text)) ?? {}).sort(), [
    'place',
    'returned',
    'time',
    'type',
    'verdicts',
  ]);
});

test('the quick way accepts nothing that the slow way does not, and never reads it otherwise', () => {
  const values = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.integer(),
    fc.double(),
    fc.array(fc.string({ unit: 'grapheme-ascii' })),
    fc.constant(null),
    fc.boolean(),
  );
  const names = fc.oneof(fc.constantFrom(...WANTED), fc.string({ unit: 'grapheme-ascii', maxLength: 9 }));
  const objects = fc.dictionary(names, values).map((object) => ({ ...object, type: 'access' }));
  const mutation = fc.record({
    at: fc.nat(),
    byte: fc.constantFrom(...Buffer.from('"\\,:[]{}0.9-eE a\x00\x7f\xc3', 'latin1')),
  });
  fc.assert(
    fc.property(objects, fc.option(mutation, { nil: undefined }), (object, change) => {
      let text = '';
      try {
        text = canonicalJson(object);
      } catch {
        return;
      }
      const bytes = Buffer.from(text);
      if (change !== undefined) bytes.writeUInt8(change.byte, change.at % bytes.length);
      const quick = quickEntry(bytes);
      if (quick !== undefined) assert.deepEqual({ ...quick }, slow(bytes.toString()));
    }),
    { numRuns: 3000 },
  );
});
