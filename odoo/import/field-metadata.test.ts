import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldOfRecord, fieldsIn } from './field-metadata.ts';

test('what is no field, or lies about being one, is passed over', () => {
  for (const answer of [null, [], 'x', 5, { a: null }, { a: 'char' }, { a: {} }, { a: { type: 'constructor' } }]) {
    assert.equal(fieldsIn(answer).size, 0, JSON.stringify(answer));
  }
  const hostile = JSON.parse(`{
    "__proto__": { "type": "char" }, "a.b": { "type": "char" }, "a b": { "type": "char" },
    "m": { "type": "many2one" }, "n": { "type": "many2one", "relation": "Res Partner" },
    "ok": { "type": "char", "string": "a\\u001b[31m\\nb", "related": "x; drop", "depends": ["a", 5, "b.c", "b.c", "-"],
      "size": -1, "digits": [1, 99], "groups": "\\n\\u0000" }
  }`);
  const fields = fieldsIn(hostile);
  assert.deepEqual([...fields.keys()], ['__proto__', 'ok']);
  const ok = fields.get('ok');
  assert.deepEqual(ok?.depends, ['a', 'b.c']);
  assert.deepEqual(
    [ok?.title, ok?.related, ok?.size, ok?.decimals, ok?.groups],
    ['a [31m b', undefined, undefined, undefined, undefined],
  );
});

test('missing attributes have the defaults of the documents', () => {
  const bare = fieldsIn({
    a: { type: 'char' },
    b: { type: 'char', store: false },
    c: { type: 'char', store: false, sortable: true },
  });
  assert.deepEqual(
    [...bare.values()].map(({ stored, sortable, searchable, required }) => [stored, sortable, searchable, required]),
    [
      [true, true, true, false],
      [false, false, true, false],
      [false, true, true, false],
    ],
  );
});

test('selections are told by their values, where all are texts and they are few', () => {
  const of = (selection: unknown) => fieldsIn({ a: { type: 'selection', selection } }).get('a')?.selection;
  assert.deepEqual(
    of([
      ['x', 'X'],
      ['y', 'Y'],
    ]),
    ['x', 'y'],
  );
  assert.equal(of([[1, 'One']]), undefined);
  assert.equal(of([]), undefined);
  assert.equal(of(Array.from({ length: 101 }, (_, index) => [`v${index}`, 'V'])), undefined);
});

test('a record of ir.model.fields tells the same', () => {
  const record = {
    ...{
      model: 'res.partner',
      name: 'child_ids',
      ttype: 'one2many',
      field_description: 'Contact',
      relation: 'res.partner',
    },
    ...{ relation_field: 'parent_id', store: true, related: false, depends: 'a,b.c', readonly: false, required: true },
  };
  const found = fieldOfRecord(record);
  assert.equal(found?.model, 'res.partner');
  const { type, title, relation, inverse, depends, required, related } = found?.field ?? {};
  assert.deepEqual(
    [type, title, relation, inverse, depends, required, related],
    ['one2many', 'Contact', 'res.partner', 'parent_id', ['a', 'b.c'], true, undefined],
  );
  assert.equal(fieldOfRecord({ name: 'x', ttype: 'char' }), undefined);
});
