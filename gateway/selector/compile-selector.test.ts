import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordKind, Selection } from '../../openapi/selection.ts';
import { compileSelector, SELECTION_LIMITS, type SelectionFacts, type Selector } from './compile-selector.ts';
import { selectByParsing } from './select-by-parsing.fixture.ts';
import { type Sketch, sketchSelection } from './selection.fixture.ts';
import { SelectionError } from './selection-error.ts';

const CONTEXT = { hashKey: Buffer.alloc(32, 7), kindName: ({ schema }: RecordKind) => `erp/${schema}` };

function compile(sketch: Sketch): Selector {
  return compileSelector(sketchSelection(sketch), CONTEXT);
}

/** Feeds a body in chunks of the given sizes, over and over. */
function inChunks(
  selector: Selector,
  body: Buffer,
  sizes: readonly number[],
): { output: string; facts: SelectionFacts } {
  const run = selector.open();
  const parts: Buffer[] = [];
  for (let at = 0, n = 0; at < body.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    // A copy that is spoilt afterwards: a chunk may be reused by whoever read it.
    const chunk = Buffer.from(body.subarray(at, at + size));
    parts.push(run.write(chunk));
    chunk.fill(0x21);
    at += size;
  }
  parts.push(run.end());
  return { output: Buffer.concat(parts).toString('utf8'), facts: run.facts };
}

const CUSTOMER: Sketch = {
  items: {
    $record: true,
    id: { $identifier: true },
    name: true,
    address: { city: true },
    prices: { $entries: true },
    lines: { id: { $identifier: true }, product: { $entries: { name: true } } },
  },
  next: true,
};

const CASES: readonly (readonly [title: string, sketch: Sketch, input: string, output: string])[] = [
  ['an object keeps what is named', { a: true }, '{"a":1,"b":2}', '{"a":1}'],
  ['nothing named leaves nothing', {}, '{"a":1,"b":[2]}', '{}'],
  ['an array of another kind keeps its brackets', {}, '[1,{"a":1}]', '[]'],
  ['a bare scalar where none may leave', {}, '"secret"', 'null'],
  ['a bare number at a leaf', true, ' -0.50e+1 ', '-0.50e+1'],
  ['null leaves at leaves and containers', CUSTOMER, '{"items":null,"next":null}', '{"items":null,"next":null}'],
  ['null of a dropped field stays out', { a: true }, '{"b":null,"a":null}', '{"a":null}'],
  ['arrays are transparent', CUSTOMER, '{"items":[[{"id":1}],{"id":2}]}', '{"items":[[{"id":1}],{"id":2}]}'],
  ['a scalar where an object belongs', CUSTOMER, '{"items":[1,"x",true,{"id":2}]}', '{"items":[{"id":2}]}'],
  ['an object where a scalar belongs', CUSTOMER, '{"next":{"id":1},"items":[]}', '{"items":[]}'],
  [
    'a field that was never catalogued',
    CUSTOMER,
    '{"items":[{"id":1,"new":{"id":2}}],"new":1}',
    '{"items":[{"id":1}]}',
  ],
  ['a granted object grants its leaves only', { a: { b: true } }, '{"a":{"b":1,"c":2,"d":{"b":3}}}', '{"a":{"b":1}}'],
  ['white space stays behind', { a: true, c: true }, '{ "a" : [ 1 ,\n2 ] , "b" : 3, "c"\t:4 }', '{"a":[1,2],"c":4}'],
  ['escaped keys are compared as decoded', { name: true }, '{"n\\u0061me":1,"\\u006eam\\u0065x":2}', '{"name":1}'],
  [
    'a key written with escapes in the contract',
    { 'a"b\\c\n': true },
    '{"a\\"b\\\\c\\n":1,"a":2}',
    '{"a\\"b\\\\c\\n":1}',
  ],
  ['case and look-alikes are other keys', { name: true }, '{"Name":1,"nаme":2,"name ":3,"name":4}', '{"name":4}'],
  ['an empty key', { '': true }, '{"":1,"a":2}', '{"":1}'],
  [
    'map entries',
    CUSTOMER,
    '{"items":[{"prices":{"EUR":1.10,"U\\nSD":2,"x":{"y":1}}}]}',
    '{"items":[{"prices":{"EUR":1.10,"U\\nSD":2}}]}',
  ],
  [
    'maps of objects',
    CUSTOMER,
    '{"items":[{"lines":[{"product":{"p1":{"name":"n","cost":1}}}]}]}',
    '{"items":[{"lines":[{"product":{"p1":{"name":"n"}}}]}]}',
  ],
  [
    'names of Object.prototype are plain data',
    { a: true },
    '{"__proto__":{"a":1},"constructor":2,"toString":3,"a":4}',
    '{"a":4}',
  ],
  ['a granted __proto__ is plain data', { $entries: true }, '{"__proto__":1,"a":2}', '{"__proto__":1,"a":2}'],
  [
    'numbers are never re-written',
    { a: true },
    '{"a":[1.0,1E400,-0,9007199254740993,0.1e-7]}',
    '{"a":[1.0,1E400,-0,9007199254740993,0.1e-7]}',
  ],
  [
    'strings are copied byte for byte',
    { a: true },
    '{"a":"\\u0041\\/é\\ud83d\\ude00😀"}',
    '{"a":"\\u0041\\/é\\ud83d\\ude00😀"}',
  ],
  ['leaf and object at one place', { a: { $leaf: true, b: true } }, '{"a":[1,{"b":2,"c":3}]}', '{"a":[1,{"b":2}]}'],
  [
    'recursion',
    { id: true, $self: ['parent'] },
    '{"id":1,"x":0,"parent":{"id":2,"y":0,"parent":null}}',
    '{"id":1,"parent":{"id":2,"parent":null}}',
  ],
  [
    'masks',
    {
      a: { $mask: { type: 'last-4' } },
      b: { $mask: { type: 'hide' } },
      c: { $mask: { type: 'bucket', bounds: [0, 5] } },
    },
    '{"a":["DE0212345678",null,"abc"],"b":"x","c":[0,3.5,9,"x"]}',
    '{"a":["****5678",null,"****"],"b":null,"c":["0","1-5","5+",null]}',
  ],
];

