import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Domain } from '../domain.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { OdooFloat, type OdooValue } from '../wire/value.ts';
import { guardDomain } from './guard-domain.ts';
import { accessTo, type DatabaseText, runOf } from './guarded-model.fixture.ts';
import { calledScope } from './scope.ts';

const MODELS: DatabaseText['models'] = {
  'res.partner': {
    fields: {
      name: 'char',
      vat: 'char',
      size: 'integer',
      rate: 'float',
      active: 'boolean',
      date: 'date',
      seen: 'datetime',
      notes: 'properties',
      photo: 'binary',
      display_name: 'char',
      parent_id: 'many2one res.partner',
      child_ids: 'one2many res.partner',
      country_id: 'many2one res.country',
      tag_ids: 'many2many res.tag',
      user_id: 'many2one res.users',
      secret_id: 'many2one res.country',
    },
    parent: 'parent_id',
    searchNames: ['name', 'vat'],
    shown: [
      ...['name', 'size', 'rate', 'active', 'date', 'seen', 'notes', 'photo', 'display_name', 'parent_id', 'child_ids'],
      ...['country_id', 'tag_ids', 'user_id'],
    ],
  },
  'res.country': { fields: { name: 'char', code: 'char' }, searchNames: ['name'], shown: ['name'] },
  'res.tag': { fields: { name: 'char', color: 'integer' }, searchNames: ['name', 'color'], shown: ['name'] },
  'res.users': { fields: { login: 'char' }, shown: ['login'] },
};

function guarded(domain: OdooValue, { major = 19, rules = {} }: Pick<DatabaseText, 'major' | 'rules'> = {}): Domain {
  const access = accessTo({ major, models: MODELS });
  const run = runOf(access, rules);
  const partner = access.models.get('res.partner') ?? assert.fail();
  return guardDomain(run, calledScope(run, partner), domain);
}

function refusal(domain: OdooValue, place: Pick<DatabaseText, 'major' | 'rules'> = {}): string {
  try {
    const sent = guarded(domain, place);
    return assert.fail(`sent ${JSON.stringify(sent)}`);
  } catch (error) {
    if (error instanceof OdooRefusal) return `${error.fault.name.split('.').at(-1)}: ${error.fault.message}`;
    throw error;
  }
}

const leaf = (path: string, operator: string, value: OdooValue): OdooValue => [path, operator, value];

describe('a domain as Odoo is asked', () => {
  const table: readonly (readonly [what: string, sent: OdooValue, asked: unknown, major?: number])[] = [
    ['nothing is all', false, []],
    ['an empty list is all', [], []],
    [
      'conditions side by side hold together',
      [leaf('name', '=', 'a'), leaf('size', '>', 3)],
      ['&', ['name', '=', 'a'], ['size', '>', 3]],
    ],
    [
      'an operator that leads takes its own two and no more',
      ['|', leaf('name', '=', 'a'), leaf('name', '=', 'b'), leaf('size', '=', 1)],
      ['&', '|', ['name', '=', 'a'], ['name', '=', 'b'], ['size', '=', 1]],
    ],
    ['operators in any case', [leaf('size', 'IN', [1, 2])], [['size', 'in', [1, 2]]]],
    ['== is =', [leaf('name', '==', 'a')], [['name', '=', 'a']]],
    ['<> is !=', [leaf('name', '<>', 'a')], [['name', '!=', 'a']]],
    ['= with a list is in', [leaf('size', '=', [1, 2])], [['size', 'in', [1, 2]]]],
    ['in with one value is =', [leaf('size', 'in', 4)], [['size', '=', 4]]],
    ['=? with nothing holds always', [leaf('name', '=?', false)], [[1, '=', 1]]],
    ['=? with a value is =', [leaf('name', '=?', 'a')], [['name', '=', 'a']]],
    [
      'true and false',
      [
        [1, '=', 1],
        [0, '=', 1],
      ],
      ['&', [1, '=', 1], [0, '=', 1]],
    ],
    ['null is false', [leaf('name', '!=', null)], [['name', '!=', false]]],
    [
      'a whole number that came as a float',
      [leaf('country_id', '=', new OdooFloat('20.0'))],
      [['country_id', '=', 20]],
    ],
    ['a number that can be no id is nobody', [leaf('id', 'in', [1, 2n ** 60n])], undefined],
    ['a path', [leaf('parent_id.country_id.name', 'ilike', 'bel')], [['parent_id.country_id.name', 'ilike', 'bel']]],
    [
      'any',
      [leaf('child_ids', 'any', [leaf('name', '=', 'a'), leaf('size', '=', 1)])],
      [['child_ids', 'any', ['&', ['name', '=', 'a'], ['size', '=', 1]]]],
    ],
    ['a hierarchy by ids', [leaf('id', 'child_of', 7)], [['id', 'child_of', [7]]]],
    [
      'text against a model that is named by what is visible',
      [leaf('country_id', 'ilike', 'bel')],
      [['country_id', 'ilike', 'bel']],
    ],
    ['a relative date', [leaf('date', '>=', '-7d')], [['date', '>=', '-7d']]],
    ['a part of a date', [leaf('date.month_number', '=', 11)], [['date.month_number', '=', 11]]],
  ];
  for (const [what, sent, asked, major] of table) {
    test(what, () => {
      if (asked === undefined) refusal(sent);
      else assert.deepEqual(guarded(sent, { major: major ?? 19 }), asked);
    });
  }
});

