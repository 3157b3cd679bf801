import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OdooFloat } from '../wire/value.ts';
import { HIDDEN, refusalOf, UNFIT } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

/** The domain that Odoo is asked, or how the condition is refused. */
async function outcome(condition: unknown, settings: ShopSettings = {}): Promise<unknown> {
  const { call, asked } = openShop(settings);
  const refusal = await refusalOf(call('res.partner', 'search_count', { domain: [condition] }));
  if (refusal !== undefined) assert.equal(asked.length, 0);
  return refusal ?? asked[0]?.args.domain;
}

/** One line each: field, operator and value as they are sent, and as they are asked; or how they are refused. */
function table(lines: string): void {
  for (const line of lines.trim().split('\n')) {
    const [field = '', sent, value = '', expected, rebuilt] = line.trim().split(' | ');
    test(line.trim(), async () => {
      const found = await outcome([field, sent, JSON.parse(value)]);
      if (rebuilt !== undefined) assert.deepEqual(found, [[field, expected, JSON.parse(rebuilt)]]);
      else assert.equal(found, expected === 'unfit' ? UNFIT : HIDDEN);
    });
  }
}

describe('operators', () => {
  table(`
    name | == | "a" | = | "a"
    name | <> | "a" | != | "a"
    name | ILIKE | "a" | ilike | "a"
    name | Not In | ["a"] | not in | ["a"]
    name | =? | "a" | = | "a"
    name | = | ["a","b"] | in | ["a","b"]
    name | != | ["a"] | not in | ["a"]
    name | in | "a" | = | "a"
    name | not in | "a" | != | "a"
    name | in | [] | in | []
    name | in | ["a",null] | in | ["a",false]
    name | =like | "a%" | =like | "a%"
    name | not =ilike | "a%" | not =ilike | "a%"
    name | like | ["a"] | unfit
    name | < | ["a"] | unfit
    name | inselect | "a" | refused
    id | inselect | ["select 1",[]] | refused
    name | any! | [] | refused
    name | not any! | [] | refused
    name |  | "a" | refused
    name | constructor | "a" | refused
    name | =a or b= | "a" | refused
    secret_ref | =? | false | refused
  `);

  test('nothing to compare with is no condition, of a field that may be asked about', async () => {
    for (const nothing of [false, null, '']) assert.deepEqual(await outcome(['name', '=?', nothing]), [[1, '=', 1]]);
  });

  test('those that came with a version are unknown before', async () => {
    for (const major of [16, 17, 18]) assert.equal(await outcome(['name', 'not =like', 'a'], { major }), HIDDEN);
    assert.equal(await outcome(['child_ids', 'any', []], { major: 16 }), HIDDEN);
  });
});

describe('values', () => {
  table(String.raw`
    name | = | 7 | = | "7"
    name | = | null | = | false
    name | != | "" | != | ""
    name | = | {"a":1} | refused
    name | = | true | refused
    name | = | "a\u0000" | refused
    name | =like | "half\\" | refused
    name | =like | "whole\\\\" | =like | "whole\\\\"
    name | ilike | "half\\" | ilike | "half\\"
    name | in | [["a"]] | refused
    name | < | false | refused
    type | = | "contact" | = | "contact"
    color | = | "7" | = | 7
    color | = | "x" | refused
    color | ilike | 7 | refused
    color | > | null | refused
    color | = | false | = | false
    debt | >= | "7.5" | >= | 7.5
    debt | >= | "1e9" | refused
    is_company | = | 1 | = | true
    is_company | != | null | != | false
    is_company | = | "yes" | refused
    is_company | in | [true,false] | in | [true,false]
    create_date | >= | "2026-01-01" | >= | "2026-01-01"
    create_date | < | "2026-01-01T10:00:00" | < | "2026-01-01T10:00:00"
    create_date | < | "2026-01-01 10:00:00.5" | < | "2026-01-01 10:00:00.5"
    create_date | < | "now()" | refused
    create_date | < | 20260101 | refused
    create_date | > | "-7d" | > | "-7d"
    since | > | "today =monday -1w" | > | "today =monday -1w"
    since | > | "" | refused
    since | > | "today; drop" | refused
    photo | = | "x" | refused
    id | ilike | "9" | refused
    id | in | [5,"7",1099511627776] | in | [5,7,1099511627776]
  `);

  test('what no field can be compared with is refused', async () => {
    const conditions = [
      ['name', 'ilike', 'a'.repeat(10_001)],
      ['color', '=', Number.NaN],
      ['color', '=', 2n ** 70n],
      ['id', 'in', [1, 2n ** 60n]],
      ['debt', '=', new OdooFloat('1e999')],
    ];
    for (const condition of conditions) assert.equal(await outcome(condition), HIDDEN, String(condition[0]));
  });

  test('relative dates are of Odoo 19', async () => {
    for (const major of [16, 17, 18]) assert.equal(await outcome(['since', '>', '-7d'], { major }), HIDDEN);
  });
});

describe('a relation', () => {
  table(`
    parent_id | = | 5 | = | 5
    parent_id | = | false | = | false
    parent_id | != | null | != | false
    parent_id | = | "" | = | false
    parent_id | in | [5,false] | in | [5,false]
    parent_id | in | [-1,0,1099511627776] | in | [0,0,0]
    parent_id | > | 5 | > | 5
    tag_ids | in | [5,7] | in | [5,7]
    child_ids | = | false | = | false
    parent_id | = | true | refused
    tag_ids | > | 5 | refused
    parent_id | ilike | 5 | refused
    parent_id | ilike | false | refused
    parent_id | = | {"id":5} | refused
    secret_person_id | = | 5 | refused
  `);

  test('a float that is whole is an id', async () => {
    assert.deepEqual(await outcome(['parent_id', '=', new OdooFloat('5.0')]), [['parent_id', '=', 5]]);
  });
});

// A country is looked up by its name and code, both seen; a contact by what is hidden, too.
describe('a relation against a text', () => {
  table(`
    country_id | ilike | "bel" | ilike | "bel"
    country_id | = | "Belgium" | = | "Belgium"
    country_id | in | ["Belgium","France"] | in | ["Belgium","France"]
    parent_id.country_id | not ilike | "bel" | not ilike | "bel"
    country_id | > | "bel" | refused
    parent_id | ilike | "BE0477" | refused
    parent_id | = | "BE0477" | refused
    parent_id | in | [5,"BE0477"] | refused
    child_ids | != | "BE0477" | refused
    tag_ids | ilike | "vip" | refused
    tag_ids | = | "vip" | refused
    user_id | ilike | "admin" | refused
    user_id | = | "admin" | refused
    display_name | ilike | "BE0477" | refused
    parent_id.display_name | ilike | "BE0477" | refused
    country_id.name.x | = | "a" | refused
  `);

  test('is not looked up among records of which only some may be seen', async () => {
    const rules = { 'res.country': [['code', '=', 'BE']] };
    assert.equal(await outcome(['country_id', 'ilike', 'fra'], { rules }), HIDDEN);
  });
});