for (const [title, sketch, input, output] of CASES) {
  test(`selects: ${title}`, () => {
    const selector = compile(sketch);
    const body = Buffer.from(input);
    assert.equal(selector.run(body).output.toString(), output);
    for (let size = 1; size <= 9; size++) assert.equal(inChunks(selector, body, [size]).output, output);
    assert.equal(selector.run(body).output.toString(), output, 'what was learnt changes nothing');
  });
}

const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
const manyKeys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":0`).join(',')}}`;

const REFUSED: readonly (readonly [title: string, input: string | Buffer, code: string])[] = [
  ['nothing', '', 'json-empty'],
  ['white space only', ' \n', 'json-empty'],
  ['a byte order mark', '\ufeff{}', 'json-bom'],
  ['an open object', '{"a":1', 'json-truncated'],
  ['an open string', '{"a":"x', 'json-truncated'],
  ['an open key', '{"a', 'json-truncated'],
  ['an open literal', '[tru', 'json-truncated'],
  ['an open number', '-', 'json-number'],
  ['a second document', '{}{}', 'json-trailing'],
  ['lines of JSON', '{"a":1}\n{"a":2}\n', 'json-trailing'],
  ['a comma after the document', '1,', 'json-trailing'],
  ['a trailing comma', '{"a":1,}', 'json-syntax'],
  ['a trailing comma in an array', '[1,]', 'json-syntax'],
  ['a leading comma', '[,1]', 'json-syntax'],
  ['crossed brackets', '{"a":[1}]', 'json-syntax'],
  ['a missing colon', '{"a" 1}', 'json-syntax'],
  ['single quotes', "{'a':1}", 'json-syntax'],
  ['a page of HTML', '<html></html>', 'json-syntax'],
  ['NaN', '[NaN]', 'json-syntax'],
  ['a wrong literal', '{"b":nul}', 'json-syntax'],
  ['a literal that goes on', '{"b":truex}', 'json-syntax'],
  ['a leading zero', '[01]', 'json-syntax'],
  ['a leading plus', '[+1]', 'json-syntax'],
  ['a bare point', '[1.]', 'json-number'],
  ['a bare exponent', '{"b":1e}', 'json-number'],
  ['a tab in a string', '{"b":"a\tb"}', 'json-control-character'],
  ['a line feed in a key', '{"a\nb":1}', 'json-control-character'],
  ['an unknown escape', '["\\x"]', 'json-escape'],
  ['a short escape', '["\\u12g4"]', 'json-escape'],
  ['a lone high surrogate', '["\\ud800"]', 'json-lone-surrogate'],
  ['a lone low surrogate', '["\\udc00"]', 'json-lone-surrogate'],
  ['a doubled high surrogate', '{"\\ud800\\ud800":1}', 'json-lone-surrogate'],
  ['a duplicate key', '{"a":1,"a":2}', 'json-duplicate-key'],
  ['a duplicate key, once escaped', '{"name":1,"n\\u0061me":2}', 'json-duplicate-key'],
  ['a duplicate key in a dropped place', '{"zz":[{"y":{"q":1,"r":2,"q":1}}]}', 'json-duplicate-key'],
  ['a duplicate __proto__', '{"__proto__":1,"__proto__":2}', 'json-duplicate-key'],
  ['a duplicate long key', `{"${'k'.repeat(99)}":1,"${'k'.repeat(99)}":2}`, 'json-duplicate-key'],
  ['a duplicate map key', '{"map":{"x":1,"y":2,"x":3}}', 'json-duplicate-key'],
  ['bytes that are not UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'json-utf8'],
  ['an overlong sequence', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d]), 'json-utf8'],
  ['an encoded surrogate', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]), 'json-utf8'],
  ['too deep an array', deep('[', ']', 65), 'json-too-deep'],
  ['100,000 arrays', '['.repeat(100_000), 'json-too-deep'],
  ['100,000 objects', '{"a":'.repeat(100_000), 'json-too-deep'],
  ['a million keys', manyKeys(1_000_000), 'json-too-many-keys'],
  ['a key without end', `{"${'k'.repeat(20_000)}":1}`, 'json-key-too-long'],
  ['a masked value without end', `{"masked":"${'v'.repeat(70_000)}"}`, 'json-value-too-long'],
];

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof SelectionError, String(error));
    assert.equal(error.message, `${error.code} at byte ${error.offset}`);
    return error.code;
  }
  return 'accepted';
}

