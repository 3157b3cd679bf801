import type { Database } from '../../examples/stand-in-odoo/database.ts';
import type { DatabaseAccess } from '../../odoo/guard/access.ts';
import type { BoundCall } from '../../odoo/wire/bind-call.ts';
import { isOdooObject, type OdooObject, type OdooValue, odooObject } from '../../odoo/wire/value.ts';
import type { Draw } from './random-twins.fixture.ts';
import { Words } from './random-words.fixture.ts';

type Make = (
  words: Words,
  model: string,
  draw: Draw,
) => {
  readonly method: string;
  readonly ids?: OdooValue;
  readonly args?: readonly (readonly [string, OdooValue | undefined])[];
};

const page = (draw: Draw): [string, OdooValue | undefined][] => [
  ['offset', draw.chance(1) ? 1 : undefined],
  ['limit', draw.chance(2) ? draw.pick<OdooValue>([1, 2, '1', false, 0]) : undefined],
];
const sometimes = <T>(draw: Draw, value: T): T | undefined => (draw.chance(4) ? value : undefined);

interface Family {
  readonly make: Make;
  /** First version that has it. */
  readonly since?: number;
  readonly until?: number;
  readonly changes?: 'create' | 'update' | 'delete';
}

/** Calls of every kind that the protocols can carry; each family reaches Odoo where nothing guards it. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  search: {
    make: (words, model, draw) => ({
      method: 'search',
      args: [['domain', words.domain(model)], ['order', sometimes(draw, words.order(model))], ...page(draw)],
    }),
  },
  search_count: { make: (words, model) => ({ method: 'search_count', args: [['domain', words.domain(model)]] }) },
  search_read: {
    make: (words, model, draw) => ({
      method: 'search_read',
      args: [
        ['domain', sometimes(draw, words.domain(model))],
        ['fields', sometimes(draw, words.fields(model))],
        ['order', sometimes(draw, words.order(model))],
        ...page(draw),
      ],
    }),
  },
  read: {
    make: (words, model, draw) => ({
      method: 'read',
      ids: words.ids(model),
      args: [
        ['fields', sometimes(draw, words.fields(model))],
        ['load', sometimes(draw, draw.pick<OdooValue>(['_classic_write', '_classic_read', false]))],
      ],
    }),
  },
  name_search: {
    make: (words, model, draw) => ({
      method: 'name_search',
      args: [
        ['name', sometimes(draw, draw.pick(['alpha', 'beta', '7', '']))],
        ['domain', sometimes(draw, words.domain(model))],
        ['operator', sometimes(draw, draw.pick(['ilike', '=', 'not ilike', '=like', '>']))],
        ['limit', sometimes(draw, 2)],
      ],
    }),
  },
  name_get: { until: 16, make: (words, model) => ({ method: 'name_get', ids: words.ids(model) }) },
  read_group: {
    make: (words, model, draw) => ({
      method: 'read_group',
      args: [
        ['domain', words.domain(model)],
        ['fields', draw.list(2, () => words.formerAggregate(model))],
        ['groupby', draw.list(2, () => words.grouping(model))],
        ['orderby', sometimes(draw, words.order(model))],
        ['lazy', sometimes(draw, false)],
        ...page(draw),
      ],
    }),
  },
  formatted_read_group: {
    since: 19,
    make: (words, model, draw) => ({
      method: 'formatted_read_group',
      args: [
        ['domain', words.domain(model)],
        ['groupby', draw.list(2, () => words.grouping(model))],
        ['aggregates', draw.list(2, () => words.aggregate(model))],
        ['having', sometimes(draw, [[words.aggregate(model), draw.pick(['>', '=', '<=']), 1]])],
        ['order', sometimes(draw, words.aggregate(model))],
        ...page(draw),
      ],
    }),
  },
  web_read: {
    since: 17,
    make: (words, model) => ({
      method: 'web_read',
      ids: words.ids(model),
      args: [['specification', words.specification(model)]],
    }),
  },
  web_search_read: {
    make: (words, model, draw) => ({
      method: 'web_search_read',
      args: [
        ['domain', words.domain(model)],
        ['specification', words.specification(model)],
        ['order', sometimes(draw, words.order(model))],
        ['count_limit', sometimes(draw, 2)],
        ...page(draw),
      ],
    }),
  },
  web_save: {
    since: 17,
    changes: 'update',
    make: (words, model, draw) => ({
      method: 'web_save',
      ids: draw.chance(5) ? words.ids(model) : [],
      args: [
        ['vals', words.values(model)],
        ['specification', words.specification(model)],
      ],
    }),
  },
  export_data: {
    make: (words, model, draw) => ({
      method: 'export_data',
      ids: words.ids(model),
      args: [['fields_to_export', draw.list(3, () => (draw.chance(1) ? '.id' : words.path(model, '/')))]],
    }),
  },
  write: {
    changes: 'update',
    make: (words, model) => ({ method: 'write', ids: words.ids(model), args: [['vals', words.values(model)]] }),
  },
  create: {
    changes: 'create',
    make: (words, model, draw) => ({
      method: 'create',
      args: [['vals_list', draw.chance(4) ? words.values(model) : draw.list(2, () => words.values(model))]],
    }),
  },
  defaults: {
    changes: 'create',
    make: (words, model, draw) => ({
      method: 'default_get',
      args: [['fields', draw.list(4, () => words.field(model))]],
    }),
  },
  fields_get: {
    make: (words, model, draw) => ({
      method: 'fields_get',
      args: [
        ['allfields', sometimes(draw, words.fields(model))],
        [
          'attributes',
          sometimes(draw, draw.pick<OdooValue>([[], ['string', 'type'], ['relation', 'groups', 'depends']])),
        ],
      ],
    }),
  },
  name_create: {
    changes: 'create',
    make: (_words, _model, draw) => ({ method: 'name_create', args: [['name', draw.pick(['alpha', ''])]] }),
  },
  archive: {
    changes: 'update',
    make: (words, model, draw) => ({
      method: draw.pick(['action_archive', 'action_unarchive']),
      ids: words.ids(model),
    }),
  },
  unlink: { changes: 'delete', make: (words, model) => ({ method: 'unlink', ids: words.ids(model) }) },
  unknown: {
    make: (words, model, draw) => {
      const method = draw.pick([
        'copy',
        'copy_data',
        'get_metadata',
        'mapped',
        'search_fetch',
        'onchange',
        'load',
        'web_name_search',
      ]);
      const onModel = ['search_fetch', 'load', 'web_name_search'].includes(method);
      const argsOf: Readonly<Record<string, readonly (readonly [string, OdooValue])[]>> = {
        mapped: [['func', words.path(model)]],
        search_fetch: [
          ['domain', words.domain(model)],
          ['field_names', []],
        ],
        onchange: [
          ['values', words.values(model)],
          ['field_names', []],
          ['fields_spec', words.specification(model)],
        ],
        load: [
          ['fields', ['.id', words.field(model)]],
          ['data', [['1', 'alpha']]],
        ],
        web_name_search: [
          ['name', 'alpha'],
          ['specification', words.specification(model)],
        ],
      };
      return { method, ...(onModel ? {} : { ids: words.ids(model) }), args: argsOf[method] ?? [] };
    },
  },
};

const MODELS = [
  ...['res.partner', 'res.partner', 'res.partner', 'sale.order', 'sale.order', 'sale.order.line', 'product.product'],
  ...[
    'product.template',
    'res.country',
    'res.partner.bank',
    'res.partner.category',
    'res.users',
    'mail.message',
    'no.such',
  ],
] as const;

export const familiesOf = (version: number): readonly string[] =>
  Object.entries(FAMILIES)
    .filter(([, { since, until }]) => version >= (since ?? 0) && version <= (until ?? 99))
    .map(([name]) => name);

/** A call of a family with hostile words in all its places. */
export function drawCall(draw: Draw, db: Database, access: DatabaseAccess, family: string): BoundCall {
  const words = new Words(draw, db, access);
  const needed = FAMILIES[family]?.changes ?? 'read';
  const able = [...access.models].filter(([, { calls }]) => calls.has(needed)).map(([name]) => name);
  const granted = able.length > 0 ? able : [...access.models.keys()];
  const model = draw.chance(7) ? draw.pick(granted) : draw.pick(MODELS);
  const made = FAMILIES[family]?.make(words, model, draw);
  if (made === undefined) throw new Error(`There is no family ${family}.`);
  const given = (made.args ?? []).filter((arg): arg is readonly [string, OdooValue] => arg[1] !== undefined);
  const context = words.context();
  return {
    model,
    method: made.method,
    ids: made.ids,
    args: argumentsIn(db.version, made.method, given),
    context: isOdooObject(context) ? context : undefined,
    single: made.method === 'create' && given.some(([name, value]) => name === 'vals_list' && isOdooObject(value)),
  };
}

/** 16's `web_search_read` names fields where later ones have a specification. */
function argumentsIn(version: number, method: string, given: readonly (readonly [string, OdooValue])[]): OdooObject {
  if (method !== 'web_search_read' || version > 16) return odooObject(given);
  return odooObject(
    given.map(([name, value]) => {
      if (name !== 'specification') return [name, value] as const;
      return ['fields', isOdooObject(value) ? Object.keys(value) : []] as const;
    }),
  );
}
