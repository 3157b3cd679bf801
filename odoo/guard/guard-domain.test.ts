import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OdooFloat } from '../wire/value.ts';
import { HIDDEN, refusalOf, TOO_MUCH, UNFIT, wordsOf } from './guarded-database.fixture.ts';
import { openShop, type ShopSettings } from './poisoned-shop.fixture.ts';

/** The domain that Odoo is asked with. */
async function rebuilt(domain: unknown, model = 'res.partner', settings: ShopSettings = {}): Promise<unknown> {
  const { call, asked } = openShop(settings);
  await call(model, 'search_count', { domain });
  return asked[0]?.args.domain;
}

function refused(domain: unknown, model = 'res.partner', settings: ShopSettings = {}): Promise<string | undefined> {
  const run = openShop(settings);
  const answer = refusalOf(run.call(model, 'search_count', { domain }));
  return answer.then((refusal) => {
    assert.equal(run.asked.length, 0, 'a refused domain has reached Odoo');
    return refusal;
  });
}

const A = ['name', '=', 'a'];
const B = ['color', '>', 2];
const C = ['is_company', '=', true];

describe('the form of a domain', () => {
  const FORMS: readonly (readonly [sent: unknown, rebuilt: unknown])[] = [
    [[], []],
    [false, []],
    [null, []],
    ['', []],
    [[A], [A]],
    [
      [A, B, C],
      ['&', '&', A, B, C],
    ],
    [
      ['|', A, B],
      ['|', A, B],
    ],
    [
      ['|', A, B, C],
      ['&', '|', A, B, C],
    ],
    [
      [C, '|', A, B],
      ['&', C, '|', A, B],
    ],
    [
      ['!', A, B],
      ['&', '!', A, B],
    ],
    [
      ['!', '|', A, '!', B],
      ['!', '|', A, '!', B],
    ],
    [
      ['&', A, B],
      ['&', A, B],
    ],
    [[[1, '=', 1]], [[1, '=', 1]]],
    [[[0, '=', 1]], [[0, '=', 1]]],
    [[[new OdooFloat('1.0'), '==', 1]], [[1, '=', 1]]],
  ];
  for (const [sent, expected] of FORMS) {
    test(`${JSON.stringify(sent)} is one expression`, async () => assert.deepEqual(await rebuilt(sent), expected));
  }

  const UNFORMED: readonly unknown[] = [
    ...[
      'name',
      7,
      true,
      { name: 'a' },
      ['|'],
      ['|', A],
      ['&'],
      ['!'],
      ['^', A],
      ['name', '=', 'a'],
      [[A]],
      [['name', '=']],
    ],
    ...[[['name', '=', 'a', 1]], ['or', A, B], [[1, '=', 2]], [[2, '=', 1]], [[1, '!=', 1]], [[true, '=', 1]]],
    ...[[[null, '=', 1]], [['name', 1, 'a']], [['name', null, 'a']]],
  ];
  for (const domain of UNFORMED) {
    test(`${JSON.stringify(domain)} is no domain`, async () => assert.equal(await refused(domain), UNFIT));
  }

  test('an alternative of the client stands beside the rule and not around it', async () => {
    const rules = { 'res.partner': ['|', ['color', '=', 1], ['color', '=', 2]] };
    const expected = ['&', '|', ['color', '=', 1], ['color', '=', 2], '|', A, B];
    assert.deepEqual(await rebuilt(['|', A, B], 'res.partner', { rules }), expected);
    assert.deepEqual(await rebuilt([], 'res.partner', { rules }), rules['res.partner']);
  });

  test('what a domain may come to is bounded, all in all', async () => {
    const nested = (depth: number): unknown[] => (depth === 0 ? [A] : [['parent_id', 'any', nested(depth - 1)]]);
    assert.equal(await refused(nested(8)), TOO_MUCH);
    assert.notEqual(await rebuilt(nested(7)), undefined);
    assert.equal(await refused(Array.from({ length: 1001 }, () => A)), TOO_MUCH);
    assert.equal(await refused([...Array.from({ length: 1000 }, () => '!'), A]), TOO_MUCH);
    assert.equal(await refused([['parent_id', 'any', Array.from({ length: 1000 }, () => A)]]), TOO_MUCH);
    const ids = Array.from({ length: 10_001 }, (_, index) => index + 1);
    assert.equal(
      await refused([
        ['id', 'in', ids],
        ['id', 'not in', ids],
      ]),
      TOO_MUCH,
    );
    assert.equal(
      await refused([
        ['parent_id', 'in', ids],
        ['country_id', 'not in', ids],
      ]),
      TOO_MUCH,
    );
  });
});