for (const [title, input, code] of REFUSED) {
  test(`refuses: ${title}`, () => {
    const selector = compile({ a: true, name: true, map: { $entries: true }, masked: { $mask: { type: 'last-4' } } });
    const body = Buffer.from(input);
    assert.equal(
      codeOf(() => selector.run(body)),
      code,
    );
    assert.equal(
      codeOf(() => selector.run(body)),
      code,
      'what was learnt changes nothing',
    );
    for (const size of body.length > 1000 ? [977] : [1, 2, 3, 5]) {
      const chunked = codeOf(() => inChunks(selector, body, [size]));
      // Where UTF-8 breaks, grammar may break first.
      if (code !== 'json-bom') assert.equal(chunked, code);
      else assert.notEqual(chunked, 'accepted');
    }
  });
}

test('accepts what stands at the bounds', () => {
  const selector = compile({ a: true });
  assert.equal(selector.run(Buffer.from(`{"a":${deep('[', ']', 63)}}`)).output.length, 63 * 2 + 6);
  assert.equal(selector.run(Buffer.from(manyKeys(99_000))).output.toString(), '{}');
  assert.equal(
    selector.run(Buffer.from(`[${`${manyKeys(200)},`.repeat(2000)}1]`)).output.toString().length,
    2000 * 3 + 1,
  );
});

test('a refused run is over', () => {
  const run = compile({ a: true }).open();
  assert.throws(() => run.write(Buffer.from('}')), { code: 'json-syntax' });
  assert.throws(() => run.write(Buffer.from('{}')), { code: 'selection-over' });
  assert.throws(() => run.end(), { code: 'selection-over' });
});

test('facts of a run that breaks off say what went out until then', () => {
  const run = compile({ $record: true, id: { $identifier: true }, a: true, b: true }).open();
  assert.deepEqual(run.facts, { returned: '', masked: [], recordCount: 0, subjects: [], unexpected: 0 });
  run.write(Buffer.from('[{"id":7,"a":1},{"id":8,'));
  const facts = {
    returned: '["id","a"]',
    masked: [],
    recordCount: 2,
    subjects: ['erp/Record 7', 'erp/Record 8'],
    unexpected: 0,
  };
  assert.deepEqual(run.facts, facts);
  assert.throws(() => run.write(Buffer.from('"b":1}]]')), { code: 'json-trailing' });
  assert.deepEqual(run.facts, facts);
});

