import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readXmlAnswer, readXmlCall } from './read-xml.ts';
import { OdooFloat, type OdooValue } from './value.ts';
import { odooValues, xmlText } from './values.fixture.ts';
import { ANSWER_LIMITS, REQUEST_LIMITS, WireError } from './wire-error.ts';
import { CannotMarshal, writeXml } from './write-xml.ts';

const around = (value: string) =>
  `<?xml version="1.0"?><methodCall><methodName>m</methodName><params><param>${value}</param></params></methodCall>`;
const readValue = (value: string) => readXmlCall(Buffer.from(around(value))).params[0];
const typed = (type: string, text: string) => readValue(`<value><${type}>${text}</${type}></value>`);

function codeOf(text: string | Buffer): string {
  try {
    readXmlCall(typeof text === 'string' ? Buffer.from(text) : text);
  } catch (error) {
    assert.ok(error instanceof WireError, String(error));
    return error.code;
  }
  return 'read';
}

const valueCode = (value: string) => codeOf(around(value));

describe('XML-RPC values', () => {
  test('every type that Odoo reads is read', () => {
    for (const type of ['int', 'i1', 'i2', 'i4', 'i8', 'biginteger', 'ex:i8']) assert.equal(typed(type, ' -7\n'), -7);
    assert.equal(typed('i8', '9007199254740993'), 9_007_199_254_740_993n);
    assert.equal(typed('int', '+9007199254740993'), 9_007_199_254_740_993n);
    const floats = { '12': '12.0', '1.50': '1.50', '.5': '0.5', '5.': '5.0', '+1e3': '1e3', '-007.5E-2': '-7.5E-2' };
    for (const [written, text] of Object.entries(floats)) {
      for (const type of ['double', 'float', 'bigdecimal']) assert.deepEqual(typed(type, written), new OdooFloat(text));
    }
    assert.equal(typed('boolean', '1'), true);
    assert.equal(typed('boolean', '0'), false);
    assert.equal(typed('string', ' a &lt;b&gt; &amp;&quot;&apos;&#233;&#x1F600; '), ' a <b> &"\'é😀 ');
    assert.equal(typed('string', 'a<![CDATA[<&b]]>c<!-- no -->d'), 'a<&bcd');
    assert.equal(readValue('<value>  untyped </value>'), '  untyped ');
    assert.equal(readValue('<value/>'), '');
    assert.equal(readValue('<value></value>'), '');
    assert.equal(readValue('<value><string/></value>'), '');
    assert.equal(typed('base64', ' aGVs\nbG8= '), 'aGVsbG8=');
    assert.equal(typed('dateTime.iso8601', '20260228T23:59:59'), '2026-02-28 23:59:59');
    assert.equal(typed('dateTime.iso8601', '2026-02-28T23:59:59'), '2026-02-28 23:59:59');
    for (const nil of ['<nil/>', '<nil></nil>', '<ex:nil/>', '<ex:nil xmlns:ex="http://ws.apache.org/x"/>']) {
      assert.equal(readValue(`<value>${nil}</value>`), null);
    }
    assert.deepEqual(readValue('<value><array><data><value>a</value> <value/></data></array></value>'), ['a', '']);
    assert.deepEqual(readValue('<value><array><data/></array></value>'), []);
    const struct = readValue(
      '<value><struct>\n<member> <name>__proto__</name> <value><int>1</int></value></member></struct></value>',
    );
    assert.equal(JSON.stringify(struct), '{"__proto__":1}');
    assert.equal(Object.getPrototypeOf(struct), null);
    assert.equal(typed('string', 'a\r\nb\rc&#13;'), 'a\nb\nc\r');
  });

  test('what Odoo would not read, or another reader otherwise, is refused', () => {
    const refused: readonly [string, string, string][] = [
      ['int', '', 'number'],
      ['int', '1.0', 'number'],
      ['int', '1_000', 'number'],
      ['int', '٣', 'number'],
      ['int', '9'.repeat(41), 'number'],
      ['double', 'nan', 'number'],
      ['double', 'inf', 'number'],
      ['double', '1e999', 'number'],
      ['double', '0x10', 'number'],
      ['double', '.', 'number'],
      ['boolean', 'true', 'value'],
      ['boolean', '2', 'value'],
      ['nil', 'x', 'value'],
      ['base64', 'a', 'value'],
      ['base64', 'a=bc', 'value'],
      ['base64', '<i/>', 'syntax'],
      ['dateTime.iso8601', '20260230T00:00:00', 'value'],
      ['dateTime.iso8601', '20260228T24:00:00', 'value'],
      ['dateTime.iso8601', '20260228', 'value'],
      ['nosuch', 'x', 'syntax'],
      ['String', 'x', 'syntax'],
      ['string', '&v;', 'text'],
      ['string', '&', 'text'],
      ['string', '&lt', 'text'],
      ['string', '&#0;', 'text'],
      ['string', '&#x8;', 'text'],
      ['string', '&#xD800;', 'text'],
      ['string', '&#xFFFE;', 'text'],
      ['string', '&#x110000;', 'text'],
      ['string', '&#99999999;', 'text'],
      ['string', '&#X41;', 'text'],
      ['string', '\u0001', 'text'],
      ['string', '\uffff', 'text'],
      ['string', ']]>', 'text'],
      ['string', '<b>x</b>', 'syntax'],
      ['string', '<?php ?>', 'syntax'],
      ['string', '<!-- -- -->', 'syntax'],
      ['string', '<![CDATA[', 'syntax'],
    ];
    for (const [type, text, code] of refused) {
      assert.equal(valueCode(`<value><${type}>${text}</${type}></value>`), code, `${type} ${text}`);
    }
    const shapes: Record<string, string> = {
      '<value>text<int>1</int></value>': 'syntax',
      '<value><int>1</int>text</value>': 'syntax',
      '<value><int>1</int><int>2</int></value>': 'syntax',
      '<value><int>1</value></int>': 'syntax',
      '<int>1</int>': 'syntax',
      '<value><int a="1">1</int></value>': 'syntax',
      '<value><array><value/></array></value>': 'syntax',
      '<value><array><data>x</data></array></value>': 'syntax',
      '<value><struct><member><name>a</name></member></struct></value>': 'syntax',
      '<value><struct><member><value/><name>a</name></member></struct></value>': 'syntax',
      '<value><struct><member><name>a</name><value/></member><member><name>a</name><value/></member></struct></value>':
        'duplicate',
      '<value><struct><member><name>a</name><value/></member><member><name>&#97;</name><value/></member></struct></value>':
        'duplicate',
    };
    for (const [shape, code] of Object.entries(shapes)) assert.equal(valueCode(shape), code, shape);
  });

  test('document types, instructions, other encodings and what stands outside are refused', () => {
    const call = '<methodCall><methodName>version</methodName><params/></methodCall>';
    for (const text of [
      call,
      `\ufeff${call}`,
      `<?xml version='1.0' encoding='utf-8' standalone="yes"?>\n<!-- hello -->${call}\n<!-- end -->`,
      `<?xml version="1.0" encoding="ISO-8859-1"?>${call}`,
      '<methodCall><methodName> version </methodName></methodCall>',
    ]) {
      assert.deepEqual(readXmlCall(Buffer.from(text)), { method: 'version', params: [] });
    }
    const refused: readonly [string, string][] = [
      ['', 'syntax'],
      ['<', 'syntax'],
      [`<!DOCTYPE m>${call}`, 'syntax'],
      [`<?xml version="1.0"?><!DOCTYPE m [<!ENTITY v "version">]>${call}`, 'syntax'],
      [`<?xml version="1.0"?><!doctype m>${call}`, 'syntax'],
      [`<?xml-stylesheet href="x"?>${call}`, 'syntax'],
      [`<?xml version="1.0"?><?x y?>${call}`, 'syntax'],
      [` <?xml version="1.0"?>${call}`, 'syntax'],
      [`<?xml version="2.0"?>${call}`, 'syntax'],
      [`<?xml version="1.0" encoding="utf-16"?>${call}`, 'encoding'],
      [`<?xml version="1.0" encoding="utf-7"?>${call}`, 'encoding'],
      [`<?xml version="1.0" encoding="iso-8859-1"?>${call.replace('version', 'é')}`, 'encoding'],
      [`x${call}`, 'syntax'],
      [`${call}x`, 'syntax'],
      [`${call}${call}`, 'syntax'],
      ['<methodCall/>', 'syntax'],
      ['<methodCall><methodName/></methodCall>', 'syntax'],
      ['<methodCall><methodName>a b</methodName></methodCall>', 'value'],
      ['<methodResponse><params/></methodResponse>', 'syntax'],
      ['<methodCall xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="x"/></methodCall>', 'syntax'],
    ];
    for (const [text, code] of refused) assert.equal(codeOf(text), code, text);
    const latin = Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?>${call.replace('version', 'é')}`, 'latin1');
    assert.equal(codeOf(latin), 'encoding');
    assert.equal(codeOf(Buffer.from(call, 'utf16le')), 'text');
  });

  test('depth and number of values are bounded', () => {
    const nest = (n: number) => `${'<value><array><data>'.repeat(n)}${'</data></array></value>'.repeat(n)}`;
    assert.equal(valueCode(nest(REQUEST_LIMITS.depth)), 'read');
    assert.equal(valueCode(nest(REQUEST_LIMITS.depth + 1)), 'too-deep');
    assert.equal(valueCode('<value><struct><member><name>a</name>'.repeat(100_000)), 'too-deep');
    const many = (n: number) => `<value><array><data>${'<value/>'.repeat(n)}</data></array></value>`;
    assert.equal(valueCode(many(REQUEST_LIMITS.values - 1)), 'read');
    assert.equal(valueCode(many(REQUEST_LIMITS.values)), 'too-large');
  });

  test('what Odoo cannot answer is told apart', () => {
    const asOdoo = { none: 'refuse', exact: false } as const;
    for (const [value, kind] of [
      [null, 'builtins.TypeError'],
      [[null], 'builtins.TypeError'],
      [2_147_483_648, 'builtins.OverflowError'],
      [-2_147_483_649n, 'builtins.OverflowError'],
    ] as const) {
      assert.throws(
        () => writeXml(value, asOdoo),
        (error) => error instanceof CannotMarshal && error.class === kind,
      );
    }
    assert.match(writeXml(undefined, { none: 'false', exact: false }), /<boolean>0</);
    assert.equal(writeXml('a\u0000b\u001f\tc\r\n', asOdoo), '<value><string>ab\tc\r\n</string></value>\n');
  });

  test('what is written is read again, whatever it is', () => {
    const style = { none: 'nil', exact: true } as const;
    fc.assert(
      fc.property(odooValues(xmlText), (value: OdooValue) => {
        assert.deepEqual(readValue(writeXml(value, style)), value);
        const answer = `<methodResponse><params><param>${writeXml(value, style)}</param></params></methodResponse>`;
        assert.deepEqual(readXmlAnswer(Buffer.from(answer), ANSWER_LIMITS), { value });
      }),
    );
  });

  test('whatever comes, only its own error is thrown', () => {
    const parts =
      '<value>|</value>|<int>|</int>|<string>|</string>|<struct>|<member>|<name>|</name>|<array>|<data>|<nil/>|<|>|/|&|;|&#65;|<!--|-->|<![CDATA[|]]>|<?xml|?>|"|a|1| |\n';
    const near = fc.array(fc.constantFrom(...parts.split('|')), { maxLength: 25 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        codeOf(text);
        valueCode(text);
        valueCode(`<value>${text}</value>`);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void codeOf(Buffer.from(bytes))));
  });
});