describe('a domain that is refused', () => {
  const table: readonly (readonly [what: string, sent: OdooValue, major?: number])[] = [
    ['a pattern on the id', [leaf('id', 'ilike', '9')]],
    ['text against a model that is named by hidden fields', [leaf('parent_id', 'ilike', 'BE04')]],
    ['text among ids', [leaf('parent_id', 'in', [1, 'BE04'])]],
    ['text against a list of records named by a hidden field', [leaf('tag_ids', '=', 'x')]],
    ['a name that is looked up in hidden fields', [leaf('display_name', 'ilike', 'BE04')]],
    ['text as the top of a hierarchy', [leaf('id', 'child_of', 'x@y')]],
    ['a hierarchy of a model that has none', [leaf('country_id', 'child_of', [1])]],
    ['any before 17', [leaf('child_ids', 'any', [leaf('name', '=', 'a')])], 16],
    ['any!', [leaf('child_ids', 'any!', [leaf('name', '=', 'a')])]],
    ['inselect', [leaf('id', 'inselect', ['select 1', []])]],
    ['a relative date before 19', [leaf('date', '>=', '-7d')], 18],
    ['a part of a date before 19', [leaf('date.month_number', '=', 11)], 18],
    ['a property', [leaf('notes.colour', '=', 'x')]],
    ['all properties', [leaf('notes', '=', false)]],
    ['a file', [leaf('photo', '!=', false)]],
    ['a pattern that ends in half an escape', [leaf('name', '=like', 'a\\')]],
    ['a list where one value is compared', [leaf('size', '>', [1])]],
    ['an object as a value', [leaf('name', '=', { a: 1 })]],
    ['text for a number', [leaf('size', '=', 'many')]],
    ['a condition of two', [['name', '=']]],
    ['a condition that stands alone', ['name', '=', 'a']],
    ['an operator without its conditions', ['&', leaf('name', '=', 'a')]],
    ['an unknown operator', ['^', leaf('name', '=', 'a')]],
    ['text', '[]'],
    ['an object', { domain: [] }],
    [
      'domains too deep',
      Array.from({ length: 12 }).reduce<OdooValue>((inner) => [leaf('child_ids', 'any', inner)], []),
    ],
    ['too many conditions', Array.from({ length: 1001 }, () => leaf('name', '=', 'a'))],
    [
      'too many values',
      [
        leaf(
          'size',
          'in',
          Array.from({ length: 20_001 }, (_, index) => index),
        ),
      ],
    ],
  ];
  for (const [what, sent, major = 19] of table) test(what, () => void refusal(sent, { major }));

  test('in the same words, whether a field is hidden, unknown or that of a system model', () => {
    const told = (path: string) => refusal([leaf(path, '=', 'a')]).replace(path, 'x');
    const words = told('unknown');
    assert.equal(words, "ValueError: Invalid field 'x' on model 'res.partner'");
    for (const path of [
      'vat',
      'secret_id',
      'secret_id.name',
      'country_id.code',
      'country_id.unknown',
      'user_id.login',
    ]) {
      assert.equal(told(path), words, path);
    }
    assert.equal(told('parent_id.country_id.code'), words);
    assert.equal(told('name.x'), words);
  });
});

describe('records of another model, some of which are out of bounds', () => {
  const rules = { 'res.country': [['name', '!=', 'X']] };
  const asked = (domain: OdooValue, major = 19) => guarded([domain], { major, rules });
  const within = ['name', '!=', 'X'];

  test('a path speaks of those within the rule', () => {
    assert.deepEqual(asked(leaf('country_id.name', '=', 'B')), [
      ['country_id', 'any', ['&', within, ['name', '=', 'B']]],
    ]);
    assert.deepEqual(asked(leaf('parent_id.country_id.name', '=', 'B')), [
      ['parent_id', 'any', [['country_id', 'any', ['&', within, ['name', '=', 'B']]]]],
    ]);
  });

  test('an id is compared within the rule, and a link out of it is none', () => {
    const linked = (...rest: unknown[]) => ['country_id', 'any', ['&', within, ...rest]];
    assert.deepEqual(asked(leaf('country_id', '=', 5)), [linked(['id', 'in', [5]])]);
    assert.deepEqual(asked(leaf('country_id', '!=', 5)), ['!', linked(['id', 'in', [5]])]);
    assert.deepEqual(asked(leaf('country_id', '=', false)), [
      '|',
      ['country_id', '=', false],
      ['country_id', 'not any', [within]],
    ]);
  });

  test('any holds for those within the rule', () => {
    assert.deepEqual(asked(leaf('country_id', 'not any', [leaf('name', '=', 'B')])), [
      ['country_id', 'not any', ['&', within, ['name', '=', 'B']]],
    ]);
  });

  test('without any, the rule goes along the same path', () => {
    const asked16 = asked(leaf('country_id.name', '=', 'B'), 16);
    assert.deepEqual(asked16, ['&', ['country_id.name', '!=', 'X'], ['country_id.name', '=', 'B']]);
    assert.deepEqual(asked(leaf('country_id', 'in', [5]), 16), [
      '&',
      ['country_id.name', '!=', 'X'],
      ['country_id', 'in', [5]],
    ]);
  });

  test('without any, what would speak of those outside is refused', () => {
    const place = { major: 16, rules };
    refusal(['!', leaf('country_id.name', '=', 'B')], place);
    refusal(['!', '|', leaf('name', '=', 'a'), leaf('country_id', '=', 5)], place);
    refusal([leaf('country_id', '=', false)], place);
    refusal([leaf('country_id', '!=', 5)], place);
    // Twice negated it is not.
    assert.equal(guarded(['!', '!', leaf('country_id.name', '=', 'B')], place).length, 5);
  });

  test('neither text nor a hierarchy is looked up among them', () => {
    refusal([leaf('country_id', 'ilike', 'B')], { rules });
    refusal([leaf('parent_id', 'child_of', [3])], { rules: { 'res.partner': [['size', '>', 1]] } });
  });
});

