import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readXmlCall } from '../../odoo/wire/read-xml.ts';
import { isOdooList, isOdooObject, type OdooValue, odooObject } from '../../odoo/wire/value.ts';
import { encodeXmlRpc } from '../../odoo/xmlrpc-codec.ts';
import { attack, type Given } from './attacks.fixture.ts';

const PARTNER = { type: 'many2one', relation: 'res.partner' } as const;
const LINES = { type: 'one2many', relation: 'sale.order.line', inverse: 'order_id' } as const;

describe('a relation that is only a step on the way to a granted field', () => {
  const given: Given = {
    models: {
      'sale.order': { fields: { name: { read: true }, partner_id: { ...PARTNER, behind: { name: { read: true } } } } },
      'res.partner': { fields: { name: { read: true }, ref: { read: true } } },
    },
  };
  const search = (path: string, value: OdooValue) =>
    attack(given, { model: 'sale.order', method: 'search_count', args: { domain: [[path, '=', value]] } });

  test('the granted field behind it can be searched', async () => {
    assert.equal((await search('partner_id.name', 'x')).asked.length, 1);
  });

  test('its id cannot: that is the value of the relation itself', async () => {
    const { refusal, asked } = await search('partner_id.id', 7);
    assert.ok(refusal !== undefined);
    assert.deepEqual(asked, []);
  });

  test('nor can what only other grants show of the record behind it, which would tell which record it is', async () => {
    const { refusal, asked } = await search('partner_id.ref', 'C-1007');
    assert.ok(refusal !== undefined);
    assert.deepEqual(asked, []);
  });

  test('nor a field there that is computed from what is visible elsewhere only', async () => {
    const score = { read: true, stored: false, depends: ['base'] };
    const partners: Given = {
      models: {
        'res.partner': {
          fields: { score, base: { read: true }, parent_id: { ...PARTNER, behind: { score } } },
        },
      },
      answer: () => 0,
    };
    const count = (domain: readonly OdooValue[]) =>
      attack(partners, { model: 'res.partner', method: 'search_count', args: { domain } });
    assert.equal((await count([['score', '=', 'x']])).refusal, undefined);
    // What was found out of the field in one place does not hold in the other.
    const both = await count([
      ['score', '=', 'x'],
      ['parent_id.score', '=', 'x'],
    ]);
    assert.ok(both.refusal !== undefined);
    assert.deepEqual(both.asked, []);
  });

  test('nor the lines of a record that may only be written', async () => {
    const writing: Given = {
      models: {
        'sale.order': {
          fields: {
            name: { read: true },
            order_line: { ...LINES, create: true, behind: { quantity: { create: true } } },
          },
          calls: ['read', 'create'],
        },
        'sale.order.line': { fields: { quantity: { type: 'float' }, order_id: {} }, calls: [] },
      },
    };
    const domain = [['order_line.id', '>', 100]];
    const { refusal, asked } = await attack(writing, { model: 'sale.order', method: 'search_count', args: { domain } });
    assert.ok(refusal !== undefined);
    assert.deepEqual(asked, []);
  });
});

describe('hidden and unknown are the same answer', () => {
  const given: Given = {
    major: 18,
    models: { 'res.partner': { fields: { name: { read: true }, rank: { type: 'integer', read: true }, vat: {} } } },
    answer: ({ args }) => [
      odooObject([
        ['__count', 3],
        ...(args.fields as string[])
          .filter((one) => one.includes(':'))
          .map((one) => [one.split(':')[0] ?? '', 5] as const),
      ]),
    ],
  };

  test('also as an alias of an aggregate', async () => {
    const told = async (alias: string) => {
      const args = { domain: [], fields: [`${alias}:sum(rank)`], groupby: [] };
      const { refusal } = await attack(given, { model: 'res.partner', method: 'read_group', args });
      return refusal?.fault.message.replaceAll(alias, '…');
    };
    assert.equal(await told('vat'), await told('tav'));
  });
});

