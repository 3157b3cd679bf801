import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrict } from '../../gateway/strict-json.ts';
import { readJson } from '../../odoo/wire/read-json.ts';

/**
 * The gateway reads JSON into plain values, Odoo's protocols into exact ones, each in a layer of its own: what one takes for
 * JSON, the other must take, too. They differ in numbers only, which one keeps as they are written.
 */
const SIGNS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u00',
  '\\ud800',
  ' ',
  '\t',
  '\n',
  '\u0001',
  't',
  'null',
  'é',
];

const withoutNumbers = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const texts = fc
  .tuple(
    withoutNumbers.map((value) => JSON.stringify(value)),
    fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...SIGNS)), { maxLength: 3 }),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [where, gone, sign]) => {
      const at = where % (edited.length + 1);
      return edited.slice(0, at) + sign + edited.slice(at + gone);
    }, text),
  );

test('both readers of JSON take the same texts', () => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const body = Buffer.from(text);
      const [plain, exact] = [attempt(() => parseStrict(body)), attempt(() => readJson(body))];
      assert.deepEqual(exact, plain);
      if (plain === undefined) refused++;
      else taken++;
    }),
    { numRuns: 5000, seed: 4627 },
  );
  assert.ok(taken > 500 && refused > 500, `${taken} taken, ${refused} refused`);
});

function attempt(read: () => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: read() };
  } catch {
    return undefined;
  }
}
