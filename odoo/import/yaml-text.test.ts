import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, constantFrom, dictionary, assert as holds, letrec, oneof, property, string } from 'fast-check';
import { parseYaml } from '../../catalog/parse-yaml.ts';
import { type Plain, yamlText } from './yaml-text.ts';

function readBack(text: string): unknown {
  const [document, more] = parseYaml(text);
  assert.deepEqual([document?.problems, more], [[], undefined]);
  return JSON.parse(JSON.stringify(document?.content));
}

test('whatever is written reads back as it was', () => {
  const word = oneof(
    string({ maxLength: 30 }),
    constantFrom(
      'yes',
      'null',
      '~',
      '1.0',
      '0x1f',
      '2026-11-25',
      'a: b',
      '#',
      '- x',
      '*a',
      '&a',
      '!t',
      '%',
      '@',
      '`',
      ' a',
      'a ',
      '',
      '<<',
      'a #b',
      'x-portcullis',
      '$ref',
      '/a/{id}',
    ),
  );
  const { value } = letrec<{ value: Plain }>((tie) => ({
    value: oneof(
      { maxDepth: 4 },
      word,
      constantFrom<Plain>(null, true, false, 0, -1, 1.5, 2147483647),
      array(tie('value'), { maxLength: 4 }),
      dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  holds(
    property(value, (data) => {
      assert.deepEqual(readBack(yamlText(data)), JSON.parse(JSON.stringify(data)));
    }),
    { numRuns: 2000 },
  );
});

test('what fits stands on one line, and the rest in blocks', () => {
  const fields = {
    name: { type: 'char', title: 'Name' },
    note: { type: 'text', title: 'A long title '.repeat(9).trim() },
  };
  assert.equal(
    yamlText({ model: { fields } }),
    `model:
  fields:
    name: { type: char, title: Name }
    note:
      type: text
      title: ${'A long title '.repeat(9).trim()}
`,
  );
});
