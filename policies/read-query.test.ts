import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { coerceText } from './coerce-text.ts';
import { codeOf, exchangeAt, grantedPlace, type PlaceOptions } from './exchange.fixture.ts';
import { parseQuery } from './parse-query.ts';
import { queryReader } from './read-query.ts';

function read(query: string, options: PlaceOptions = {}) {
  const exchange = exchangeAt(grantedPlace(options), { query });
  const result = queryReader(grantedPlace(options))(exchange);
  return 'kind' in result
    ? { code: codeOf(result), refusal: result, reading: undefined, exchange }
    : { code: 'pass', refusal: undefined, reading: result, exchange };
}

test('a query is decoded once and strictly', () => {
  assert.deepEqual(parseQuery('a=1&b=%C3%A9+x&c&d=%252e'), [
    ['a', '1'],
    ['b', 'é x'],
    ['c', ''],
    ['d', '%2e'],
  ]);
  for (const wrong of ['a=%', 'a=%zz', 'a=%C0%AF', 'a=%ED%A0%80', 'a=%00', 'a=x%0d%0ay', '&', 'a=1&', '=1', '%00=1']) {
    assert.ok('kind' in parseQuery(wrong), wrong);
  }
  assert.ok('kind' in parseQuery('a&'.repeat(100_000)));
  assert.ok('kind' in parseQuery(`a=${'x'.repeat(9000)}`));
  assert.ok('kind' in parseQuery(Array.from({ length: 101 }, (_, index) => `a${index}`).join('&')));
});

test('whatever is written as a form is read as it was', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((value) => !/[\x00-\x1f\x7f]/.test(value));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }), (pairs) => {
      fc.pre(pairs.flat().every((value) => value.isWellFormed()));
      assert.deepEqual(parseQuery(new URLSearchParams(pairs).toString()), pairs);
    }),
  );
});

test('parameters are read by their roles', () => {
  const { reading, exchange } = read(
    'fields=id,name,id&sort=name,-stock&limit=20&cursor=abc&filter%5Bstock%5D%5Bgte%5D=5&filter[name]=Ann&nameLike=an%25' +
      '&regions=north&status=open&status=shut&ids=1,2&level=1.5&utm_source=mail',
  );
  assert.deepEqual(reading?.fields, ['id', 'name']);
  assert.deepEqual(reading?.sort, [
    { field: 'name', descending: false },
    { field: 'stock', descending: true },
  ]);
  assert.equal(reading?.limit, 20);
  assert.equal(reading?.cursor, 'abc');
  assert.deepEqual(reading?.filters, [
    ['stock', '>=', 5],
    ['name', '=', 'Ann'],
    ['name', 'ilike', 'an%'],
    ['region', 'in', 'north'],
  ]);
  assert.deepEqual(reading?.query, [
    ['status', 'open'],
    ['status', 'shut'],
    ['ids', '1,2'],
    ['level', '1.5'],
  ]);
  assert.deepEqual(exchange.facts.ignored, ['utm_source']);
});

test('over HTTP the parameters that the upstream serves are passed on', () => {
  const { reading } = read('limit=20&sort=name&utm_source=mail', { systemType: 'http' });
  assert.deepEqual(reading?.query, [
    ['limit', '20'],
    ['sort', 'name'],
  ]);
});

test('what is not declared is refused by name (R-14)', () => {
  for (const name of ['nothing', 'domain', 'fields[]', 'other[a]', '__proto__', 'constructor', 'Fields']) {
    const { code, refusal } = read(`${encodeURIComponent(name)}=1`);
    assert.equal(code, 'parameter-unknown', name);
    assert.deepEqual(refusal?.members, { parameters: [{ name, message: 'is not declared' }] });
  }
  const long = read(`${'n'.repeat(500)}=1`);
  assert.ok((long.refusal?.detail ?? '').length < 150);
});

test('what is declared must be as declared', () => {
  const wrong = [
    'limit=0',
    'limit=101',
    'limit=ten',
    'limit=1e1',
    'limit=0x10',
    'limit=+5',
    'limit=05',
    'limit=5&limit=6',
    'limit=',
    'level=1&level=2',
    'level=NaN',
    'level=Infinity',
    'level=-0',
    'level=1e999',
    'status=open&status=lost',
    'ids=1,2,3,4',
    'ids=1,x',
    'ids=1&ids=2',
    'ids=9007199254740993',
    'cursor=',
    `cursor=${'x'.repeat(3000)}`,
    'fields=',
    'fields=a,,b',
    'fields=a&fields=b',
    'sort=-',
    'sort=',
    'sort=a,b,c,d,e,f,g,h,i,j,k',
    'filter=1&filter[stock]=1',
    'filter[stock][regex]=1',
    'filter[stock]=five',
    'filter[stock][in]=1,x',
    'filter[stock]=1&filter[stock]=2',
    'filter[]=1',
    'filter[a',
    'filter[stock][gt]x=1',
    'filter[active]=yes',
  ];
  for (const query of wrong) {
    const { code, refusal } = read(query);
    assert.ok(code === 'parameter-invalid' || code === 'parameter-unknown', `${query}: ${code}`);
    assert.ok(!JSON.stringify(refusal?.members).includes('five'), 'no values');
  }
});

test('a value tells nothing about a hidden field: its type is not looked at (R-06)', () => {
  for (const field of ['creditLimit', 'vat', 'nothing', 'address', '__proto__']) {
    const { reading } = read(`filter[${field}][gt]=text`);
    assert.deepEqual(reading?.filters, [[field, '>', 'text']]);
  }
  const masked = read('filter[stock]=text', { masks: { stock: { type: 'bucket', bounds: [0] } } });
  assert.deepEqual(masked.reading?.filters, [['stock', '=', 'text']]);
});

test('filter values get the type of their field', () => {
  const filterValue = (query: string) => read(query).reading?.filters[0]?.[2];
  assert.equal(filterValue('filter[active]=true'), true);
  assert.equal(filterValue('filter[email]='), null);
  assert.equal(filterValue('filter[name]=5'), '5');
  assert.deepEqual(filterValue('filter[stock][in]=1,2'), [1, 2]);
  assert.equal(read(`filter[stock][in]=${'1,'.repeat(100)}1`).code, 'parameter-invalid');
});

test('required parameters are asked for', () => {
  const { code, refusal } = read('', { operation: 'listByAccount' });
  assert.equal(code, 'parameter-invalid');
  assert.deepEqual(refusal?.members, { parameters: [{ name: 'day', message: 'is required' }] });
  assert.equal(read('day=2026', { operation: 'listByAccount' }).code, 'pass');
  assert.equal(read('day=20261', { operation: 'listByAccount' }).code, 'parameter-invalid');
});

test('text becomes a number only where JSON would read it so and it keeps its value', () => {
  const number = new Set(['number']);
  assert.deepEqual(coerceText('12', number), [12]);
  assert.deepEqual(coerceText('1.50', number), [1.5]);
  for (const text of ['', ' 1', '1 ', '1_0', '٣', '1.', '.5', '--1', '9007199254740993'])
    assert.deepEqual(coerceText(text, number), []);
  assert.deepEqual(coerceText('5', new Set(['string', 'integer'])), [5, '5']);
  assert.deepEqual(coerceText('x', new Set()), ['x']);
});