describe('records outside of a rule', () => {
  test('are not told by a default', async () => {
    const given: Given = {
      models: {
        'sale.order': { fields: { partner_id: { ...PARTNER, read: true, create: true } }, calls: ['read', 'create'] },
        'res.partner': { fields: { name: { read: true } } },
      },
      rules: { 'res.partner': [['customer_rank', '>', 0]] },
      // Odoo proposes record 99; asked whether it lies within the rule, it says no.
      answer: ({ method }) => (method === 'default_get' ? odooObject([['partner_id', 99]]) : []),
    };
    const { value } = await attack(given, {
      model: 'sale.order',
      method: 'default_get',
      args: { fields: ['partner_id'] },
    });
    assert.doesNotMatch(JSON.stringify(value), /99/);
  });

  const company: Given = {
    models: {
      'res.partner': {
        fields: {
          name: { read: true, create: true, update: true },
          country_id: { type: 'many2one', relation: 'res.country', read: true, create: true, update: true },
          child_ids: {
            ...{ type: 'one2many', relation: 'res.partner', inverse: 'parent_id' },
            ...{ read: true, create: true, update: true },
          },
          parent_id: { ...PARTNER, read: true, create: true, update: true },
        },
        calls: ['read', 'create', 'update'],
      },
      'res.country': { fields: { name: { read: true } } },
    },
    rules: { 'res.partner': [['country_id', '=', 20]] },
    answer: ({ method, args }) => {
      if (method !== 'search') return true;
      const [, , ids] = (args.domain as unknown[][]).at(-1) ?? [];
      return ids as OdooValue;
    },
  };
  const write = (commands: OdooValue) =>
    attack(company, {
      ...{ model: 'res.partner', method: 'write', ids: [10] },
      args: { vals: odooObject([['child_ids', commands]]) },
    });

  test('cannot be created as lines of one within it', async () => {
    const values = odooObject([
      ['name', 'Outside'],
      ['country_id', 99],
    ]);
    const direct = await attack(company, { model: 'res.partner', method: 'create', args: { vals_list: values } });
    assert.ok(direct.refusal !== undefined);
    const { asked } = await write([[0, 0, values]]);
    assert.ok(
      asked.every(({ method }) => method !== 'write'),
      JSON.stringify(asked),
    );
  });

  test('nor without saying where they shall be: the rule is put in, or it is refused', async () => {
    const outcome = await write([[0, 0, odooObject([['name', 'Nowhere']])]]);
    const written = outcome.asked.find(({ method }) => method === 'write');
    assert.ok(written === undefined || /"country_id":20/.test(JSON.stringify(written)), JSON.stringify(written));
  });

  test('cannot be made of lines within it', async () => {
    const { asked } = await write([[1, 11, odooObject([['country_id', 99]])]]);
    assert.ok(
      asked.every(({ method }) => method !== 'write'),
      JSON.stringify(asked),
    );
  });
});

describe('commands that delete without saying so', () => {
  // Odoo deletes lines that are taken out of a list whose other side is required (ondelete cascade).
  const given: Given = {
    models: {
      'sale.order': { fields: { order_line: { ...LINES, read: true, update: true } }, calls: ['read', 'update'] },
      'sale.order.line': {
        fields: { order_id: { type: 'many2one', relation: 'sale.order', read: true, update: true } },
        calls: ['read', 'update'],
      },
    },
    answer: () => true,
  };

  for (const command of [[3, 7], [5], [6, 0, []]]) {
    test(`${JSON.stringify(command)} of a one2many needs the right to delete`, async () => {
      const args = { vals: odooObject([['order_line', [command]]]) };
      const { refusal, asked } = await attack(given, { model: 'sale.order', method: 'write', ids: [1], args });
      assert.ok(refusal !== undefined);
      assert.deepEqual(asked, []);
    });
  }
});

describe('what was checked is what is sent', () => {
  test('a pattern does not become half an escape by what XML cannot hold', async () => {
    const given: Given = { models: { 'res.partner': { fields: { name: { read: true } } } } };
    for (const unfit of ['\u0001', '\ufffe']) {
      const domain = [['name', '=like', `x\\${unfit}`]];
      const { asked } = await attack(given, { model: 'res.partner', method: 'search_count', args: { domain } });
      for (const call of asked) {
        const { body } = encodeXmlRpc(call, { database: 'd', uid: 2, apiKey: 'k' });
        const sent = JSON.stringify(readXmlCall(body).params);
        assert.ok(!sent.includes('"x\\\\"'), sent);
      }
    }
  });
});