describe('the fields of a domain', () => {
  const SEEN: readonly (readonly [path: string, value: unknown])[] = [
    ...([
      ['name', 'x'],
      ['comment', 'x'],
      ['type', 'x'],
    ] as const),
    ...([
      ['id', 5],
      ['color', 5],
      ['debt', 5],
      ['is_company', true],
      ['since', '2026-01-01'],
    ] as const),
    ...([
      ['parent_id.name', 'x'],
      ['parent_id.parent_id.country_id.code', 'x'],
      ['country_id.id', 5],
    ] as const),
    ...([
      ['tag_ids.name', 'x'],
      ['child_ids.name', 'x'],
      ['country_code', 'x'],
      ['name_upper', 'x'],
    ] as const),
    ...([['user_id.id', 5]] as const),
  ];
  for (const [path, value] of SEEN) {
    test(`${path} may be asked about`, async () => {
      assert.deepEqual(await rebuilt([[path, '=', value]]), [[path, '=', value]]);
    });
  }

  const UNSEEN: readonly string[] = [
    ...['secret_ref', 'no_such_field', 'phone', 'secret_person_id', 'secret_person_id.name', 'parent_id.secret_ref'],
    ...['parent_id.no_such_field', 'country_id.secret_number', 'tag_ids.secret_rank', 'user_id.name', 'name.x', ''],
    ...['user_id.secret_login', 'child_ids.parent_id.secret_ref', '.', 'parent_id.', '.name', 'parent_id..name'],
    ...['traits.x', 'create_uid.login', 'message_ids.body', '__proto__', 'constructor', 'since.month', ' name'],
    ...[`${'parent_id.'.repeat(8)}name`, `${'a'.repeat(300)}`, 'Name', 'name ', 'phone.x', '1', 'id.id'],
  ];
  test('hidden and unknown fields are refused in the same words', async () => {
    const told = async (path: string) => {
      const words = await wordsOf(openShop().call('res.partner', 'search', { domain: [[path, '=', 'x']] }));
      return words?.replace(`'${path}'`, 'it');
    };
    for (const path of ['secret_ref', 'no_such_field', 'user_id.secret_login', 'parent_id.secret_ref', 'name.x']) {
      assert.equal(await told(path), "Invalid field it on model 'res.partner'", path);
    }
  });

  test('hidden, unknown and impossible fields are the same answer', async () => {
    for (const path of UNSEEN) assert.equal(await refused([[path, '=', 'x']]), HIDDEN, path);
    for (const path of UNSEEN) assert.equal(await refused(['!', [path, 'ilike', false]]), HIDDEN, path);
  });

  test('what is masked, not searched or computed from hidden fields is not asked about', async () => {
    for (const path of [
      'email',
      'unsearched',
      'ref_upper',
      'photo',
      'details',
      'traits',
      'display_name',
      'parent_id.email',
    ]) {
      assert.equal(await refused([[path, '!=', false]]), HIDDEN, path);
    }
  });

  test('a relation that is not shown itself leads to what is granted behind it alone', async () => {
    assert.deepEqual(await rebuilt([['team_id.name', '=', 'x']], 'sale.order'), [['team_id.name', '=', 'x']]);
    for (const path of ['team_id', 'team_id.id', 'team_id.secret_target', 'team_id.no_such_field']) {
      assert.equal(await refused([[path, '=', 5]], 'sale.order'), HIDDEN, path);
    }
  });

  test('a part of a date has a number from Odoo 19 on', async () => {
    const domain = [['create_date.month_number', 'in', [1, 2]]];
    assert.deepEqual(await rebuilt(domain), domain);
    assert.equal(await refused(domain, 'res.partner', { major: 18 }), HIDDEN);
    assert.equal(await refused([['create_date.month_number', 'like', '1']]), HIDDEN);
    assert.equal(await refused([['create_date.month_number', '=', 'x']]), HIDDEN);
    assert.equal(await refused([['name.month_number', '=', 1]]), HIDDEN);
  });
});

