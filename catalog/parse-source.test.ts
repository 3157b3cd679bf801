import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDocuments, parseSource } from './parse-source.ts';

const codes = (file: string, text: string) =>
  parseSource(file, text).faults.map(({ code, place }) => `${place.line}:${place.column} ${code}`);

test('JSON and YAML readers give back what was written, as null-prototype data', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value, null, 1);
      const json = parseSource('a.json', text);
      assert.equal(JSON.stringify(json.content), JSON.stringify(JSON.parse(text)));
      assert.deepEqual(json.faults, []);
    }),
    { seed: 1 },
  );
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.string())), (value) => {
      const text = JSON.stringify(value);
      assert.equal(JSON.stringify(parseSource('a.yaml', text).content), JSON.stringify(JSON.parse(text)));
    }),
    { seed: 1 },
  );
});

test('the JSON reader refuses whatever JSON.parse refuses', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', '\\', '0', '\u0001', 'e'),
      (value, at, junk) => {
        const text = JSON.stringify(value);
        const cut = at % (text.length + 1);
        const broken = text.slice(0, cut) + junk + text.slice(cut + 1);
        let valid = true;
        try {
          JSON.parse(broken);
        } catch {
          valid = false;
        }
        const faults = parseSource('a.json', broken).faults.filter(({ code }) => code !== 'key-duplicate');
        // 1e999 is Infinity to JSON.parse, and no JSON any more when it is written again.
        fc.pre(!faults.some(({ message }) => message === 'a number is too large'));
        assert.equal(faults.length === 0, valid, broken);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test('every value is found again at its line and column', () => {
  const yaml = 'a: 1\nb:\n  - x\n  - y: two\n    "z/~": {q: 1}\nnone:\n';
  const { source } = parseSource('a.yaml', yaml);
  const at = (pointer: string) => {
    const { line, column } = source.locate(pointer);
    return `${line}:${column}`;
  };
  assert.equal(at(''), '1:1');
  assert.equal(at('/a'), '1:4');
  assert.equal(at('/b'), '2:1', 'a list stands where its key stands');
  assert.equal(at('/b/1'), '4:5');
  assert.equal(at('/b/1/y'), '4:8');
  assert.equal(at('/b/1/z~1~0/q'), '5:16');
  assert.equal(at('/b/1/nothing/here'), '4:5', 'the nearest parent stands in');
  const json = parseSource('a.json', '{\r\n  "a": [1,\r\n    {"b": true}]}').source;
  assert.deepEqual(json.locate('/a/1/b'), { file: 'a.json', line: 3, column: 11 });
});

test('YAML is read by the core schema of 1.2, keys as they are written', () => {
  const { content, faults } = parseSource(
    'a.yaml',
    'country: no\nday: 2026-01-02\n200: ok\n0x1F: hex\nyes: 1\ntrue: 2\nempty:\n',
  );
  assert.deepEqual(faults, []);
  assert.equal(
    JSON.stringify(content),
    '{"200":"ok","country":"no","day":"2026-01-02","0x1F":"hex","yes":1,"true":2,"empty":null}',
  );
});

test('a __proto__ key is a key like any other, and nothing can be changed afterwards', () => {
  for (const [file, text] of [
    ['a.json', '{"__proto__": {"polluted": true}, "list": [{}]}'],
    ['a.yaml', '__proto__: {polluted: true}\nlist: [{}]\n'],
  ] as const) {
    const { content } = parseSource(file, text);
    assert.ok(typeof content === 'object' && content !== null);
    assert.equal(Object.getPrototypeOf(content), null);
    assert.deepEqual(Object.keys(content), ['__proto__', 'list']);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    const list: unknown = Reflect.get(content, 'list');
    assert.ok(Array.isArray(list) && Object.isFrozen(content) && Object.isFrozen(list) && Object.isFrozen(list[0]));
  }
});

test('duplicate keys are faults in both notations, however they are escaped', () => {
  assert.deepEqual(codes('a.json', '{"name": 1,\n "n\\u0061me": 2}'), ['2:2 key-duplicate']);
  assert.deepEqual(codes('a.yaml', 'name: 1\n"n\\u0061me": 2\n'), ['2:1 key-duplicate']);
});

test('aliases share a value, but neither cycles nor bombs', () => {
  assert.equal(JSON.stringify(parseSource('a.yaml', 'a: &x {b: 1}\nc: *x\n').content), '{"a":{"b":1},"c":{"b":1}}');
  assert.deepEqual(codes('a.yaml', 'a: &x [*x]\n'), ['1:8 alias-invalid']);
  assert.deepEqual(codes('a.yaml', 'a: *x\nb: &x 1\n'), ['1:4 alias-invalid']);
  const levels = Array.from({ length: 12 }, (_, level) => {
    const inside = level === 0 ? 'lol' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array(10).fill(inside).join(', ')}]`;
  });
  const bomb = parseSource('a.yaml', levels.join('\n'));
  assert.equal(bomb.content, undefined);
  assert.deepEqual(
    bomb.faults.map(({ code }) => code),
    ['alias-invalid'],
  );
  const long = `a: &x ${'x'.repeat(100_000)}\nb: [${Array(100).fill('*x').join(',')}]\n`;
  assert.equal(codes('a.yaml', long).length, 1);
  const ladder = Array.from(
    { length: 300 },
    (_, level) => `l${level}: &l${level} [${level === 0 ? '' : `*l${level - 1}`}]`,
  );
  assert.match(codes('a.yaml', ladder.join('\n')).join(), /^200:\d+ file-invalid$/);
});

test('what is nested too deeply, not YAML 1.2 or not JSON is refused with its place', () => {
  assert.deepEqual(codes('a.json', `${'['.repeat(100_000)}`), ['1:201 file-invalid']);
  assert.deepEqual(codes('a.yaml', `${'['.repeat(300)}${']'.repeat(300)}`), ['1:201 file-invalid']);
  assert.notEqual(codes('a.yaml', '['.repeat(50_000)).length, 0);
  assert.deepEqual(codes('a.yaml', `[${','.repeat(700_000)}`), ['1:1 file-too-large']);
  assert.deepEqual(codes('a.yaml', '%YAML 1.1\n---\na: no\n'), ['1:1 file-invalid']);
  assert.deepEqual(codes('a.yaml', 'a: .inf\n'), ['1:4 file-invalid']);
  assert.deepEqual(codes('a.yaml', 'a: !!binary aGk=\n'), ['1:13 file-invalid']);
  assert.deepEqual(codes('a.yaml', 'a: !own x\n'), ['1:4 file-invalid']);
  assert.deepEqual(codes('a.yaml', '? [a]\n: 1\n'), ['1:3 file-invalid']);
  assert.deepEqual(codes('a.yaml', 'a: 1\n---\nb: 2\n'), ['3:1 file-invalid']);
  assert.deepEqual(codes('a.json', '{"a": 1e999}'), ['1:7 file-invalid']);
  assert.deepEqual(codes('a.yaml', ''), ['1:1 file-invalid']);
});

test('a byte order mark and the line ends of Windows change no place', () => {
  const text = 'kind: Team\r\nspec:\r\n  a: [1,\r\n    2]\r\n';
  for (const marked of [text, `\uFEFF${text}`]) {
    const { content, source, faults } = parseSource('a.yaml', marked);
    assert.deepEqual(faults, []);
    assert.equal(JSON.stringify(content), '{"kind":"Team","spec":{"a":[1,2]}}');
    assert.deepEqual(source.locate('/kind'), { file: 'a.yaml', line: 1, column: 7 });
    assert.deepEqual(source.locate('/spec/a/1'), { file: 'a.yaml', line: 4, column: 5 });
  }
  assert.deepEqual(parseSource('a.json', '\uFEFF{"a": 1}').source.locate('/a').column, 7);
});

test('a syntax error says in our words what is wrong and how it is mended, where it begins', () => {
  const told = (text: string, file = 'a.yaml') =>
    parseSource(file, text).faults.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
  const cases: readonly (readonly [text: string, told: string])[] = [
    ['a:\n\tb: 1\n', '2:1 a tab stands where YAML wants blanks; indent by blanks'],
    ['a: "b\nc: 1\nd: 2\n', '1:4 this text is not closed; add " at its end'],
    [
      'a: 1\nb: {c: [1, 2}\nd: 1\n',
      '2:8 this is not closed, or goes on in a line that is not indented; add ] at its end',
    ],
    [
      'a: b: c\n',
      '1:4 a colon and a blank make a member, and there is one in this line already; put the text in quotes',
    ],
    ['a: @b\n', '1:4 a text without quotes cannot begin with this character; put it in quotes'],
    ['a: "\\d"\n', '1:5 in double quotes this escape is unknown; write \\\\ for a backslash, or use single quotes'],
    ['a: {<<: {b: 1}}\n', '1:5 merge keys (<<) are not part of YAML 1.2; write the members out'],
    ['a: .nan\n', '1:4 JSON has no number so large, nor .inf or .nan; write another, or a text in quotes'],
  ];
  for (const [text, expected] of cases) assert.deepEqual(told(text), [expected]);
  assert.deepEqual(told(`${'a: ['.repeat(3000)}`).length, 1);
  assert.deepEqual(parseSource('a.yaml', '"<<": 1\n').faults, []);
  const json: readonly (readonly [text: string, told: string])[] = [
    ['{"a": 1,}', '1:9 a comma stands before the end; delete it'],
    ['[1, ]', '1:5 a comma stands before the end; delete it'],
    ['{"a": }', '1:7 a value is missing here; write it'],
    ["{'a': 1}", '1:2 JSON has no single quotes; write double ones'],
    ['// a\n{}', '1:1 JSON has no comments; delete this one'],
  ];
  for (const [text, expected] of json) assert.deepEqual(told(text, 'a.json'), [expected]);
});

test('a YAML file may hold several documents, each with its own places', () => {
  const { documents, faults } = parseDocuments('a.yaml', 'kind: One\n---\n---\nkind: Two\n');
  assert.deepEqual(faults, []);
  assert.deepEqual(
    documents.filter(({ content }) => content !== null).map(({ source }) => source.locate('/kind').line),
    [1, 4],
  );
});

test('a quoted text of a vendor that is not indented enough is read with a warning, and never swallows a key', () => {
  const text = 'info:\n  text: "one \r\n\t\t two\n  three"\n  next: here\n';
  const { content, source, faults } = parseSource('vendor.yaml', text);
  assert.match(JSON.stringify(content), /^\{"info":\{"text":"one +two +three","next":"here"\}\}$/);
  assert.deepEqual(source.locate('/info/next'), { file: 'vendor.yaml', line: 5, column: 9 });
  assert.deepEqual(
    faults.map(({ code, severity, place }) => `${place.line} ${code} ${severity}`),
    ['2 yaml-indentation warning'],
  );
  assert.equal(parseDocuments('own.yaml', text).documents[0]?.content, undefined, 'our own documents are held to YAML');
  for (const unclosed of ['a: "one\nb: two"\nc: 3\n', "a: 'one\n- b'\n", 'a: "one\n  two\n', "a: 'one\nb: 'two'\n"]) {
    assert.equal(parseSource('vendor.yaml', unclosed).content, undefined, unclosed);
  }
});