describe('work that grows faster than what was sent', () => {
  test('a value for a binary field that is nearly base64', async () => {
    const given: Given = {
      models: { 'res.partner': { fields: { image: { type: 'binary', update: true } }, calls: ['update'] } },
    };
    // Two million signs: whoever looks at them more than once each does not come to an end.
    const args = { vals: odooObject([['image', `${' '.repeat(2_000_000)}!`]]) };
    const { refusal } = await attack(given, { model: 'res.partner', method: 'write', ids: [1], args });
    assert.equal(refusal?.fault.name, 'builtins.ValueError');
  });

  test('an id named again and again', async () => {
    const text = 'x'.repeat(100_000);
    const given: Given = {
      models: { 'res.partner': { fields: { comment: { type: 'text', read: true } } } },
      answer: () => [
        odooObject([
          ['id', 7],
          ['comment', text],
        ]),
      ],
    };
    const ids = Array.from({ length: 10_000 }, () => 7);
    const args = { fields: ['comment'] };
    const { value, refusal } = await attack(given, { model: 'res.partner', method: 'read', ids, args });
    // 40 kB of request: a gigabyte of answer.
    const records = Array.isArray(value) ? value.length : 0;
    assert.ok(refusal !== undefined || records * text.length <= 128_000_000, `${records} records of ${text.length}`);
  });

  test('ordered lists within lists', async () => {
    const spread = (count: number): Given => ({
      models: {
        'sale.order': { fields: { order_line: { ...LINES, read: true } } },
        'sale.order.line': { fields: { name: { read: true }, order_id: {} } },
      },
      answer: ({ model, args }) =>
        model === 'sale.order'
          ? Array.from({ length: count }, (_, order) =>
              odooObject([
                ['id', order + 1],
                ['order_line', Array.from({ length: 20 }, (_, line) => order * 20 + line + 1)],
              ]),
            )
          : Array.from({ length: args.limit as number }, (_, line) =>
              odooObject([
                ['id', line + 1],
                ['name', 'x'],
              ]),
            ),
    });
    const specification = odooObject([
      [
        'order_line',
        odooObject([
          ['fields', odooObject([['name', odooObject([])]])],
          ['order', 'name'],
        ]),
      ],
    ]);
    const args = { domain: [], specification };
    const { value, refusal } = await attack(spread(1000), { model: 'sale.order', method: 'web_search_read', args });
    assert.equal(refusal, undefined);
    assert.equal(isOdooObject(value) && isOdooList(value.records) && value.records.length, 1000);
  });

  test('calls of Odoo for one call: a create of many records', async () => {
    const given: Given = {
      models: {
        'sale.order': { fields: { partner_id: { ...PARTNER, create: true } }, calls: ['create'] },
        'res.partner': { fields: { name: { read: true } } },
      },
      rules: { 'res.partner': [['customer_rank', '>', 0]] },
      answer: ({ method, args }) =>
        method === 'search'
          ? ((args.domain as unknown[][]).at(-1)?.[2] as OdooValue)
          : Array.from({ length: 300 }, (_, n) => n + 1),
    };
    const args = { vals_list: Array.from({ length: 300 }, (_, n) => odooObject([['partner_id', n + 1]])) };
    const { asked } = await attack(given, { model: 'sale.order', method: 'create', args });
    assert.ok(asked.length <= 10, `${asked.length} calls of Odoo`);
  });

  test('calls of Odoo for one call: a specification or an export through many relations', async () => {
    const relations = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`partner_${n}_id`, { ...PARTNER, read: true, label: true }]),
    );
    const given: Given = {
      models: { 'res.partner': { fields: { name: { read: true }, ...relations } } },
      answer: ({ args }) => {
        const row = (args.fields as string[]).map((name): [string, OdooValue] => [
          name,
          name === 'id' ? 1 : name === 'name' ? 'x' : args.load === null ? 1 : [1, 'x'],
        ]);
        return [odooObject(row)];
      },
    };
    const names = Object.keys(relations);
    const leaf = odooObject([['fields', odooObject([['name', odooObject([])]])]]);
    const inner = odooObject([['fields', odooObject(names.map((name) => [name, leaf]))]]);
    const specification = odooObject(names.map((name) => [name, inner]));
    const web = await attack(given, { model: 'res.partner', method: 'web_read', ids: [1], args: { specification } });
    assert.ok(web.asked.length <= 100, `${web.asked.length} calls of Odoo for a specification`);
    const columns = Array.from({ length: 200 }, (_, n) => `partner_${n % 20}_id/partner_${Math.floor(n / 10)}_id/name`);
    const args = { fields_to_export: columns };
    const exported = await attack(given, { model: 'res.partner', method: 'export_data', ids: [1], args });
    assert.ok(exported.asked.length <= 100, `${exported.asked.length} calls of Odoo for an export`);
  });

  test('conditions on a field that is computed from computed fields', async () => {
    const level = (name: string, below: string | undefined) =>
      Object.fromEntries(
        Array.from({ length: 8 }, (_, n) => [
          `${name}_${n}`,
          {
            read: true,
            ...(below === undefined
              ? {}
              : { stored: false, depends: Array.from({ length: 8 }, (_, m) => `${below}_${m}`) }),
          },
        ]),
      );
    const fields = { ...level('a', 'b'), ...level('b', 'c'), ...level('c', 'd'), ...level('d', undefined) };
    const given: Given = { models: { 'res.partner': { fields } }, answer: () => 0 };
    const domain = Array.from({ length: 900 }, () => ['a_0', '=', 'x']);
    const { refusal } = await attack(given, { model: 'res.partner', method: 'search_count', args: { domain } });
    assert.equal(refusal, undefined);
  });

  test('what Odoo is asked: a long path under a rule', async () => {
    const given: Given = {
      models: { 'res.partner': { fields: { name: { read: true }, parent_id: { ...PARTNER, read: true } } } },
      rules: {
        'res.partner': [
          ...Array.from({ length: 19 }, () => '&'),
          ...Array.from({ length: 20 }, (_, n) => ['rank', '>', n]),
        ],
      },
      answer: () => 0,
    };
    const path = `${'parent_id.'.repeat(7)}name`;
    const domain = Array.from({ length: 1000 }, () => [path, '=', 'x']);
    const outcome = await attack(given, { model: 'res.partner', method: 'search_count', args: { domain } });
    const sent = JSON.stringify(outcome.asked).length;
    assert.ok(
      outcome.refusal !== undefined || sent < 4_000_000,
      `${JSON.stringify(domain).length} bytes became ${sent}`,
    );
  });
});
