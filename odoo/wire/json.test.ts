import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readJson } from './read-json.ts';
import { OdooFloat, type OdooValue } from './value.ts';
import { anyText, odooValues } from './values.fixture.ts';
import { MOST_DIGITS, REQUEST_LIMITS, WireError } from './wire-error.ts';
import { writeJson } from './write-json.ts';

const read = (text: string) => readJson(Buffer.from(text));

function codeOf(text: string | Buffer): string {
  try {
    readJson(typeof text === 'string' ? Buffer.from(text) : text);
  } catch (error) {
    assert.ok(error instanceof WireError, String(error));
    return error.code;
  }
  return 'read';
}

describe('JSON', () => {
  test('numbers are kept as they are', () => {
    assert.equal(read('9007199254740991'), 9_007_199_254_740_991);
    assert.equal(read('9007199254740993'), 9_007_199_254_740_993n);
    assert.equal(read('-9007199254740993'), -9_007_199_254_740_993n);
    assert.ok(Object.is(read('-0'), 0));
    assert.deepEqual(read('[1, 1.0, 1e2, -0.10]'), [
      1,
      new OdooFloat('1.0'),
      new OdooFloat('1e2'),
      new OdooFloat('-0.10'),
    ]);
    assert.equal(writeJson(read('[1,1.0,1e-07,12345678901234567890]')), '[1,1.0,1e-07,12345678901234567890]');
    assert.equal(codeOf('9'.repeat(MOST_DIGITS)), 'read');
    assert.equal(codeOf('9'.repeat(MOST_DIGITS + 1)), 'number');
    assert.equal(codeOf('1e400'), 'number');
    assert.equal(codeOf(`1.${'0'.repeat(500)}`), 'number');
  });

  test('what can be read in two ways is not read', () => {
    const refused: Record<string, string> = {
      '': 'syntax',
      ' ': 'syntax',
      '\ufeff{}': 'encoding',
      '{"a":1,"a":2}': 'duplicate',
      '{"a":1,"\\u0061":2}': 'duplicate',
      '{"__proto__":1,"__proto__":2}': 'duplicate',
      '"\\ud800"': 'text',
      '"\\udc00\\ud800"': 'text',
      '"a\nb"': 'text',
      '"a\\\nb"': 'text',
      '"\\x"': 'text',
      NaN: 'syntax',
      Infinity: 'syntax',
      '-Infinity': 'syntax',
      nul: 'syntax',
      '[1,]': 'syntax',
      '{"a":1,}': 'syntax',
      '{a:1}': 'syntax',
      "{'a':1}": 'syntax',
      '01': 'syntax',
      '.5': 'syntax',
      '+1': 'syntax',
      '1.': 'syntax',
      '0x10': 'syntax',
      '1 2': 'syntax',
      '[1': 'syntax',
      '[1}': 'syntax',
      '{"a"}': 'syntax',
      '"abc': 'syntax',
      '"abc\\"': 'syntax',
      '/**/1': 'syntax',
      '\u00a01': 'syntax',
    };
    for (const [text, code] of Object.entries(refused)) assert.equal(codeOf(text), code, JSON.stringify(text));
    assert.equal(codeOf(Buffer.from([0x22, 0xff, 0x22])), 'encoding');
    assert.equal(codeOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), 'encoding');
    assert.equal(codeOf(Buffer.from('{}', 'utf16le')), 'syntax');
  });

  test('objects have no prototype', () => {
    const value = read('{"__proto__": {"x": 1}, "constructor": 2}');
    assert.equal(Object.getPrototypeOf(value), null);
    assert.equal(writeJson(value), '{"__proto__":{"x":1},"constructor":2}');
  });

  test('depth and number of values are bounded', () => {
    const { depth, values } = REQUEST_LIMITS;
    assert.equal(codeOf(`${'['.repeat(depth)}${']'.repeat(depth)}`), 'read');
    assert.equal(codeOf(`${'['.repeat(depth + 1)}${']'.repeat(depth + 1)}`), 'too-deep');
    assert.equal(codeOf('{"a":'.repeat(100_000)), 'too-deep');
    assert.equal(codeOf(`[${'0,'.repeat(values)}0]`), 'too-large');
  });

  test('plain values are written as JSON.stringify writes them', () => {
    const values = [
      { a: undefined, b: [undefined, null, 1.5, -0, 1e21, Number.NaN], c: 'é\u2028"', d: { e: true } },
      [],
      'x',
      0.1,
    ];
    for (const value of values) assert.equal(writeJson(value), JSON.stringify(value));
    assert.throws(() => writeJson(() => 1), TypeError);
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(writeJson(value), JSON.stringify(value))));
  });

  test('what is written is read again, whatever it is', () => {
    fc.assert(fc.property(odooValues(anyText), (value: OdooValue) => assert.deepEqual(read(writeJson(value)), value)));
  });

  test('whatever comes, only its own error is thrown, and what it reads JSON.parse reads too', () => {
    const near = fc.array(fc.constantFrom(...'{}[]",:\\01-+.eEtrufalsn \n\u00e9'.split('')), { maxLength: 30 });
    const texts = fc.oneof(
      near.map((units) => units.join('')),
      fc.json(),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (codeOf(text) === 'read') assert.doesNotThrow(() => JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void codeOf(Buffer.from(bytes))));
  });
});
