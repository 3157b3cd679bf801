import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordKind } from '../../openapi/selection.ts';
import { compileSelector, SELECTION_LIMITS, type Selector } from './compile-selector.ts';
import { passAnswer } from './pass-answer.ts';
import { selectByParsing } from './select-by-parsing.fixture.ts';
import { type Sketch, sketchSelection } from './selection.fixture.ts';
import { SelectionError } from './selection-error.ts';
import { SelectionTable } from './selection-table.ts';

const CONTEXT = { hashKey: Buffer.alloc(32, 7), kindName: ({ schema }: RecordKind) => `erp/${schema}` };

const RECORDS: Sketch = {
  $record: true,
  id: { $identifier: true },
  text: true,
  iban: { $mask: { type: 'last-4' } },
  note: { $mask: { type: 'truncate', length: 60_000 } },
  prices: { $entries: true },
  lines: { id: true, product: { name: true } },
};

function compile(sketch: Sketch): Selector {
  return compileSelector(sketchSelection(sketch), CONTEXT);
}

/** A table that leads out of the memory, as a mistake in the scanner might. */
function brokenTable(): SelectionTable {
  const table = new SelectionTable(sketchSelection(RECORDS), CONTEXT, SELECTION_LIMITS);
  table.image = Buffer.alloc(table.size, 0x7f);
  return table;
}

test('after a trap the answer is refused, the next one works and those that wait go on', () => {
  const selector = compile(RECORDS);
  const body = Buffer.from('[{"id":1,"secret":2,"prices":{"EUR":3}}]');
  const expected = selector.run(body);
  const waiting = selector.open();
  const first = waiting.write(body.subarray(0, 30));
  const trapped = (error: unknown) => error instanceof Error && !(error instanceof SelectionError);
  assert.throws(() => passAnswer(brokenTable(), body), trapped);
  assert.deepEqual(selector.run(body), expected);
  assert.throws(() => passAnswer(brokenTable(), body), trapped);
  const rest = waiting.write(body.subarray(30));
  assert.deepEqual(Buffer.concat([first, rest, waiting.end()]), expected.output);
  assert.deepEqual(waiting.facts, expected.facts);
});

test('a refused answer leaves nothing behind', () => {
  const selector = compile({ $record: true, id: { $identifier: true }, map: { $entries: true } });
  const valid = Buffer.from('[{"id":1,"map":{"a":1,"b":2},"x":{"y":1}}]');
  const expected = selector.run(valid);
  for (let end = 0; end < valid.length; end++) {
    assert.throws(() => selector.run(valid.subarray(0, end)), SelectionError);
    assert.deepEqual(selector.run(valid), expected);
  }
});

test('more selectors than have room at once: they come and go, and select the same', () => {
  const keys = Array.from({ length: 40 }, (_, n) => `a key of some length, so that tables are large ${n}`);
  const body = Buffer.from(`[${JSON.stringify(Object.fromEntries(keys.map((key, n) => [key, n])))}]`);
  const selectors = Array.from({ length: 4000 }, (_, n) => {
    const key = keys[n % keys.length] ?? '';
    return { selector: compile({ [key]: true }), expected: `[{${JSON.stringify(key)}:${n % keys.length}}]` };
  });
  for (let round = 0; round < 3; round++) {
    for (const { selector, expected } of selectors) {
      const { output, facts } = selector.run(body);
      assert.equal(output.toString(), expected);
      assert.equal(JSON.parse(facts.returned).length, 1);
    }
  }
});

test('limits are as high as memory was laid out for, or lower', () => {
  const selection = sketchSelection({ a: true });
  for (const limits of [{ depth: 65 }, { keys: 100_001 }, { keyBytes: 1.5 }, { valueBytes: -1 }]) {
    assert.throws(() => compileSelector(selection, CONTEXT, { ...SELECTION_LIMITS, ...limits }), RangeError);
  }
  const selector = compileSelector(selection, CONTEXT, { ...SELECTION_LIMITS, depth: 2, keyBytes: 3 });
  assert.equal(selector.run(Buffer.from('{"a":[1],"xyz":2}')).output.toString(), '{"a":[1]}');
  assert.throws(() => selector.run(Buffer.from('{"a":[[1]]}')), { code: 'json-too-deep', offset: 6 });
  assert.throws(() => selector.run(Buffer.from('{"wxyz":1}')), { code: 'json-key-too-long', offset: 2 });
});

test('refuses to compile a selection that is too large for the scanner', () => {
  const keys = Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`key${n}`, true]));
  assert.throws(() => compile(keys), RangeError);
  assert.throws(() => compile({ ['k'.repeat(7001)]: true }), RangeError);
});

