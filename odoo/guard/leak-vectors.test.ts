import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { TypedCall } from '../typed-call.ts';
import { bindCall } from '../wire/bind-call.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { readJson } from '../wire/read-json.ts';
import { isOdooList, isOdooObject, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { FieldText, ModelSpec } from './granted-access.fixture.ts';
import { guardedDatabase } from './guarded-database.fixture.ts';
import { runGuarded } from './run-guarded.ts';

// Every recorded way to get at hidden fields, tried by two consumers: one sees the name and the country of a partner and
// nothing else, the other walks freely between partners, orders and products and sees no more than names. Whatever Odoo
// would answer is poisoned: hidden fields are in every record, hidden groups in every grouping.

const POISON = 'poison-of-a-hidden-field';
const HIDDEN = [
  ...[
    'email',
    'vat',
    'ref',
    'phone',
    'comment',
    'complete_name',
    'display_name',
    'email_formatted',
    'email_normalized',
  ],
  ...['contact_address', 'credit_limit', 'signup_type', 'standard_price', 'price_unit', 'list_price', 'default_code'],
  ...['login', 'body', 'acc_number', 'company_registry', 'parent_id', 'child_ids', 'bank_ids', 'message_partner_ids'],
] as const;
const NAMES = {
  order: 'complete_name ASC, id DESC',
  recordName: 'complete_name',
  parent: 'parent_id',
  calls: '',
} as const;
const COMPUTED = { display_name: { is: 'char', stored: false, sortable: false } } as const;

type Known = Omit<ModelSpec, 'fields'> & { readonly fields: Readonly<Record<string, FieldText>> };

const texts = Object.fromEntries(HIDDEN.map((name) => [name, 'char'] as const));
const PARTNER: Known = {
  ...NAMES,
  searchNames: ['complete_name', 'email', 'ref', 'vat', 'company_registry'],
  fields: {
    ...texts,
    name: 'char',
    country_id: 'many2one res.country',
    parent_id: 'many2one res.partner',
    child_ids: 'one2many res.partner',
    bank_ids: 'one2many res.partner.bank',
    create_uid: 'many2one res.users',
    message_ids: 'one2many mail.message',
    message_partner_ids: 'many2many res.partner',
  },
};
const ORDER: Known = {
  ...NAMES,
  fields: { ...texts, name: 'char', partner_id: 'many2one res.partner', order_line: 'one2many sale.order.line' },
};
const LINE: Known = {
  ...NAMES,
  fields: { ...texts, name: 'char', order_id: 'many2one sale.order', product_id: 'many2one product.product' },
};
const PRODUCT: Known = { ...NAMES, searchNames: ['name', 'default_code'], fields: { ...texts, name: 'char' } };
const COUNTRY: Known = { calls: '', fields: { name: 'char', code: 'char' } };
const USER: Known = { calls: '', fields: { ...texts, name: 'char' } };

/** A model of which some fields may be read: by their names, `country_id+` with its label. */
function showing(model: Known, ...names: readonly string[]): ModelSpec {
  const shown = names.map((one): [string, FieldText] => {
    const name = one.replace('+', '');
    return [name, `${model.fields[name] ?? assert.fail(name)} ${one.endsWith('+') ? 'rl' : 'r'}`];
  });
  return { ...model, calls: 'read', fields: { ...model.fields, ...COMPUTED, ...Object.fromEntries(shown) } };
}

const FIRST = 'the name and the country of partners';
const SECOND = 'names, and all links between them';

const CONSUMERS = {
  [FIRST]: {
    'res.partner': showing(PARTNER, 'name', 'country_id+'),
    'res.country': COUNTRY,
    'sale.order': ORDER,
    'sale.order.line': LINE,
    'product.product': PRODUCT,
    'product.template': PRODUCT,
  },
  [SECOND]: {
    'res.partner': showing(PARTNER, 'name', 'country_id', 'create_uid', 'message_ids'),
    'res.country': showing(COUNTRY, 'name'),
    'sale.order': showing(ORDER, 'name', 'partner_id', 'order_line'),
    'sale.order.line': showing(LINE, 'name', 'order_id', 'product_id'),
    'product.product': showing(PRODUCT, 'name'),
    'product.template': showing(PRODUCT, 'name'),
    'res.users': showing(USER, 'name'),
    'mail.message': { fields: { ...texts } },
  },
} as const;

/**
 * The vectors that are answered, with all that they may say of the record they are about. Every other one is refused before
 * Odoo is asked.
 */
const answeredFor = (id: number): Readonly<Record<keyof typeof CONSUMERS, Readonly<Record<string, OdooValue>>>> => ({
  [FIRST]: {
    // Looked up in the visible name alone.
    name_search: [[id, 'Leak Target']],
    fields_get: odooObject([]),
    default_get_context: odooObject([]),
  },
  [SECOND]: {
    name_search: [[id, 'Leak Target']],
    fields_get: odooObject([]),
    default_get_context: odooObject([]),
    fields_omitted: [
      odooObject([
        ['id', id],
        ['name', 'Leak Target'],
      ]),
    ],
    context_m2o_label: [
      odooObject([
        ['id', id],
        ['partner_id', [90, '']],
      ]),
    ],
  },
});

/** What Odoo says to anything: too much. */
function poisoned({ method }: TypedCall, id: number): OdooValue {
  if (method === 'search_count') return 3;
  if (method === 'search') return [id];
  const record = odooObject([
    ...HIDDEN.map((name) => [name, POISON] as const),
    ['id', id],
    ['name', 'Leak Target'],
    ['country_id', [20, 'Belgium']],
    ['partner_id', [90, POISON]],
    ['create_uid', [2, POISON]],
    ['order_id', [39, POISON]],
    ['product_id', [57, POISON]],
    ['order_line', [65]],
    ['message_ids', [706]],
    ['__domain', [[POISON, '=', 1]]],
    ['__count', 1],
  ]);
  return [record];
}

interface Vector {
  readonly name: string;
  readonly model: string;
  readonly method: string;
  readonly positional: readonly OdooValue[];
  readonly named: OdooObject;
}

function recorded(major: number): readonly Vector[] {
  const url = new URL(`../../../shared/odoo/recordings/${major}.0/leak-vectors.json`, import.meta.url);
  let bytes: Buffer;
  try {
    bytes = readFileSync(url);
  } catch {
    throw new Error(`The recordings of real Odoo servers are missing: ${url.pathname} cannot be read.`);
  }
  const file = readJson(bytes);
  const vectors = isOdooObject(file) ? file.vectors : undefined;
  return isOdooList(vectors) ? vectors.map(vectorOf) : assert.fail('the recording holds no vectors');
}

function vectorOf(entry: OdooValue): Vector {
  const { vector: name, call } = isOdooObject(entry) ? entry : assert.fail();
  const { model, method, args, kwargs } = isOdooObject(call) ? call : assert.fail();
  assert.ok(typeof name === 'string' && typeof model === 'string' && typeof method === 'string');
  return {
    name,
    model,
    method,
    positional: isOdooList(args) ? args : assert.fail(),
    named: isOdooObject(kwargs) ? kwargs : assert.fail(),
  };
}

for (const major of [16, 17, 18, 19]) {
  for (const [sees, models] of Object.entries(CONSUMERS)) {
    describe(`leaks that were recorded with Odoo ${major}, tried by who sees ${sees}`, () => {
      for (const { name, model, method, positional, named } of recorded(major)) {
        test(name, async () => {
          const id = idIn(positional);
          const answered = answeredFor(id)[sees === FIRST ? FIRST : SECOND];
          const database = guardedDatabase({ major, models, answer: (call) => poisoned(call, id) });
          const { access, asked, run } = database;
          const outcome = await attempt(async () =>
            runGuarded(bindCall({ model, method, positional, named, form: 'positional' }, major), run),
          );
          for (const call of asked) {
            assert.ok(access.models.has(call.model), call.model);
            assert.deepEqual(namesIn(call).filter(isSecret), []);
          }
          const expected = Object.hasOwn(answered, name) ? answered[name] : undefined;
          if (expected === undefined) {
            assert.ok(outcome instanceof OdooRefusal, `answered: ${JSON.stringify(outcome)}`);
            assert.deepEqual(asked, []);
          } else {
            assert.deepEqual(outcome instanceof OdooRefusal ? outcome.fault : outcome, expected);
          }
          assert.ok(!JSON.stringify(outcome).includes(POISON));
        });
      }
    });
  }
}

/** Every name in a call: of its model, in domains, orders and lists, whatever stands around it. */
function namesIn(call: TypedCall): readonly string[] {
  return JSON.stringify(call).match(/[a-z_][a-z0-9_]*/g) ?? [];
}

/** The record that a call names first. */
function idIn([ids]: readonly OdooValue[]): number {
  const [id] = isOdooList(ids) ? ids : [];
  return typeof id === 'number' ? id : 39;
}

function isSecret(name: string): boolean {
  return HIDDEN.some((hidden) => hidden === name) || name.startsWith('show_') || name.startsWith('default_');
}

async function attempt(call: () => Promise<OdooValue>): Promise<OdooValue | OdooRefusal> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof OdooRefusal) return error;
    throw error;
  }
}
