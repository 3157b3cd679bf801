import assert from 'node:assert/strict';
import type { FieldKnowledge, ModelKnowledge } from '../knowledge.ts';
import { odooObject } from '../wire/value.ts';
import type { DatabaseAccess, FieldAccess, ModelAccess } from './access.ts';

/** Letters: r read, l label, c create, u update, m masked; none: hidden. What is hidden is called secret. */
export interface FieldSpec extends Partial<FieldKnowledge> {
  readonly type: FieldKnowledge['type'];
  readonly gives?: string;
  readonly behind?: Readonly<Record<string, string>>;
}

interface ModelSpec extends Partial<Omit<ModelKnowledge, 'name' | 'fields'>> {
  readonly calls?: string;
  readonly actions?: readonly string[];
  readonly context?: ModelAccess['context'];
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

const char = (gives = '', more: Partial<FieldSpec> = {}): FieldSpec => ({ type: 'char', gives, ...more });
const of = (type: FieldSpec['type'], gives = '', more: Partial<FieldSpec> = {}): FieldSpec => ({
  type,
  gives,
  ...more,
});
const link = (relation: string, gives = '', more: Partial<FieldSpec> = {}): FieldSpec =>
  of('many2one', gives, { relation, ...more });

const COMPUTED = { stored: false, sortable: false } as const;

export const MODELS: Readonly<Record<string, ModelSpec>> = {
  'res.partner': {
    order: 'name, id desc',
    searchNames: ['name', 'secret_ref'],
    parent: 'parent_id',
    calls: 'read create update delete',
    fields: {
      display_name: char('r', { ...COMPUTED, depends: ['name'] }),
      name: char('rcu'),
      email: char('rm'),
      phone: char('cu'),
      comment: of('html', 'rcu'),
      is_company: of('boolean', 'rcu'),
      active: of('boolean', 'ru'),
      type: of('selection', 'rc', { selection: ['contact', 'invoice'] }),
      color: of('integer', 'ru'),
      debt: of('monetary', 'r'),
      score: of('float', 'rcu'),
      since: of('date', 'rcu'),
      create_date: of('datetime', 'r'),
      photo: of('binary', 'rcu'),
      details: of('json', 'r'),
      parent_id: link('res.partner', 'rlcu'),
      child_ids: of('one2many', 'r', { relation: 'res.partner', inverse: 'parent_id' }),
      country_id: link('res.country', 'rlcu'),
      tag_ids: of('many2many', 'rcu', { relation: 'x.tag', behind: { name: 'r' } }),
      user_id: link('res.users', 'rcu'),
      name_upper: char('r', { ...COMPUTED, depends: ['name'] }),
      ref_upper: char('r', { ...COMPUTED, depends: ['secret_ref'] }),
      unsearched: char('r', { ...COMPUTED, searchable: false }),
      country_code: char('r', { ...COMPUTED, related: 'country_id.code', sortable: true }),
      secret_ref: char(),
      secret_limit: of('float'),
      secret_person_id: link('secret.person'),
    },
  },
  'res.country': {
    order: 'name',
    searchNames: ['name', 'code'],
    calls: 'read',
    fields: { name: char('r'), code: char('r'), secret_number: of('integer') },
  },
  'x.tag': { order: 'secret_rank, name', fields: { name: char(), secret_rank: of('integer') } },
  'x.team': { fields: { name: char(), secret_target: of('float') } },
  'x.product': { searchNames: ['name'], fields: { name: char(), secret_cost: of('float') } },
  'res.users': { searchNames: ['name'], fields: { name: char(), secret_login: char() } },
  'secret.person': { fields: { name: char() } },
  'sale.order': {
    order: 'secret_margin desc, id',
    calls: 'read create update delete',
    actions: ['action_confirm'],
    context: { create: odooObject([['default_state', 'draft']]), read: odooObject([['active_test', false]]) },
    fields: {
      name: char('rc'),
      partner_id: link('res.partner', 'rlcu'),
      state: of('selection', 'rcu', { selection: ['draft', 'sale', 'cancel'] }),
      date_order: of('datetime', 'rcu'),
      day: of('date', 'r'),
      amount: of('monetary', 'rcu'),
      is_paid: of('boolean', 'r'),
      line_ids: of('one2many', 'ru', {
        relation: 'sale.line',
        inverse: 'order_id',
        behind: { product_id: 'rc', quantity: 'rc', note: 'c' },
      }),
      team_id: link('x.team', '', { behind: { name: 'r' } }),
      secret_margin: of('float'),
    },
  },
  'sale.line': {
    order: 'id',
    calls: 'read update',
    fields: {
      order_id: link('sale.order', 'r'),
      product_id: link('x.product', 'r', { behind: { name: 'r' } }),
      quantity: of('float', 'ru'),
      note: char(),
      secret_cost: of('float'),
    },
  },
};

const MASKED = '***';
const ID = of('integer', 'r');

function knowledgeOf(
  name: string,
  { fields, calls: _, actions: __, context: ___, ...more }: ModelSpec,
): ModelKnowledge {
  const usual = { order: undefined, recordName: 'name', searchNames: undefined, parent: undefined, inherits: {} };
  const known = Object.entries({ id: ID, ...fields }).map(([own, field]) => [own, fieldKnowledge(own, field)] as const);
  return { name, ...usual, ...more, fields: new Map(known) };
}

function fieldKnowledge(name: string, { gives: _, behind: __, ...field }: FieldSpec): FieldKnowledge {
  const unsaid = { relation: undefined, inverse: undefined, related: undefined, selection: undefined };
  return { name, stored: true, sortable: true, searchable: true, depends: [], ...unsaid, ...field };
}

function accessOf(model: string, fields: Readonly<Record<string, FieldSpec>>): ReadonlyMap<string, FieldAccess> {
  const given = Object.entries(fields).filter(([, { gives, behind }]) => (gives ?? '') !== '' || behind !== undefined);
  return new Map(
    given.map(([name, field]) => {
      const { gives = '', behind, relation = '' } = field;
      const below = Object.entries(behind ?? {}).map(([own, letters]) => {
        const known = MODELS[relation]?.fields[own];
        assert.ok(known !== undefined);
        return [own, { ...known, gives: letters }] as const;
      });
      const access: FieldAccess = {
        knowledge: fieldKnowledge(name, field),
        id: `${model}/${name}`,
        read: gives.includes('r'),
        label: gives.includes('l'),
        create: gives.includes('c'),
        update: gives.includes('u'),
        mask: gives.includes('m') ? (value) => (value === false ? false : MASKED) : undefined,
        behind: below.length === 0 ? undefined : accessOf(`${model}/${name}`, Object.fromEntries(below)),
      };
      return [name, access] as const;
    }),
  );
}

const CALLS = ['read', 'create', 'update', 'delete'] as const;

/** What one consumer may do with the test's database. */
export function testAccess(major: number, more: Partial<DatabaseAccess>): DatabaseAccess {
  const models = new Map(Object.entries(MODELS).map(([name, model]) => [name, knowledgeOf(name, model)]));
  const granted = Object.entries(MODELS).flatMap(([name, { fields, calls, actions = [], context = {} }]) => {
    const knowledge = models.get(name);
    if (calls === undefined || knowledge === undefined) return [];
    const access: ModelAccess = {
      knowledge,
      fields: accessOf(name, { id: ID, ...fields }),
      calls: new Set(CALLS.filter((one) => calls.includes(one))),
      actions: new Set(actions),
      context,
    };
    return [[name, access] as const];
  });
  const usual = { contextKeys: new Set<string>(), companies: undefined, mostRecords: 100, leastGroup: 1 };
  return { knowledge: { major, models }, models: new Map(granted), ...usual, ...more };
}