test('says the same place of a fault wherever the answer was cut', () => {
  const selector = compile(RECORDS);
  const faulty: readonly (readonly [body: string, code: string, offset: number])[] = [
    ['[{"id":1,"text":"x","id":2}]', 'json-duplicate-key', 21],
    ['[{"zz":1,"z\\u007a":2}]', 'json-duplicate-key', 10],
    [`[{"text":1,"${'k'.repeat(17_000)}":2}]`, 'json-key-too-long', 12],
    [`[{"iban":"${'4'.repeat(70_000)}"}]`, 'json-value-too-long', 9],
    [`[{"text":"${'x'.repeat(70_000)}\\q"}]`, 'json-escape', 70_011],
    [`[{"text":"${'x'.repeat(140_000)}"`, 'json-truncated', 140_011],
  ];
  for (const [text, code, offset] of faulty) {
    const body = Buffer.from(text);
    assert.throws(() => selector.run(body), { code, offset });
    for (const size of body.length > 1000 ? [999, 65_536] : [1, 2, 7]) {
      const inPieces = () => {
        const run = selector.open();
        for (let at = 0; at < body.length; at += size) run.write(body.subarray(at, at + size));
        run.end();
      };
      assert.throws(inPieces, { code, offset });
    }
  }
});

const word = fc.string({ unit: 'grapheme', maxLength: 20 });
const record = fc.record(
  {
    id: fc.oneof(fc.nat(), word),
    secret: fc.array(fc.dictionary(word, fc.nat(), { maxKeys: 5 }), { maxLength: 3 }),
    text: word,
    iban: word,
    note: word,
    prices: fc.dictionary(word, fc.double({ noNaN: true, noDefaultInfinity: true }), { maxKeys: 5 }),
    lines: fc.array(fc.record({ id: fc.nat(), product: fc.record({ name: word, cost: fc.nat() }) }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

test('answers of many pieces equal the reference: long strings, much output, more identifiers than fit', () => {
  const selection = sketchSelection(RECORDS);
  const selector = compileSelector(selection, CONTEXT);
  const records = fc.array(record, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      records,
      fc.nat(90_000),
      fc.nat(40_000),
      fc.integer({ min: 1, max: 150_000 }),
      (some, text, id, size) => {
        const long = { ...some[0], text: 'é"'.repeat(text / 3), id: 'i'.repeat(id), note: 'n\n'.repeat(id / 4) };
        const items = Array.from({ length: 12 }, () => [...some, long]).flat();
        const written = JSON.stringify(items);
        const body = Buffer.from(written);
        const { output, facts } = selector.run(body);
        const expected = selectByParsing(written, selection, CONTEXT);
        assert.equal(output.toString(), JSON.stringify(expected.value));
        assert.equal(facts.recordCount, expected.facts.recordCount);
        assert.deepEqual(
          facts.subjects,
          items.filter((item) => item.id !== undefined).map((item) => `erp/Record ${item.id}`),
        );
        const run = selector.open();
        const outputs: Buffer[] = [];
        for (let at = 0; at < body.length; at += size) outputs.push(run.write(body.subarray(at, at + size)));
        outputs.push(run.end());
        assert.ok(Buffer.concat(outputs).equals(output));
        assert.deepEqual(run.facts, facts);
      },
    ),
    { numRuns: 30 },
  );
});

test('streams that take turns, with whole answers between them, do not disturb one another', () => {
  const selectors = [compile(RECORDS), compile({ $entries: { $record: true, $entries: true } }), compile({})];
  const streams = fc.array(fc.tuple(fc.nat(2), fc.array(record, { maxLength: 6 })), { minLength: 2, maxLength: 4 });
  const turns = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.boolean()), { minLength: 1 });
  fc.assert(
    fc.property(streams, turns, (given, order) => {
      const open = given.map(([which, items]) => {
        const selector = selectors[which] ?? compile({});
        const body = Buffer.from(JSON.stringify(which === 1 ? { ...items } : items));
        return { selector, body, run: selector.open(), outputs: [] as Buffer[], at: 0 };
      });
      for (let turn = 0; ; turn++) {
        const [which, length, isWhole] = order[turn % order.length] ?? [0, 1, false];
        const unfinished = open.filter(({ at, body }) => at < body.length);
        const stream = unfinished[which % unfinished.length];
        if (stream === undefined) break;
        stream.outputs.push(stream.run.write(stream.body.subarray(stream.at, stream.at + length)));
        stream.at += length;
        if (isWhole) stream.selector.run(stream.body);
      }
      for (const { selector, body, run, outputs } of open) {
        outputs.push(run.end());
        const expected = selector.run(body);
        assert.equal(Buffer.concat(outputs).toString(), expected.output.toString());
        assert.deepEqual(run.facts, expected.facts);
      }
    }),
    { numRuns: 300 },
  );
});