test('facts say what went out', () => {
  const body = Buffer.from(
    '{"items":[{"id":7,"name":"x","lines":[{"id":70}]},{"id":"A\\u00e9","other":1,"address":3}],"next":null,"total":2}',
  );
  const { facts } = compile(CUSTOMER).run(body);
  assert.deepEqual(JSON.parse(facts.returned), [
    'items',
    'items.id',
    'items.name',
    'items.lines',
    'items.lines.id',
    'next',
  ]);
  assert.equal(facts.recordCount, 2);
  assert.deepEqual(facts.subjects, ['erp/Record 7', 'erp/Record 70', 'erp/Record Aé']);
  assert.equal(facts.unexpected, 1);
  assert.deepEqual(facts.masked, []);
  assert.equal(compile({ a: true }).run(Buffer.from('{"b":1}')).facts.returned, '');
});

test('facts name masked fields, and whom they are about whatever the mask makes of it', () => {
  const sketch = {
    $record: true,
    id: { $identifier: true, $mask: { type: 'last-4' } },
    b: { $mask: { type: 'hide' } },
  };
  const { output, facts } = compile(sketch).run(Buffer.from('[{"id":"123456789","b":1},{"id":null}]'));
  assert.equal(output.toString(), '[{"id":"****6789","b":null},{"id":null}]');
  assert.deepEqual(facts.masked, ['id', 'b']);
  assert.deepEqual(facts.subjects, ['erp/Record 123456789']);
});

test('collects at most so many identifiers, and counts all records', () => {
  const body = Buffer.from(`[${Array.from({ length: 1500 }, (_, id) => `{"id":${id}}`).join(',')}]`);
  const { facts } = compile({ $record: true, id: { $identifier: true } }).run(body);
  assert.equal(facts.subjects.length, SELECTION_LIMITS.identifiers);
  assert.equal(facts.recordCount, 1500);
});

test('narrows to what was asked for', () => {
  const selector = compile(CUSTOMER);
  const body = Buffer.from('{"items":[{"id":7,"name":"x","address":{"city":"B"},"prices":{"EUR":1}}],"next":"n"}');
  const narrowed = selector.narrow(['address.city', 'secret', 'prices.*']);
  assert.equal(
    narrowed.run(body).output.toString(),
    '{"items":[{"address":{"city":"B"},"prices":{"EUR":1}}],"next":"n"}',
  );
  assert.deepEqual(
    narrowed.run(body).facts.subjects,
    ['erp/Record 7'],
    'the record says which, though the id did not leave',
  );
  assert.equal(selector.narrow(['prices.*', 'address.city', 'secret', 'secret']), narrowed);
  assert.equal(selector.narrow([]).run(body).output.toString(), '{"items":[{}],"next":"n"}');
  assert.equal(
    selector.narrow(['name', 'address']).run(body).output.toString(),
    '{"items":[{"name":"x","address":{"city":"B"}}],"next":"n"}',
  );
  for (let n = 0; n < 100; n++) selector.narrow([`field${n}`]);
  assert.notEqual(selector.narrow(['prices.*', 'address.city', 'secret']), narrowed, 'the cache is bounded');
});

// Keys that are granted here and there, foreign ones, and awkward ones.
const KEYS = [
  'id',
  'name',
  'a',
  'b',
  'lines',
  'x',
  'y',
  '__proto__',
  'é',
  'q"',
  'k\n',
  '',
  'constructor',
  'longer key with blanks',
];
const key = fc.constantFrom(...KEYS);
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(key, tie('document'), { maxKeys: 6, noNullPrototype: false }),
  ),
}));
const settings = fc.record(
  {
    $leaf: fc.boolean(),
    $record: fc.boolean(),
    $identifier: fc.boolean(),
    $link: fc.constantFrom('Customer', 'Order'),
    $silent: key,
  },
  { requiredKeys: ['$leaf', '$record'] },
);
const mask = fc.constantFrom(
  { type: 'hide' },
  { type: 'last-4' },
  { type: 'hash' },
  { type: 'truncate', length: 2 },
  { type: 'bucket', bounds: [0, 5, 20] },
);
const { sketch } = fc.letrec((tie) => ({
  sketch: fc.oneof(
    { depthSize: 'small' },
    fc.constant({ $leaf: true }),
    fc.record({ $mask: mask }),
    fc
      .tuple(settings, fc.dictionary(key, tie('sketch'), { maxKeys: 5 }), fc.option(tie('sketch'), { nil: undefined }))
      .map(([own, keys, entries]) => {
        const made: Record<string, unknown> = Object.assign(Object.create(null), own);
        for (const [name, next] of Object.entries(keys)) made[name] = next;
        if (entries !== undefined) made.$entries = entries;
        return made;
      }),
  ),
}));
const selectionArbitrary = sketch.map((value) => sketchSelection(value as Sketch));
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

