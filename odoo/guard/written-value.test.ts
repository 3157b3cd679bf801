import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FieldKnowledge, OdooFieldType } from '../knowledge.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { OdooFloat, type OdooValue, odooObject } from '../wire/value.ts';
import { checkedValue } from './checked-value.ts';
import { plain } from './guarded-database.fixture.ts';
import { writtenValue } from './written-value.ts';

function field(type: OdooFieldType, name = 'x', selection?: readonly string[]): FieldKnowledge {
  const unsaid = { relation: undefined, inverse: undefined, related: undefined };
  return { name, type, stored: true, sortable: true, searchable: true, depends: [], selection, ...unsaid };
}

function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    assert.ok(error instanceof OdooRefusal);
    return error.code;
  }
}

const ANYTHING: readonly OdooValue[] = [
  ...[null, true, 0, 1, -1, 7, 2 ** 31, 7.5, 2n ** 70n, Number.NaN, new OdooFloat('7.0'), new OdooFloat('1e999')],
  ...['', 'a', 'a\0', '\ud800', '7', '7.5', 'true', '2026-01-31', '2026-01-31 23:59:59', '2026-01-31T23:59:59.5'],
  ...['2026-13-01', '2026-01-31T23:59:59Z', 'YWI=', [], [7], [7, 'x'], ['x'], odooObject([]), false],
];

/** Of all these, which may be written to a field, and as what. */
const WRITTEN: readonly (readonly [type: OdooFieldType, string])[] = [
  ['boolean', 'null→false true→true 0→false 1→true false→false'],
  ['integer', 'null→0 0→0 1→1 -1→-1 7→7 7.0→7 "7"→7 false→0'],
  ['float', 'null→0 0→0 1→1 -1→-1 7→7 2147483648→2147483648 7.5→7.5 7.0→7.0 "7"→7 "7.5"→7.5 false→0'],
  ['many2one', 'null→false 0→false 1→1 7→7 7.0→7 ""→false false→false'],
  [
    'date',
    'null→false ""→false "2026-01-31"→"2026-01-31" "2026-01-31 23:59:59"→"2026-01-31" "2026-01-31T23:59:59.5"→"2026-01-31" false→false',
  ],
  [
    'datetime',
    'null→false ""→false "2026-01-31"→"2026-01-31" "2026-01-31 23:59:59"→"2026-01-31 23:59:59" "2026-01-31T23:59:59.5"→"2026-01-31 23:59:59.5" false→false',
  ],
  ['selection', 'null→false ""→false "a"→"a" false→false'],
  ['reference', ''],
  ['many2one_reference', ''],
  ['json', ''],
  ['properties', ''],
  ['properties_definition', ''],
  ['serialized', ''],
];

function textOf(value: OdooValue): string {
  if (value instanceof OdooFloat) return value.text;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

describe('a value that is written', () => {
  for (const [type, expected] of WRITTEN) {
    test(`to a ${type}`, () => {
      const found = ANYTHING.flatMap((value) => {
        const written = outcome(() => writtenValue('m', field(type, 'x', ['a']), value));
        return written === 'body-invalid'
          ? []
          : `${textOf(value)}→${written instanceof OdooFloat ? written.text : JSON.stringify(written)}`;
      });
      assert.equal(found.join(' '), expected);
    });
  }

  test('to a text is a well-formed one', () => {
    for (const type of ['char', 'text', 'html'] as const) {
      for (const value of ['', 'a', '<p>ü</p>', '7', 'a'.repeat(1024 * 1024)])
        assert.equal(writtenValue('m', field(type), value), value);
      assert.equal(writtenValue('m', field(type), 7), '7');
      for (const value of [true, 'a\0', '\ud800', 2n ** 70n, ['a'], odooObject([]), 'a'.repeat(1024 * 1024 + 1)]) {
        assert.equal(
          outcome(() => writtenValue('m', field(type), value)),
          'body-invalid',
        );
      }
    }
  });

  test('to a selection of unknown values is a text', () => {
    assert.equal(writtenValue('m', field('selection'), 'anything'), 'anything');
    assert.equal(
      outcome(() => writtenValue('m', field('selection'), 7)),
      'body-invalid',
    );
  });

  test('to a binary is base64', () => {
    for (const value of ['', 'YWI=', 'YQ==', 'YWJj\n', 'YQ=\n=\n'])
      assert.equal(writtenValue('m', field('binary'), value), value);
    for (const value of ['!', 'YQ-_', 'data:image/png;base64,YQ==', 7, true]) {
      assert.equal(
        outcome(() => writtenValue('m', field('image'), value)),
        'body-invalid',
      );
    }
    // Quadratic work would take minutes.
    assert.equal(
      outcome(() => writtenValue('m', field('binary'), `${' '.repeat(1_000_000)}!`)),
      'body-invalid',
    );
    assert.equal(
      outcome(() => writtenValue('m', field('binary'), `=${' '.repeat(1_000_000)}!`)),
      'body-invalid',
    );
  });
});

/** Of all these, which Odoo may answer for a field. */
const ANSWERED: readonly (readonly [type: OdooFieldType, string])[] = [
  ['boolean', 'true false'],
  ['integer', '0 1 -1 7 2147483648 1180591620717411303424 false'],
  ['many2one_reference', '0 1 -1 7 2147483648 1180591620717411303424 false'],
  ['float', '0 1 -1 7 2147483648 7.5 1180591620717411303424 7.0 1e999 false'],
  ['many2one', '1 7 [7,"x"] false'],
  ['many2many', '[] [7]'],
  ['one2many', '[] [7]'],
  ...(['char', 'text', 'html', 'selection', 'date', 'datetime', 'binary', 'reference'] as const).map((type) => {
    const texts = ANYTHING.filter((value) => typeof value === 'string').map(textOf);
    return [type, [...texts, 'false'].join(' ')] as const;
  }),
];

describe('a value that Odoo answers', () => {
  for (const [type, expected] of ANSWERED) {
    test(`for a ${type}`, () => {
      const fit = ANYTHING.filter(
        (value) => outcome(() => checkedValue(field(type), value)) !== 'upstream-answer-invalid',
      );
      assert.equal(fit.map(textOf).join(' '), expected);
      assert.equal(
        outcome(() => checkedValue(field(type), undefined)),
        'upstream-answer-invalid',
      );
    });
  }

  test('is an id that a record can have, where it is the id', () => {
    for (const value of [0, -1, false, 2 ** 31]) {
      assert.equal(
        outcome(() => checkedValue(field('integer', 'id'), value)),
        'upstream-answer-invalid',
      );
    }
    assert.deepEqual(checkedValue(field('integer', 'id'), 7), { kind: 'plain', value: 7 });
  });

  test('is a link with its label, if it has one', () => {
    const links = [7, [7, 'x'], [7, false], false].map((value) => plain(checkedValue(field('many2one'), value)));
    const expected = [{ id: 7 }, { id: 7, label: 'x' }, { id: 7, label: '' }, undefined];
    assert.deepEqual(
      links,
      expected.map((link) => (link === undefined ? { kind: 'link' } : { kind: 'link', link })),
    );
    for (const value of [[7, 7], [0, 'x'], [7, 'x', 'y'], ['7', 'x'], true]) {
      assert.equal(
        outcome(() => checkedValue(field('many2one'), value)),
        'upstream-answer-invalid',
      );
    }
    for (const value of [[0], ['7'], [7, [5]]]) {
      assert.equal(
        outcome(() => checkedValue(field('one2many'), value)),
        'upstream-answer-invalid',
      );
    }
  });
});