describe('any domain', () => {
  type Tree = { leaf: number } | { not: Tree } | { operator: '&' | '|'; left: Tree; right: Tree };
  const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.record({ leaf: fc.nat({ max: 4 }) }),
      fc.record({ not: tie('tree') }),
      fc.record({ operator: fc.constantFrom('&', '|'), left: tie('tree'), right: tie('tree') }),
    ),
  })).tree;

  const written = (one: Tree): OdooValue[] => {
    if ('leaf' in one) return [leaf('size', '=', one.leaf)];
    if ('not' in one) return ['!', ...written(one.not)];
    return [one.operator, ...written(one.left), ...written(one.right)];
  };
  const holds = (one: Tree, size: number): boolean => {
    if ('leaf' in one) return one.leaf === size;
    if ('not' in one) return !holds(one.not, size);
    const { operator, left, right } = one;
    return operator === '&' ? holds(left, size) && holds(right, size) : holds(left, size) || holds(right, size);
  };
  /** Strict prefix form: one whole expression, read from the end. */
  const evaluate = (domain: Domain, size: number): boolean => {
    const stack: boolean[] = [];
    const take = () => stack.pop() ?? assert.fail('an operator without its conditions');
    for (const token of domain.toReversed()) {
      if (token === '!') stack.push(!take());
      else if (token === '&' || token === '|') {
        const [left, right] = [take(), take()];
        stack.push(token === '&' ? left && right : left || right);
      } else stack.push(Array.isArray(token) && token[2] === size);
    }
    assert.ok(stack.length <= 1, 'more than one expression');
    return stack[0] ?? true;
  };

  test('means the same when it is rebuilt, whatever stands beside it', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (trees) => {
        const domain = guarded(trees.flatMap(written));
        for (let size = 0; size <= 4; size++) {
          assert.equal(
            evaluate(domain, size),
            trees.every((one) => holds(one, size)),
          );
        }
      }),
      { seed: 20_261_125 },
    );
  });

  test('is sent without a hidden name, or not at all', () => {
    const visible = [
      'name',
      'id',
      'country_id',
      'country_id.name',
      'child_ids',
      'parent_id.name',
      'parent_id.child_ids',
    ];
    const hidden = ['vat', 'country_id.code', 'user_id.login', 'secret_id', 'secret_id.name', 'parent_id.vat', 'code'];
    const path = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...visible) },
      { weight: 1, arbitrary: fc.constantFrom(...hidden) },
    );
    const operator = fc.constantFrom('=', '!=', 'in', 'ilike', 'any', 'not any', 'child_of', '=?', '<', 'any!');
    const scalar = fc.oneof(fc.constant(false), fc.constant(null), fc.nat({ max: 9 }), fc.constantFrom('', 'x'));
    const domains = fc.letrec<{ domain: OdooValue; item: OdooValue }>((tie) => ({
      item: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<OdooValue>('&', '|', '!'),
        fc.tuple(path, operator, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), tie('domain'))),
      ),
      domain: fc.array(tie('item'), { maxLength: 3 }),
    })).domain;
    let sent = 0;
    fc.assert(
      fc.property(domains, fc.constantFrom(16, 17, 18, 19), (domain, major) => {
        let asked: Domain;
        try {
          asked = guarded(domain, { major, rules: { 'res.country': [['id', '<', 9]] } });
        } catch (error) {
          if (error instanceof OdooRefusal) return;
          throw error;
        }
        if (asked.length > 0) sent++;
        assert.ok(!/vat|code|login|secret_id|any!/.test(JSON.stringify(asked)), JSON.stringify(asked));
      }),
      { seed: 20_261_125, numRuns: 3000 },
    );
    assert.ok(sent > 100, `only ${sent} domains came through`);
  });
});