describe('a domain within a domain', () => {
  test('is asked of the model behind the relation', async () => {
    const domain = [['child_ids', 'any', ['|', A, B]]];
    for (const major of [17, 18, 19]) assert.deepEqual(await rebuilt(domain, 'res.partner', { major }), domain);
    assert.equal(await refused(domain, 'res.partner', { major: 16 }), HIDDEN);
    assert.deepEqual(await rebuilt([['child_ids', 'NOT ANY', [A, B]]]), [['child_ids', 'not any', ['&', A, B]]]);
    assert.deepEqual(await rebuilt([['country_id', 'any', []]]), [['country_id', 'any', []]]);
  });

  test('names nothing hidden, at any depth', async () => {
    const leaves = [
      ['secret_ref', '=', 'x'],
      ['email', '=', 'x'],
      ['no_such_field', '=', 'x'],
    ];
    for (const leaf of leaves) {
      assert.equal(await refused([['child_ids', 'any', [leaf]]]), HIDDEN);
      assert.equal(await refused([['child_ids', 'not any', [['parent_id', 'any', [A, leaf]]]]]), HIDDEN);
    }
    assert.equal(await refused([['country_id', 'any', [['secret_number', '=', 1]]]]), HIDDEN);
    assert.equal(await refused([['secret_person_id', 'any', []]]), HIDDEN);
    assert.equal(await refused([['name', 'any', [A]]]), HIDDEN);
    assert.equal(await refused([['user_id', 'any', [['name', '=', 'x']]]]), HIDDEN);
  });

  test('is within the rule of that model', async () => {
    const rules = { 'res.country': [['code', '=', 'BE']] };
    const inner = ['&', ['code', '=', 'BE'], ['name', '=', 'x']];
    const settings = { rules, major: 17 };
    const any = await rebuilt([['country_id', 'any', [['name', '=', 'x']]]], 'res.partner', settings);
    assert.deepEqual(any, [['country_id', 'any', inner]]);
    const none = await rebuilt(['!', ['country_id', 'not any', []]], 'res.partner', settings);
    assert.deepEqual(none, ['!', ['country_id', 'not any', rules['res.country']]]);
  });

  test('a list is no domain for a path of its own', async () => {
    assert.equal(await refused([['child_ids', 'any', 'x']]), UNFIT);
    assert.equal(await refused([['child_ids', 'any', [['|']]]]), UNFIT);
    assert.equal(await refused([['child_ids', 'any!', [A]]]), HIDDEN);
  });
});

describe('a hierarchy', () => {
  test('is followed by ids, where the field that makes it is seen', async () => {
    assert.deepEqual(await rebuilt([['id', 'child_of', 5]]), [['id', 'child_of', [5]]]);
    assert.deepEqual(await rebuilt([['id', 'CHILD_OF', [5, 7]]]), [['id', 'child_of', [5, 7]]]);
    assert.deepEqual(await rebuilt([['parent_id', 'parent_of', [5]]]), [['parent_id', 'parent_of', [5]]]);
    const order = [['partner_id', 'child_of', [5]]];
    assert.deepEqual(await rebuilt(order, 'sale.order'), order);
    assert.deepEqual(await rebuilt([['id', 'child_of', false]]), [['id', 'child_of', []]]);
  });

  test('is not followed by names, nor where it is not seen or ruled', async () => {
    const refusals = [
      [['id', 'child_of', 'Azure']],
      [['id', 'child_of', [5, 'Azure']]],
      [['id', 'child_of', true]],
      [['country_id', 'child_of', 5]],
      [['name', 'child_of', 5]],
      [['user_id', 'parent_of', 5]],
    ];
    for (const domain of refusals) assert.equal(await refused(domain), HIDDEN, JSON.stringify(domain));
    const rules = { 'res.partner': [['color', '=', 1]] };
    assert.equal(await refused([['id', 'child_of', 5]], 'res.partner', { rules }), HIDDEN);
    assert.equal(await refused([['partner_id', 'child_of', 5]], 'sale.order', { rules }), HIDDEN);
  });
});
