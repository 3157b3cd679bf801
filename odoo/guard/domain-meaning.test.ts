import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OdooRefusal } from '../wire/fault.ts';
import type { Guarded } from './guarded-database.fixture.ts';
import { openShop } from './poisoned-shop.fixture.ts';

/** Which conditions hold, by their text. */
type Truth = (leaf: unknown) => boolean;

/** What Odoo makes of a domain with all that it leaves unsaid: expressions beside one another must all hold. */
function meaning(domain: readonly unknown[], truth: Truth): boolean {
  const rest = [...domain];
  const one = (): boolean => {
    const token = rest.shift();
    if (token === '!') return !one();
    if (token !== '&' && token !== '|') return truth(token);
    const [left, right] = [one(), one()];
    return token === '&' ? left && right : left || right;
  };
  let holds = true;
  while (rest.length > 0) holds = one() && holds;
  return holds;
}

/** The number of whole expressions. */
function expressions(domain: readonly unknown[]): number {
  let awaited = 0;
  let found = 0;
  for (const token of domain) {
    if (awaited === 0) found++;
    else awaited--;
    if (token === '!') awaited++;
    if (token === '&' || token === '|') awaited += 2;
  }
  return found;
}

const LEAVES = ['a', 'b', 'c', 'd'].map((value) => ['name', '=', value]);

const expression = fc.letrec<{ any: unknown[]; leaf: unknown[]; not: unknown[]; both: unknown[] }>((tie) => ({
  any: fc.oneof({ maxDepth: 6 }, tie('leaf'), tie('not'), tie('both')),
  leaf: fc.constantFrom(...LEAVES).map((leaf) => [leaf]),
  not: tie('any').map((inner) => ['!', ...inner]),
  both: fc
    .tuple(fc.constantFrom('&', '|'), tie('any'), tie('any'))
    .map(([operator, left, right]) => [operator, ...left, ...right]),
})).any;

test('a domain means the same after it was rebuilt, alone and beside a rule', async () => {
  const property = fc.asyncProperty(
    fc.array(expression, { maxLength: 4 }),
    fc.array(expression, { minLength: 1, maxLength: 1 }),
    fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    async (parts, [rule = []], values) => {
      const domain = parts.flat();
      const truth: Truth = (leaf) =>
        values[LEAVES.findIndex((one) => JSON.stringify(one) === JSON.stringify(leaf))] ?? false;
      const alone = await rebuilt(openShop(), domain);
      assert.equal(meaning(alone, truth), meaning(domain, truth));
      assert.equal(expressions(alone), domain.length === 0 ? 0 : 1);
      const ruled = await rebuilt(openShop({ rules: { 'res.partner': rule } }), domain);
      assert.equal(meaning(ruled, truth), meaning(rule, truth) && meaning(domain, truth));
      assert.equal(expressions(ruled), 1);
    },
  );
  await fc.assert(property, { numRuns: 300, seed: 20 });
});

async function rebuilt({ call, asked }: Guarded, domain: readonly unknown[]): Promise<readonly unknown[]> {
  await call('res.partner', 'search_count', { domain });
  const args = asked[0]?.args.domain;
  assert.ok(Array.isArray(args));
  return args;
}

const NAMES = [
  ...['name', 'email', 'phone', 'color', 'parent_id', 'child_ids', 'country_id', 'tag_ids', 'user_id', 'display_name'],
  ...['secret_ref', 'secret_limit', 'secret_person_id', 'ref_upper', 'country_code', 'id', 'code', 'secret_number'],
];
const METHODS = ['search', 'search_count', 'search_read', 'read', 'name_search', 'read_group', 'formatted_read_group'];
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => names.join('.'));
const text = fc.constantFrom('x', '');
const leaf = fc.letrec<{ leaf: unknown }>((tie) => ({
  leaf: fc.tuple(
    path,
    fc.constantFrom('=', '!=', 'in', 'ilike', 'child_of', '>', '=?', 'any', 'not any'),
    fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('x', 5, false),
      fc.constantFrom([5], []),
      fc.array(fc.oneof({ weight: 3, arbitrary: tie('leaf') }, fc.constantFrom('&', '|', '!')), { maxLength: 3 }),
    ),
  ),
})).leaf;
const names = fc.array(fc.oneof(path, text), { maxLength: 2 });
const order = fc.tuple(path, fc.constantFrom('', ' desc', ':sum desc')).map((parts) => parts.join(''));
const group = fc
  .tuple(path, fc.constantFrom('', ':sum', ':month', ':array_agg', ':max(secret_limit)'))
  .map((parts) => parts.join(''));
const args = fc.record(
  {
    ...{ domain: fc.array(leaf, { maxLength: 3 }), fields: fc.oneof(names, fc.array(group, { maxLength: 2 })) },
    ...{
      order,
      orderby: order,
      groupby: fc.array(group, { maxLength: 2 }),
      aggregates: fc.array(group, { maxLength: 2 }),
    },
    ...{ name: text, operator: fc.constantFrom('=', 'ilike', 'not ilike'), limit: fc.nat(9) },
  },
  { requiredKeys: [] },
);

test('no call that is rebuilt knows of anything hidden, nor does an answer', async () => {
  let answered = 0;
  const property = fc.asyncProperty(
    fc.constantFrom(...METHODS),
    args,
    fc.constantFrom(16, 17, 18, 19),
    fc.constantFrom(
      {},
      { 'res.country': [['code', '=', 'BE']] },
      { 'res.partner': ['|', ['color', '=', 1], ['name', '=', 'x']] },
    ),
    async (method, given, major, rules) => {
      const { call } = openShop({
        major,
        rules,
        answer: (asked) => (asked.method.endsWith('read_group') ? [] : undefined),
      });
      try {
        await call('res.partner', method, given, { ids: [5, 7], context: { default_secret_ref: 'x' } });
        answered++;
      } catch (error) {
        if (!(error instanceof OdooRefusal)) throw error;
      }
    },
  );
  await fc.assert(property, { numRuns: 2000, seed: 20 });
  assert.ok(answered > 200, `${answered} answered`);
});
