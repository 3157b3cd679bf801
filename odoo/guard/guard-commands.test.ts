import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ModelSpec } from './granted-access.fixture.ts';
import { guardedDatabase, HIDDEN, plain, refusalOf, TOO_MUCH, UNWRITABLE } from './guarded-database.fixture.ts';

const UNFIT_VALUE = 'ValueError body-invalid';

interface Setting {
  /** What may be done with lines. */
  readonly calls?: string;
  /** What is granted of their order. */
  readonly parent?: string;
  readonly rules?: Readonly<Record<string, readonly unknown[]>>;
}

/** The commands on lines of an order, or on its tags, as they are written; or how they are refused. */
async function written(
  name: string,
  commands: unknown,
  { calls = 'read create update delete', parent = 'ru', rules = {} }: Setting = {},
) {
  const line: ModelSpec = {
    calls,
    fields: {
      name: 'char rcu',
      price: 'float r',
      cost: 'float',
      order_id: { is: 'many2one order' },
      tag_ids: 'many2many tag rcu',
      line_ids: { is: 'one2many line rcu', inverse: 'parent_id' },
      parent_id: 'many2one line rcu',
    },
  };
  const { call, asked } = guardedDatabase({
    models: {
      order: {
        calls: 'read update',
        fields: {
          line_ids: { is: 'one2many line ru', inverse: 'order_id', behind: { price: 'c' } },
          seen_ids: { is: 'one2many line r', inverse: 'order_id' },
          tag_ids: 'many2many tag ru',
          user_ids: 'many2many res.users ru',
        },
      },
      line: { ...line, fields: { ...line.fields, order_id: `many2one order ${parent}` } },
      tag: { fields: { name: 'char r' } },
      'res.users': { calls: '', fields: { login: 'char' } },
    },
    rules,
  });
  const refusal = await refusalOf(call('order', 'write', { vals: { [name]: commands } }, { ids: [5] }));
  const changes = asked.filter(({ method }) => method === 'write');
  assert.equal(changes.length, refusal === undefined ? 1 : 0);
  return refusal ?? Object(plain(changes[0]?.args.vals))[name];
}

describe('commands on lines', () => {
  const rows: readonly (readonly [commands: unknown, written: unknown])[] = [
    [false, []],
    [[], []],
    [[[0, 0, { name: 'A' }]], [[0, 0, { name: 'A' }]]],
    [[[0, 'virtual_1', { name: 'A', price: 2 }]], [[0, 0, { name: 'A', price: 2 }]]],
    [[[1, 7, { name: 'A' }]], [[1, 7, { name: 'A' }]]],
    [[[2, 7]], [[2, 7, 0]]],
    [[[3, 7, false]], [[3, 7, 0]]],
    [[[4, 7]], [[4, 7, 0]]],
    [[[5]], [[5, 0, 0]]],
    [[[6, 0, [7, 8]]], [[6, 0, [7, 8]]]],
    [[7, 8], [[6, 0, [7, 8]]]],
  ];
  for (const [commands, expected] of rows) {
    test(`${JSON.stringify(commands)} are written in full`, async () => {
      assert.deepEqual(await written('line_ids', commands), expected);
    });
  }

  test('name fields that may be written there, and values that fit', async () => {
    // What may be given to a new line of an order may not be changed in one, and the other way round.
    assert.equal(await written('line_ids', [[1, 7, { price: 2 }]]), HIDDEN);
    for (const name of ['cost', 'no_such_field', 'id']) {
      assert.equal(await written('line_ids', [[0, 0, { [name]: 2 }]]), HIDDEN, name);
    }
    assert.equal(await written('line_ids', [[0, 0, { name: ['A'] }]]), UNFIT_VALUE);
    assert.equal(await written('line_ids', [[0, 0, 'A']]), 'ValueError parameter-invalid');
  });

  test('are commands', async () => {
    const unfit = [
      ...['x', 7, { name: 'A' }, [[7, 1]], [['0', 0, {}]], [[4, 7], 8], [[]], [[null]], [[6, 0, 7]], [[6, 0, [-1]]]],
      ...[[[1, 'x', {}]], [[4, 0]], [[4, true]], [[2]], [['x']]],
    ];
    for (const commands of unfit)
      assert.equal(await written('line_ids', commands), UNFIT_VALUE, JSON.stringify(commands));
  });

  test('are no more, and no deeper, than one call may write', async () => {
    assert.equal(
      await written(
        'line_ids',
        Array.from({ length: 1001 }, () => [2, 7]),
      ),
      TOO_MUCH,
    );
    const nested = (depth: number): unknown => [[0, 0, depth === 0 ? { name: 'A' } : { line_ids: nested(depth - 1) }]];
    assert.equal(await written('line_ids', nested(3)), TOO_MUCH);
    assert.deepEqual(await written('line_ids', nested(2)), nested(2));
  });
});

describe('the right that a command uses', () => {
  const table: readonly (readonly [command: readonly unknown[], needs: string])[] = [
    [[0, 0, { name: 'A' }], 'create'],
    [[1, 7, { name: 'A' }], 'update'],
    [[2, 7], 'delete'],
    // What is taken out of a list is deleted where it cannot be without a parent (ondelete cascade).
    [[3, 7], 'update delete'],
    [[5], 'update delete'],
    [[6, 0, []], 'update delete'],
    [[4, 7], 'update'],
  ];
  for (const [command, needs] of table) {
    test(`${JSON.stringify(command)} needs ${needs}`, async () => {
      assert.notEqual(await written('line_ids', [command], { calls: `read ${needs}` }), UNWRITABLE);
      for (const missing of needs.split(' ')) {
        const calls = ['read', 'create', 'update', 'delete'].filter((one) => one !== missing).join(' ');
        // A new line has fields that the order's own grant gives, too.
        const alone = command[0] === 0 ? HIDDEN : UNWRITABLE;
        assert.equal(await written('line_ids', [command], { calls }), alone, missing);
      }
    });
  }

  test('is the list itself, and of a line its way back', async () => {
    for (const command of [[3, 7], [4, 7], [5], [6, 0, [7]]]) {
      assert.equal(await written('seen_ids', [command]), UNWRITABLE);
      assert.equal(await written('line_ids', [command], { parent: 'r' }), UNWRITABLE);
    }
  });

  test('replaces no list of which the consumer sees a part', async () => {
    const rules = { line: [['price', '>', 0]], tag: [['name', '!=', 'x']] };
    for (const command of [[5], [6, 0, [7]]]) {
      assert.equal(await written('line_ids', [command], { rules }), UNWRITABLE);
      assert.equal(await written('tag_ids', [command], { rules }), UNWRITABLE);
    }
    assert.deepEqual(await written('tag_ids', [[3, 7]], { rules }), [[3, 7, 0]]);
  });

  test('links tags, which are changed by nobody for that, and never users', async () => {
    for (const command of [
      [3, 7, 0],
      [4, 7, 0],
      [5, 0, 0],
      [6, 0, [7]],
    ]) {
      assert.deepEqual(await written('tag_ids', [command]), [command]);
      assert.equal(await written('user_ids', [command]), UNWRITABLE);
    }
    assert.equal(await written('tag_ids', [[0, 0, { name: 'x' }]]), UNWRITABLE);
    assert.equal(await written('tag_ids', [[1, 7, { name: 'x' }]]), UNWRITABLE);
  });
});
