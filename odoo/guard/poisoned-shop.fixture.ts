import assert from 'node:assert/strict';
import type { TypedCall } from '../typed-call.ts';
import { type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { DatabaseAccess } from './access.ts';
import { accessTo, type FieldText, type ModelSpec } from './granted-access.fixture.ts';
import { type Behind, type Guarded, guard } from './guarded-database.fixture.ts';

export interface ShopSettings extends Behind {
  readonly major?: number;
  readonly access?: Partial<DatabaseAccess>;
  /** Records that there are within the rules, by model; 5, 7 and 9 of all others. */
  readonly ids?: Readonly<Record<string, readonly number[]>>;
}

const COMPUTED = { stored: false, sortable: false } as const;

/** What is hidden is called secret, and holds poison. */
const MODELS: Readonly<Record<string, ModelSpec>> = {
  'res.partner': {
    order: 'name, id desc',
    searchNames: ['name', 'secret_ref'],
    parent: 'parent_id',
    calls: 'read create update delete',
    fields: {
      display_name: { is: 'char r', ...COMPUTED, depends: ['name'] },
      name: 'char rcu',
      email: 'char rm',
      phone: 'char cu',
      comment: 'html rcu',
      is_company: 'boolean rcu',
      active: 'boolean ru',
      type: { is: 'selection rc', selection: ['contact', 'invoice'] },
      color: 'integer ru',
      debt: 'monetary r',
      score: 'float rcu',
      since: 'date rcu',
      create_date: 'datetime r',
      photo: 'binary rcu',
      details: 'json r',
      traits: 'properties r',
      origin: 'reference r',
      parent_id: 'many2one res.partner rlcu',
      child_ids: { is: 'one2many res.partner r', inverse: 'parent_id' },
      country_id: 'many2one res.country rlcu',
      tag_ids: { is: 'many2many x.tag rcu', behind: { name: 'r' } },
      user_id: 'many2one res.users rcu',
      name_upper: { is: 'char r', ...COMPUTED, depends: ['name'] },
      ref_upper: { is: 'char r', ...COMPUTED, depends: ['secret_ref'] },
      unsearched: { is: 'char r', ...COMPUTED, searchable: false },
      country_code: { is: 'char r', ...COMPUTED, related: 'country_id.code', sortable: true },
      secret_ref: 'char',
      secret_limit: 'float',
      secret_person_id: 'many2one secret.person',
    },
  },
  'res.country': {
    order: 'name',
    searchNames: ['name', 'code'],
    fields: { name: 'char r', code: 'char r', secret_number: 'integer' },
  },
  'x.tag': { order: 'secret_rank, name', calls: '', fields: { name: 'char', secret_rank: 'integer' } },
  'x.team': { calls: '', fields: { name: 'char', secret_target: 'float' } },
  'x.product': { searchNames: ['name'], calls: '', fields: { name: 'char', secret_cost: 'float' } },
  'res.users': { searchNames: ['name'], calls: '', fields: { name: 'char', secret_login: 'char' } },
  'secret.person': { calls: '', fields: { name: 'char' } },
  'sale.order': {
    order: 'secret_margin desc, id',
    calls: 'read create update delete',
    actions: ['action_confirm'],
    context: { create: odooObject([['default_state', 'draft']]), read: odooObject([['active_test', false]]) },
    fields: {
      name: 'char rc',
      partner_id: 'many2one res.partner rlcu',
      state: { is: 'selection rcu', selection: ['draft', 'sale', 'cancel'] },
      date_order: 'datetime rcu',
      day: 'date r',
      amount: 'monetary rcu',
      is_paid: 'boolean r',
      line_ids: {
        is: 'one2many sale.line ru',
        inverse: 'order_id',
        behind: { product_id: 'rc', quantity: 'rc', note: 'c' },
      },
      team_id: { is: 'many2one x.team', behind: { name: 'r' } },
      secret_margin: 'float',
    },
  },
  'sale.line': {
    order: 'id',
    calls: 'read update',
    fields: {
      order_id: 'many2one sale.order r',
      product_id: { is: 'many2one x.product r', behind: { name: 'r' } },
      quantity: 'float ru',
      note: 'char',
      secret_cost: 'float',
    },
  },
};

/**
 * A shop behind the guard, whose Odoo answers more than it is asked for: whatever is hidden, with poison. Every call is
 * checked: neither what Odoo is asked nor what is answered knows of it.
 */
export function openShop({ major, access = {}, rules = {}, ids = {}, answer }: ShopSettings = {}): Guarded {
  const database = accessTo({ ...(major === undefined ? {} : { major }), models: MODELS, mostRecords: 100 });
  const guarded = guard(
    { ...database, ...access },
    { rules, answer: (call) => answer?.(call) ?? poisonedAnswer(call, ids[call.model] ?? [5, 7, 9]) },
  );
  return {
    ...guarded,
    async call(...given) {
      const answered = await guarded.call(...given);
      assert.doesNotMatch(JSON.stringify(guarded.asked), /secret|poison/);
      assert.doesNotMatch(JSON.stringify(answered ?? null), /secret|poison/);
      return answered;
    },
  };
}

function poisonedAnswer({ model, method, ids, args }: TypedCall, existing: readonly number[]): OdooValue {
  const limit = typeof args.limit === 'number' ? args.limit : 100;
  const found = within(args.domain, existing).slice(0, limit);
  if (method === 'search') return found;
  if (method === 'search_count') return found.length;
  if (method === 'search_read') return found.map((id) => rowOf(model, id, args));
  if (method === 'create') return Array.isArray(args.vals_list) ? args.vals_list.map((_, index) => 900 + index) : 900;
  return ids === undefined ? odooObject([['secret', 'poison']]) : true;
}

function within(domain: unknown, existing: readonly number[]): readonly number[] {
  const named = Array.isArray(domain)
    ? domain.findLast((token) => Array.isArray(token) && token[0] === 'id')
    : undefined;
  if (named === undefined) return existing;
  return existing.filter((id) => named[2] === id || (Array.isArray(named[2]) && named[2].includes(id)));
}

/** A record with everything that the model has. */
function rowOf(model: string, id: number, { load }: TypedCall['args']): OdooObject {
  const members = Object.entries(MODELS[model]?.fields ?? {}).map(([name, field]): [string, OdooValue] => {
    const { is, selection } = typeof field === 'string' ? { is: field, selection: undefined } : field;
    if (name.startsWith('secret')) return [name, 'poison'];
    return [name, valueFor(name, is, load === null ? undefined : 'pair', selection?.[0])];
  });
  return odooObject([['id', id], ['secret', 'poison'], ...members]);
}

function valueFor(name: string, is: FieldText, form: 'pair' | undefined, choice: string | undefined): OdooValue {
  const [type, , gives = ''] = is.split(' ');
  switch (type) {
    case 'integer':
      return 3;
    case 'float':
    case 'monetary':
      return 2.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31 23:59:59';
    case 'many2one':
      return form === 'pair' ? [7, gives.includes('l') ? `label of ${name}` : 'poison'] : 7;
    case 'one2many':
    case 'many2many':
      return [9, 5];
    case 'json':
      return odooObject([['a', 1]]);
    case 'properties':
      return [];
    default:
      return choice ?? `text of ${name}`;
  }
}