/** The same document written in another way: white space, escaped keys. */
function rewrite(value: unknown, next: () => number): string {
  const space = () => ['', '', ' ', '\n', '\t \r'][next() % 5] ?? '';
  if (Array.isArray(value))
    return `[${space()}${value.map((item) => rewrite(item, next)).join(`${space()},${space()}`)}${space()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, item]) => {
    const escaped =
      next() % 4 === 0
        ? [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
        : undefined;
    return `${space()}${escaped === undefined ? JSON.stringify(name) : `"${escaped}"`}${space()}:${space()}${rewrite(item, next)}${space()}`;
  });
  return `{${space()}${members.join(',')}}`;
}

test('equals a reference that parses, for any document, selection, writing and chunks', () => {
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 3 }),
      selectionArbitrary,
      sizes,
      fc.array(fc.nat(), { minLength: 1 }),
      (documents, selection, cuts, numbers) => {
        const selector = compileSelector(selection, CONTEXT);
        let at = 0;
        for (const item of documents) {
          const text = rewrite(item, () => numbers[at++ % numbers.length] ?? 0);
          const body = Buffer.from(text);
          const expected = selectByParsing(text, selection, CONTEXT);
          const whole = selector.run(body);
          assert.deepEqual(JSON.parse(whole.output.toString()), JSON.parse(JSON.stringify(expected.value)));
          assert.deepEqual(new Set(JSON.parse(whole.facts.returned || '[]')), expected.facts.returned);
          assert.equal(whole.facts.recordCount, expected.facts.recordCount);
          assert.equal(whole.facts.unexpected, expected.facts.unexpected);
          assert.deepEqual(whole.facts.subjects, expected.facts.subjects);
          const cut = inChunks(selector, body, cuts);
          assert.equal(cut.output, whole.output.toString());
          assert.deepEqual(cut.facts, whole.facts);
        }
      },
    ),
    { numRuns: 1500 },
  );
});

/** Everything of a document that the selection does not name, replaced. */
function disturb(value: unknown, selection: Selection, next: () => unknown): unknown {
  const walk = (item: unknown, node: Selection['root'] | undefined): unknown => {
    if (node === undefined) return next();
    if (Array.isArray(item)) return item.map((element) => walk(element, node));
    if (typeof item !== 'object' || item === null) return item;
    const made: Record<string, unknown> = Object.create(null);
    for (const [name, member] of Object.entries(item)) {
      made[name] = node.silent?.has(name) === true ? member : walk(member, node.keys.get(name) ?? node.entries);
    }
    if (node.entries === undefined && !node.keys.has('stranger') && node.silent?.has('stranger') !== true) {
      made.stranger = next();
    }
    return made;
  };
  return walk(value, selection.root);
}

test('what leaves depends on granted fields only', () => {
  fc.assert(
    fc.property(
      document,
      selectionArbitrary,
      fc.array(document, { minLength: 3, maxLength: 3 }),
      (item, selection, others) => {
        let at = 0;
        const other = disturb(item, selection, () => others[at++ % others.length]);
        const selector = compileSelector(selection, CONTEXT);
        const first = selector.run(Buffer.from(JSON.stringify(item)));
        const second = selector.run(Buffer.from(rewrite(other, () => at++)));
        assert.equal(second.output.toString(), first.output.toString());
        assert.deepEqual(second.facts, first.facts);
      },
    ),
    { numRuns: 1500 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('accepts no document that JSON.parse refuses, whatever was changed in it', () => {
  const bytes = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]",:\\ue0.-+tfn19 \n\x00')),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(
      document,
      selectionArbitrary,
      fc.array(fc.tuple(fc.nat(), bytes, fc.nat(2)), { minLength: 1, maxLength: 3 }),
      sizes,
      (item, selection, changes, cuts) => {
        let body = Buffer.from(JSON.stringify(item));
        for (const [where, byte, kind] of changes) {
          const at = where % (body.length + 1);
          const middle = kind === 0 ? [] : [byte];
          body = Buffer.concat([body.subarray(0, at), Buffer.from(middle), body.subarray(kind === 2 ? at : at + 1)]);
        }
        const selector = compileSelector(selection, CONTEXT);
        const whole = codeOf(() => selector.run(body));
        const cut = codeOf(() => inChunks(selector, body, cuts));
        assert.equal(whole === 'accepted', cut === 'accepted');
        if (whole !== 'accepted') return;
        assert.ok(parses(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)));
        const output = selector.run(body).output.toString();
        assert.ok(parses(output), output);
      },
    ),
    { numRuns: 4000 },
  );
});

test('finds duplicates whatever order of keys was learnt', () => {
  const member = fc.tuple(fc.constantFrom('a', 'b', 'x', 'y', 'z', 'long key \u00e9'), fc.boolean(), fc.boolean());
  const members = fc.array(member, { maxLength: 6 });
  const sketches = [{ a: true, b: true }, { $entries: true, a: true }, {}, { a: true, x: { a: true }, $self: ['y'] }];
  const written = (list: readonly (readonly [string, boolean, boolean])[]) =>
    `{${list
      .map(([name, isEscaped, isNested]) => {
        const key = isEscaped
          ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`
          : `"${name}"`;
        return `${key}:${isNested ? '{"x":1,"a":[{"a":2,"x":3}]}' : '1'}`;
      })
      .join(',')}}`;
  fc.assert(
    fc.property(
      fc.array(members, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...sketches),
      sizes,
      (objects, given, cuts) => {
        const selector = compile(given);
        for (const object of objects) {
          const hasDuplicate = new Set(object.map(([name]) => name)).size < object.length;
          const expected = hasDuplicate ? 'json-duplicate-key' : 'accepted';
          for (const text of [written(object), `[{"q":${written(object)}}]`]) {
            assert.equal(
              codeOf(() => selector.run(Buffer.from(text))),
              expected,
              text,
            );
            assert.equal(
              codeOf(() => inChunks(selector, Buffer.from(text), cuts)),
              expected,
              text,
            );
          }
        }
      },
    ),
    { numRuns: 300 },
  );
  const learnt = compile({ a: true, b: true });
  const orders = '[{"b":1,"a":2},{"a":1,"b":2},{"a":1,"b":2,"a":3}]';
  assert.equal(
    codeOf(() => learnt.run(Buffer.from(orders))),
    'json-duplicate-key',
  );
});

test('a learnt key never lets raw bytes pass that need an escape', () => {
  const selector = compile({ 'g"': true });
  for (const [valid, invalid] of [
    ['{"a\\"b":1}', '{"a"b":1}'],
    ['{"a\\nb":1}', '{"a\nb":1}'],
    ['{"a\\\\":1}', '{"a\\":1}'],
    ['{"g\\"":1}', '{"g"":1}'],
  ] as const) {
    for (let n = 0; n < 3; n++)
      assert.equal(
        codeOf(() => selector.run(Buffer.from(valid))),
        'accepted',
      );
    assert.notEqual(
      codeOf(() => selector.run(Buffer.from(invalid))),
      'accepted',
    );
  }
});

test('memory does not grow with the number of objects', () => {
  const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, true]));
  const run = compile(wide).open();
  const chunk = Buffer.from('{"field1":1},'.repeat(2000));
  const before = process.memoryUsage().arrayBuffers;
  run.write(Buffer.from('['));
  for (let n = 0; n < 500; n++) run.write(chunk);
  // Had every object left something behind, this would be 130 MB.
  assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000);
});

test('interleaved streams of one selector do not disturb each other', () => {
  const selector = compile({ $entries: { $leaf: true, a: true }, name: true });
  const bodies = [
    '{"name":1,"k1":{"a":1,"zz":2,"yy":[{"q":1}]},"k2":3}',
    '{"k2":{"yy":1,"zz":2,"a":[4]},"k\\u0031":5,"name":"x"}',
  ].map((text) => Buffer.from(text));
  const expected = bodies.map((body) =>
    compile({ $entries: { $leaf: true, a: true }, name: true })
      .run(body)
      .output.toString(),
  );
  const runs = bodies.map(() => selector.open());
  const outputs = ['', ''];
  for (let at = 0; at < 60; at++) {
    runs.forEach((run, n) => {
      outputs[n] += run.write(bodies[n]?.subarray(at, at + 1) ?? Buffer.alloc(0)).toString('latin1');
    });
  }
  runs.forEach((run) => {
    run.end();
  });
  assert.deepEqual(outputs, expected);
});
