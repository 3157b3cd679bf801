import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dropPlaces } from './drop-places.ts';

const CASES: readonly (readonly [body: string, pointers: readonly string[], expected: string])[] = [
  ['{"a":1,"b":2}', ['/a'], '{"b":2}'],
  ['{"a":1,"b":2}', ['/b'], '{"a":1}'],
  ['{"a":1,"b":2}', ['/a', '/b'], '{}'],
  ['{ "a" : 1.00 , "b" : "x,]}" }', ['/b'], '{ "a" : 1.00 }'],
  ['[1,2,3,4]', ['/0', '/2', '/3'], '[2]'],
  ['[1,[2,{"a":[3]}],4]', ['/1/1/a/0'], '[1,[2,{"a":[]}],4]'],
  ['{"m":{"x":1},"y":2}', ['/m/x', '/y'], '{"m":{}}'],
  ['{"a/b":1,"m~n":2,"\\u0061":3,"k":"\\""}', ['/a~1b', '/m~0n', '/a'], '{"k":"\\""}'],
  ['{"a":{"b":{"c":1}}}', ['/a/b', '/a/b/c'], '{"a":{}}'],
  ['{"a":{"b":{"c":1}}}', ['/a/b/c', '/a'], '{}'],
  ['{"a":1}', ['/b', '/a/0'], '{"a":1}'],
  ['1', ['/a'], '1'],
];

for (const [body, pointers, expected] of CASES) {
  test(`drops ${pointers.join(' ')} of ${body}`, () => {
    assert.equal(dropPlaces(Buffer.from(body), pointers).toString(), expected);
  });
}

test('equals deleting from the parsed value', () => {
  const tokens = fc.array(fc.constantFrom('a', 'b', '0', '1', '2', 'é"'), { minLength: 1, maxLength: 3 });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(1, 'x,"]}', null, true),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', '0', 'é"'), tie('value')),
    ),
  }));
  const GONE = Symbol('gone');
  const without = (item: unknown, paths: readonly (readonly string[])[]): unknown => {
    if (paths.some((path) => path.length === 0)) return GONE;
    const below = (name: string) => paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    if (Array.isArray(item)) {
      return item.map((element, index) => without(element, below(String(index)))).filter((element) => element !== GONE);
    }
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item)
        .map(([name, held]) => [name, without(held, below(name))])
        .filter(([, held]) => held !== GONE),
    );
  };
  fc.assert(
    fc.property(value, fc.array(tokens, { maxLength: 4 }), fc.integer({ min: 0, max: 2 }), (item, paths, indent) => {
      const pointers = paths.map((path) => `/${path.join('/')}`);
      const left = dropPlaces(Buffer.from(JSON.stringify(item, null, indent)), pointers).toString();
      assert.deepEqual(JSON.parse(left), JSON.parse(JSON.stringify(without(item, paths))));
    }),
    { numRuns: 1500 },
  );
});
