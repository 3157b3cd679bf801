import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OdooValue, odooObject } from '../wire/value.ts';
import type { ModelSpec } from './granted-access.fixture.ts';
import { guardedDatabase, refusalOf, TOO_MUCH } from './guarded-database.fixture.ts';

// What a short request could grow into: work here, calls of Odoo, what Odoo is asked, and the answer.

const object = (members: Readonly<Record<string, OdooValue>>) => odooObject(Object.entries(members));
const PARTNER: ModelSpec = { fields: { name: 'char r', parent_id: 'many2one res.partner r' } };

test('a value for a binary field that is nearly base64', async () => {
  const partner: ModelSpec = { calls: 'update', fields: { image: 'binary u' } };
  const { call } = guardedDatabase({ models: { 'res.partner': partner } });
  // Two million signs: whoever looks at them more than once each does not come to an end.
  const vals = object({ image: `${' '.repeat(2_000_000)}!` });
  assert.equal(await refusalOf(call('res.partner', 'write', { vals }, { ids: [1] })), 'ValueError body-invalid');
});

test('an id named again and again', async () => {
  const text = 'x'.repeat(100_000);
  const { call } = guardedDatabase({
    models: { 'res.partner': { fields: { comment: 'text r' } } },
    answer: () => [object({ id: 7, comment: text })],
  });
  // 40 kB of request: a gigabyte of answer.
  const answer = call('res.partner', 'read', { fields: ['comment'] }, { ids: Array.from({ length: 10_000 }, () => 7) });
  assert.equal(await refusalOf(answer), TOO_MUCH);
});

test('ordered lists within lists', async () => {
  const { call } = guardedDatabase({
    models: {
      order: { fields: { line_ids: { is: 'one2many line r', inverse: 'order_id' } } },
      line: { fields: { name: 'char r', order_id: 'many2one order' } },
    },
    answer: ({ model, args }) =>
      model === 'order'
        ? Array.from({ length: 1000 }, (_, order) =>
            object({ id: order + 1, line_ids: Array.from({ length: 20 }, (__, line) => order * 20 + line + 1) }),
          )
        : Array.from({ length: Number(args.limit) }, (_, line) => object({ id: line + 1, name: 'x' })),
  });
  const lines = object({ fields: object({ name: object({}) }), order: 'name' });
  const answer = await call('order', 'web_search_read', { domain: [], specification: object({ line_ids: lines }) });
  assert.equal(Object(answer).records.length, 1000);
});

test('a create of many records that link others', async () => {
  const { call, asked } = guardedDatabase({
    models: {
      'sale.order': { calls: 'create', fields: { partner_id: 'many2one res.partner c' } },
      'res.partner': PARTNER,
    },
    rules: { 'res.partner': [['customer_rank', '>', 0]] },
  });
  const vals_list = Array.from({ length: 300 }, (_, index) => object({ partner_id: index + 1 }));
  await call('sale.order', 'create', { vals_list });
  assert.deepEqual(
    asked.map(({ method }) => method),
    ['search', 'create'],
  );
});

test('a specification or an export through many relations', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `partner_${index}_id`);
  const { call, asked } = guardedDatabase({
    models: {
      'res.partner': {
        fields: {
          name: 'char r',
          ...Object.fromEntries(names.map((name) => [name, 'many2one res.partner rl'] as const)),
        },
      },
    },
    answer: ({ args }) => {
      const link = args.load === null ? 1 : [1, 'x'];
      const fields = Array.isArray(args.fields) ? args.fields.map(String) : [];
      return [
        object(Object.fromEntries(fields.map((name) => [name, name === 'id' ? 1 : name === 'name' ? 'x' : link]))),
      ];
    },
  });
  const leaf = object({ fields: object({ name: object({}) }) });
  const inner = object({ fields: object(Object.fromEntries(names.map((name) => [name, leaf]))) });
  const specification = object(Object.fromEntries(names.map((name) => [name, inner])));
  await refusalOf(call('res.partner', 'web_read', { specification }, { ids: [1] }));
  assert.ok(asked.length <= 100, `${asked.length} calls of Odoo for a specification`);
  asked.length = 0;
  const columns = names.flatMap((name) => names.slice(0, 10).map((other) => `${name}/${other}/name`));
  await refusalOf(call('res.partner', 'export_data', { fields_to_export: columns }, { ids: [1] }));
  assert.ok(asked.length <= 100, `${asked.length} calls of Odoo for an export`);
});

test('conditions on a field that is computed from computed fields', async () => {
  const names = (level: string) => Array.from({ length: 8 }, (_, index) => `${level}_${index}`);
  const levels = ['a', 'b', 'c', 'd'];
  const fields = levels.flatMap((level, index) => {
    const below = levels[index + 1];
    const computed = below === undefined ? {} : { stored: false, depends: names(below) };
    return names(level).map((name) => [name, { is: 'char r', ...computed }] as const);
  });
  const { call } = guardedDatabase({ models: { 'res.partner': { fields: Object.fromEntries(fields) } } });
  const domain = Array.from({ length: 900 }, () => ['a_0', '=', 'x']);
  assert.equal(await call('res.partner', 'search_count', { domain }), 0);
});

test('a long path under a rule', async () => {
  const { call, asked } = guardedDatabase({
    models: { 'res.partner': PARTNER },
    rules: {
      'res.partner': [
        ...Array.from({ length: 19 }, () => '&'),
        ...Array.from({ length: 20 }, (_, index) => ['rank', '>', index]),
      ],
    },
  });
  const domain = Array.from({ length: 1000 }, () => [`${'parent_id.'.repeat(7)}name`, '=', 'x']);
  await refusalOf(call('res.partner', 'search_count', { domain }));
  assert.ok(JSON.stringify(asked).length < 4_000_000, 'a request of 90 kB has become one of megabytes');
});

test('a rule that names many records, once for each condition', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => index + 1);
  const { call } = guardedDatabase({
    models: { 'res.partner': PARTNER },
    rules: { 'res.partner': [['id', 'in', ids]] },
    answer: () => [],
  });
  for (const condition of [
    ['parent_id.name', '=', 'A'],
    ['parent_id', '=', 5],
  ]) {
    const search = (times: number) =>
      refusalOf(call('res.partner', 'search', { domain: Array.from({ length: times }, () => condition) }));
    assert.equal(await search(900), TOO_MUCH);
    assert.equal(await search(10), undefined);
  }
});
