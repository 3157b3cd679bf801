import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OdooValue, odooObject } from '../wire/value.ts';
import { type Behind, guardedDatabase, HIDDEN, refusalOf, UNFIT } from './guarded-database.fixture.ts';
import { openShop } from './poisoned-shop.fixture.ts';

const object = (members: object): OdooValue => odooObject(Object.entries(members));

/** What Odoo says of any field that it is asked about, and of a hidden one besides. */
const described: Behind['answer'] = ({ method, args }) => {
  if (method !== 'fields_get') return undefined;
  const names = [...(Array.isArray(args.allfields) ? args.allfields.map(String) : []), 'secret_ref'];
  const poison = {
    depends: ['secret_ref'],
    domain: "[('secret_ref', '=', 1)]",
    related: 'secret_ref',
    groups: 'poison',
  };
  const told = { type: 'char', string: 'Label', readonly: false, selection: [['a', 'A']], help: ['poison'], ...poison };
  return object(Object.fromEntries(names.map((name) => [name, object(told)])));
};

describe('the description of a model', () => {
  const TOLD = { type: 'char', string: 'Label', readonly: false, selection: [['a', 'A']] };

  test('tells of fields that may be seen or written, and of harmless attributes', async () => {
    const { call, asked } = openShop({ answer: described });
    const answer = Object(await call('res.country', 'fields_get'));
    assert.deepEqual(answer, {
      code: { ...TOLD, readonly: true },
      id: { ...TOLD, readonly: true },
      name: { ...TOLD, readonly: true },
    });
    assert.deepEqual(asked[0]?.args.allfields, ['code', 'id', 'name']);
    const partner = Object(await call('res.partner', 'fields_get', { allfields: ['phone', 'name'] }));
    assert.deepEqual(partner, { phone: TOLD, name: TOLD });
  });

  test('says of hidden and unknown fields the same: nothing', async () => {
    const { call, asked } = openShop({ answer: described });
    for (const name of ['secret_ref', 'no_such_field', '__proto__', 'country_id.name']) {
      assert.deepEqual(await call('res.partner', 'fields_get', { allfields: [name] }), {}, name);
    }
    // A step on the way to what is granted is not granted itself.
    assert.deepEqual(await call('sale.order', 'fields_get', { allfields: ['team_id'] }), {});
    assert.deepEqual(asked, []);
  });

  test('has the attributes that are asked for, where they may be told', async () => {
    const { call } = openShop({ answer: described });
    const ask = (attributes: unknown) => call('res.partner', 'fields_get', { allfields: ['name'], attributes });
    assert.deepEqual(await ask(['type', 'groups', 'depends', 'related', 'domain', 'help']), { name: { type: 'char' } });
    assert.deepEqual(await ask(['groups']), { name: {} });
    assert.equal(await refusalOf(ask('type')), UNFIT);
  });
});

describe('defaults', () => {
  test('are told of fields that may be given and seen', async () => {
    const values = object({
      name: 'A',
      phone: 'poison',
      secret_ref: 'poison',
      debt: 5,
      country_id: 7,
      email: 'poison',
    });
    const answer: Behind['answer'] = ({ method }) => (method === 'default_get' ? values : undefined);
    const { call, asked, facts } = openShop({ answer });
    const fields = ['name', 'phone', 'debt', 'country_id', 'tag_ids', 'email', 'no_such_field', 'active'];
    const context = { default_name: 'x', default_secret_ref: 'x' };
    assert.deepEqual(await call('res.partner', 'default_get', { fields }, { context }), { name: 'A', country_id: 7 });
    assert.deepEqual(asked[0]?.args.fields, ['name', 'country_id']);
    assert.deepEqual({ ...asked[0]?.context }, {});
    assert.deepEqual([...facts.returned], ['res.partner/name', 'res.partner/country_id']);
    for (const none of [[], ['secret_ref'], ['phone']]) {
      assert.deepEqual(await call('res.partner', 'default_get', { fields: none }), {});
    }
  });

  test('propose no record outside of its rule', async () => {
    const { call } = guardedDatabase({
      models: {
        'sale.order': { calls: 'read create', fields: { partner_id: 'many2one res.partner rlc' } },
        'res.partner': { fields: { name: 'char r' } },
      },
      rules: { 'res.partner': [['customer_rank', '>', 0]] },
      // Odoo proposes record 99; asked whether it lies within the rule, it says no.
      answer: ({ method }) => (method === 'default_get' ? object({ partner_id: 99 }) : []),
    });
    const proposed = await call('sale.order', 'default_get', { fields: ['partner_id'] });
    assert.deepEqual(proposed, { partner_id: false });
  });
});

describe('rights', () => {
  test('are those of the grant, whatever the bot may', async () => {
    const { call } = openShop({
      major: 18,
      rules: { 'res.country': [['code', '=', 'BE']] },
      ids: { 'res.country': [5] },
    });
    const may = (operation: unknown, ids: readonly number[]) =>
      call('res.country', 'has_access', { operation }, { ids: [...ids] });
    assert.deepEqual(await Promise.all([may('read', [5]), may('read', []), may('read', [5, 7]), may('write', [5])]), [
      ...[true, true, false, false],
    ]);
    assert.equal(await refusalOf(may('secret', [5])), UNFIT);
    const check = (operation: string, raises?: boolean) =>
      call('res.country', 'check_access_rights', {
        operation,
        ...(raises === undefined ? {} : { raise_exception: raises }),
      });
    assert.equal(await check('read'), true);
    assert.equal(await check('unlink', false), false);
    assert.equal(await refusalOf(check('unlink')), 'AccessError operation-not-granted');
  });
});

describe('a model that is no more than the target of a link', () => {
  test('tells that it has an id, and asks Odoo nothing', async () => {
    const { call, asked } = guardedDatabase({
      models: {
        'res.partner': { fields: { industry_id: 'many2one res.partner.industry r', user_id: 'many2one res.users r' } },
        'res.partner.industry': { calls: '', fields: { name: 'char' } },
        'res.users': { calls: '', fields: { name: 'char' } },
      },
    });
    const model = 'res.partner.industry';
    assert.deepEqual(Object.keys(Object(await call(model, 'fields_get'))), ['id']);
    assert.deepEqual(await call(model, 'fields_get', { allfields: ['name'] }), {});
    assert.deepEqual(await call(model, 'read', { fields: ['id'] }, { ids: [5, 0] }), [{ id: 5 }]);
    assert.equal(await refusalOf(call(model, 'read', { fields: ['name'] }, { ids: [5] })), HIDDEN);
    for (const method of ['search', 'name_get', 'write', 'export_data']) {
      assert.equal(await refusalOf(call(model, method, { domain: [] })), 'AccessError operation-not-granted', method);
    }
    assert.equal(await refusalOf(call('res.users', 'fields_get')), 'AccessError operation-not-granted');
    assert.deepEqual(asked, []);
  });
});
