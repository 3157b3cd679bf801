import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrict, StrictJsonError } from './strict-json.ts';

function codeOf(input: string | Buffer): string {
  try {
    parseStrict(Buffer.from(input));
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof StrictJsonError, String(error));
    assert.equal(error.message, `${error.code} at byte ${error.offset}`);
    return error.code;
  }
}

const REFUSED: readonly (readonly [input: string | Buffer, code: string])[] = [
  ['', 'json-empty'],
  [' \n ', 'json-empty'],
  ['\ufeff{}', 'json-bom'],
  [Buffer.from([0x22, 0xff, 0x22]), 'json-utf8'],
  [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'json-utf8'],
  ['{"a":1,"a":2}', 'json-duplicate-key'],
  ['{"a":{"b":1,"\\u0062":2}}', 'json-duplicate-key'],
  ['{"__proto__":1,"__proto__":1}', 'json-duplicate-key'],
  ['{"a":null,"a":null}', 'json-duplicate-key'],
  ['9007199254740992', 'json-number-range'],
  ['-9007199254740993', 'json-number-range'],
  ['[1e400]', 'json-number-range'],
  ['[1e-400]', 'json-number-range'],
  ['"\\ud800"', 'json-lone-surrogate'],
  ['"\\udc00\\ud800"', 'json-lone-surrogate'],
  ['{"\\ud800":1}', 'json-lone-surrogate'],
  ['"a\tb"', 'json-string'],
  ['"\\x"', 'json-string'],
  ['"\\n\nb"', 'json-string'],
  ['"\\u12"', 'json-string'],
  ['"open', 'json-syntax'],
  ['"open\\"', 'json-syntax'],
  ['"open\\', 'json-syntax'],
  ['{}{}', 'json-syntax'],
  ['[1,]', 'json-syntax'],
  ['{"a":1,}', 'json-syntax'],
  ['{,}', 'json-syntax'],
  ['{"a" 1}', 'json-syntax'],
  ['{"a":1]', 'json-syntax'],
  ['[1}', 'json-syntax'],
  ['01', 'json-syntax'],
  ['+1', 'json-syntax'],
  ['1.', 'json-syntax'],
  ['.5', 'json-syntax'],
  ['1e', 'json-syntax'],
  ['-', 'json-syntax'],
  ['NaN', 'json-syntax'],
  ['nul', 'json-syntax'],
  ['{a:1}', 'json-syntax'],
  ['\u00a0{}', 'json-syntax'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'json-too-deep'],
  ['{"a":'.repeat(100_000), 'json-too-deep'],
  [`[${'0,'.repeat(100_000)}0]`, 'json-too-large'],
  [`{${Array.from({ length: 1_000_000 }, (_, n) => `"${n}":0`).join(',')}}`, 'json-too-large'],
];

for (const [input, code] of REFUSED) {
  test(`refuses ${JSON.stringify(input.toString().slice(0, 40))}: ${code}`, () => assert.equal(codeOf(input), code));
}

test('takes what can be read in one way', () => {
  const text =
    '{"__proto__":{"constructor":[1,-0,1.5e3]},"toString":"\\u00e9\\ud83d\\ude00é","n":9007199254740991,"z":[{},[],true,false,null,0.0]}';
  const parsed = parseStrict(Buffer.from(` ${text}\n`)) as Record<string, unknown>;
  assert.equal(Object.getPrototypeOf(parsed), null);
  assert.deepEqual(Object.keys(parsed), ['__proto__', 'toString', 'n', 'z']);
  assert.equal(JSON.stringify(parsed), JSON.stringify(JSON.parse(text)));
  assert.ok(Object.is((Object.values(parsed)[0] as { constructor: unknown[] }).constructor[1], -0));
  assert.equal(({} as Record<string, unknown>).constructor, Object);
  assert.equal(codeOf(`${'['.repeat(64)}${']'.repeat(64)}`), 'accepted');
});

test('the offset counts bytes', () => {
  assert.throws(() => parseStrict(Buffer.from('{"é😀":x}')), { code: 'json-syntax', offset: 10 });
});

test('equals JSON.parse', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5, stringUnit: 'grapheme' }), fc.integer({ min: 0, max: 3 }), (text, indent) => {
      const value = JSON.parse(text);
      const written = JSON.stringify(value, null, indent);
      if (codeOf(written) === 'json-number-range') return;
      assert.equal(JSON.stringify(parseStrict(Buffer.from(written))), JSON.stringify(value));
    }),
    { numRuns: 1000 },
  );
});

test('accepts nothing that JSON.parse refuses', () => {
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]",:\\ue0.-+tfn19 \n\x00')),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 3 }),
      fc.array(fc.tuple(fc.nat(), byte, fc.boolean()), { minLength: 1, maxLength: 3 }),
      (text, changes) => {
        let body = Buffer.from(text);
        for (const [where, value, insert] of changes) {
          const at = where % (body.length + 1);
          body = Buffer.concat([body.subarray(0, at), Buffer.from([value]), body.subarray(insert ? at : at + 1)]);
        }
        if (codeOf(body) !== 'accepted') return;
        const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
        assert.equal(JSON.stringify(parseStrict(body)), JSON.stringify(JSON.parse(decoded)));
      },
    ),
    { numRuns: 2000 },
  );
});
