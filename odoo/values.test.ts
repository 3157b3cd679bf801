import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fromDecimal, toDecimal } from './decimal.ts';
import { and, normalDomain, or } from './domain.ts';
import { type FieldPlace, placeOf } from './field-place.ts';
import { nameFor } from './odoo-name.ts';
import { TRADE } from './odoo-upstream.fixture.ts';
import { readValue } from './read-value.ts';
import { fromOdooTime, isDay, nextSecond, toOdooTime } from './time.ts';
import { writeValue } from './write-value.ts';

describe('money', () => {
  test('rounds the shortest text half away from zero', () => {
    const cases: readonly (readonly [number, number, string])[] = [
      [0.1 + 0.2, 2, '0.30'],
      [2.675, 2, '2.68'],
      [-2.675, 2, '-2.68'],
      [7.770_000_000_000_000_5, 2, '7.77'],
      [-0.001, 2, '0.00'],
      [1e21, 2, '1000000000000000000000.00'],
      [1.5e-7, 2, '0.00'],
      [5e-7, 6, '0.000001'],
      [1234.5, 0, '1235'],
      [0, 3, '0.000'],
    ];
    for (const [value, places, text] of cases) assert.equal(toDecimal(value, places), text);
  });

  test('every amount of up to 15 digits comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
        fc.integer({ min: 0, max: 6 }),
        (units, places) => {
          const digits = String(Math.abs(units)).padStart(places + 1, '0');
          const whole = digits.slice(0, digits.length - places);
          const sign = units < 0 ? '-' : '';
          const text = places === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(digits.length - places)}`;
          const read = fromDecimal(text, places);
          assert.notEqual(read, undefined);
          assert.equal(toDecimal(read ?? Number.NaN, places), text);
        },
      ),
    );
  });

  test('what cannot be held exactly is no amount', () => {
    for (const text of ['1.234', '1e3', '', ' 1', '+1', '.5', '1.', 'NaN', '12345678901234.56']) {
      assert.equal(fromDecimal(text, 2), undefined, text);
    }
    assert.throws(() => toDecimal(Number.POSITIVE_INFINITY, 2), RangeError);
  });
});

describe('times', () => {
  test('every second comes back as it was, from any offset', () => {
    const second = fc.date({ min: new Date('0100-01-01'), max: new Date('9900-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(second, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        const utc = `${date.toISOString().slice(0, 19)}Z`;
        const odoo = toOdooTime(utc);
        assert.equal(fromOdooTime(odoo ?? ''), utc);
        const local = new Date(Date.parse(utc) + offset * 60_000).toISOString().slice(0, 19);
        const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
        const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
        assert.equal(toOdooTime(`${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`), odoo);
      }),
    );
  });

  test('times without an offset, and days that do not exist, are refused', () => {
    for (const text of ['2026-11-20 10:00:00', '2026-11-20T10:00:00', '2026-02-30T10:00:00Z', '2026-11-20', 'now']) {
      assert.equal(toOdooTime(text), undefined, text);
    }
    assert.equal(isDay('2026-02-29'), false);
    assert.equal(isDay('2028-02-29'), true);
    assert.equal(nextSecond('2026-12-31 23:59:59'), '2027-01-01 00:00:00');
    assert.equal(fromOdooTime('2026-11-20 16:55:51.123456'), '2026-11-20T16:55:51Z');
  });
});

describe('values', () => {
  const place = (name: string): FieldPlace => {
    const field = TRADE.shapes.get('Customer')?.fields.get(name);
    if (field === undefined) throw new Error(name);
    const path = field.annotation.odoo;
    return placeOf(field, typeof path === 'string' ? path : 'id', 19);
  };

  test('false is null, but for booleans and lists', () => {
    assert.equal(readValue(place('email'), false), null);
    assert.equal(readValue(place('updatedAt'), false), null);
    assert.equal(readValue(place('salespersonId'), false), null);
    assert.equal(readValue(place('active'), false), false);
    assert.deepEqual(readValue(place('categoryIds'), false), []);
    assert.equal(readValue(place('creditLimit'), 0), '0.00');
    assert.equal(readValue(place('salespersonId'), [7, 'Field sales']), 7);
  });

  test('what the contract cannot carry is never passed on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('email', 'updatedAt', 'creditLimit', 'salespersonId', 'active', 'id', 'categoryIds'),
        fc.jsonValue(),
        (name, value) => {
          let read: unknown;
          try {
            read = readValue(place(name), value);
          } catch {
            return;
          }
          const type = name === 'active' ? 'boolean' : name === 'id' || name === 'salespersonId' ? '' : 'string';
          if (name === 'categoryIds') assert.ok(Array.isArray(read) && read.every(Number.isSafeInteger));
          else if (read !== null)
            assert.ok(type === '' ? Number.isSafeInteger(read) : typeof read === type, `${name} ${String(read)}`);
        },
      ),
    );
    // The parser has rounded it: another record's id.
    assert.throws(() => readValue(place('salespersonId'), [2 ** 53, 'x']));
    assert.throws(() => readValue(place('email'), [7, 'Hidden label']));
  });

  test('only ids that PostgreSQL can hold are written', () => {
    for (const id of [0, -1, 1.5, 2 ** 31, '5', true]) assert.throws(() => writeValue(place('salespersonId'), id));
    assert.equal(writeValue(place('salespersonId'), null), false);
    assert.deepEqual(writeValue(place('categoryIds'), [3]), [[6, 0, [3]]]);
    assert.throws(() => writeValue(place('categoryIds'), [[0, 0, { name: 'x' }]]));
  });

  test('a name holds from its version on', () => {
    const name = { '16': 'qty_done', '17': 'quantity' };
    assert.deepEqual(
      [15, 16, 17, 19].map((major) => nameFor(name, major)),
      [null, 'qty_done', 'quantity', 'quantity'],
    );
    assert.equal(nameFor({ '16': 'a', '19': null }, 19), null);
  });
});

describe('domains', () => {
  const a = ['a', '=', 1];
  const b = ['b', '=', 2];
  const c = ['c', '=', 3];

  test('a domain is one expression before it is put beside another', () => {
    assert.deepEqual(normalDomain(['|', a, b, c]), ['&', '|', a, b, c]);
    assert.deepEqual(normalDomain(['!', a, b]), ['&', '!', a, b]);
    assert.deepEqual(and(normalDomain(['|', a, b]), [c]), ['&', '|', a, b, c]);
    assert.throws(() => normalDomain(['|', a]));
    assert.throws(() => normalDomain(['a']));
  });

  test('alternatives of nothing hold for nothing', () => {
    assert.deepEqual(or(), [[0, '=', 1]]);
    assert.deepEqual(or([a], []), []);
  });
});
