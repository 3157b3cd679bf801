import fc from 'fast-check';
import { OdooFloat, type OdooValue, odooObject } from './value.ts';

const floats = fc
  .double({ noDefaultInfinity: true, noNaN: true })
  .map((value) => (Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)))
  .map((text) => new OdooFloat(text));

/** Any value that Odoo and its clients exchange, small. `texts` are the strings in it. */
export function odooValues(texts: fc.Arbitrary<string>): fc.Arbitrary<OdooValue> {
  const { value } = fc.letrec<{ value: OdooValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 9_007_199_254_740_992n, max: 10n ** 39n }),
      fc.bigInt({ min: -(10n ** 39n), max: -9_007_199_254_740_992n }),
      texts,
      floats,
      fc.array(tie('value'), { maxLength: 6 }),
      fc.dictionary(texts, tie('value'), { maxKeys: 6 }).map((members) => odooObject(Object.entries(members))),
    ),
  }));
  return value;
}

/** Text of every character, well-formed. */
export const anyText = fc.string({ unit: 'binary', maxLength: 20 });

/** Text of the characters that XML can hold. */
export const xmlText = anyText.map((text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''));
