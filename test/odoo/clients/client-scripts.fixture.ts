import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { syntheticUid } from '../../../odoo/front/synthetic-uid.ts';
import { type Behind, type ClientHouse, DATABASE, HIDDEN, LOGIN, openClientHouse } from './client-house.fixture.ts';
import { runScript } from './run-script.fixture.ts';

/** How an unmodified client tells what the gateway answers. */
interface Client {
  readonly script: string;
  /** What it says of a field that it may not name, of a model or method that it may not call. */
  readonly field: (name: string, method: string) => string;
  readonly closed: (model: string, method: string) => string;
  /** Whether it shows records as they came or by its own reading of `fields_get`. */
  readonly browses?: true;
  /** What it sees besides what every client sees. */
  readonly also: (behind: Behind) => Readonly<Record<string, unknown>>;
}

const UID = syntheticUid(LOGIN);
const CLOSED = 'You are not allowed to access this model or method.';
const invalid = (name: string) => `Invalid field '${name}' on model 'res.partner'`;
const versionInfo = (version: number) => [version, 0, 0, 'final', 0, ''];

const FIRST = {
  id: 1,
  name: 'My Company (San Francisco)',
  is_company: true,
  phone: false,
  email: 'info@yourcompany.com',
  country_id: [233, 'United States'],
  category_id: [],
};

const xmlRpc = {
  field: (name: string) => `1 XML-RPC fault: ValueError: ${invalid(name)}`,
  closed: () => `4 XML-RPC fault: ${CLOSED}`,
};

const OLD: readonly Client[] = [
  {
    script: 'odoo-await.mjs',
    ...xmlRpc,
    also: () => ({
      uid: UID,
      wrongKey: 'Error connecting to database. This is probably due to invalid credentials.',
      every: [FIRST],
    }),
  },
  {
    script: 'odoo-xmlrpc.mjs',
    ...xmlRpc,
    also: ({ version }) => ({
      uid: UID,
      wrongKey: 'No UID returned from authentication.',
      mayRead: version < 19 ? true : `4 XML-RPC fault: ${CLOSED}`,
      count: 5,
      second: [8],
    }),
  },
  {
    script: 'async-odoo-xmlrpc.mjs',
    ...xmlRpc,
    also: () => ({ uid: UID, wrongKey: 'No UID returned from authentication.', every: [FIRST] }),
  },
  {
    script: 'odoo-xmlrpc-ts.mjs',
    field: (name, method) =>
      `Method ${method} failed on res.partner: Error: XML-RPC fault: ValueError: ${invalid(name)}`,
    closed: (model, method) => `Method ${method} failed on ${model}: Error: XML-RPC fault: ${CLOSED}`,
    also: ({ version }) => ({
      uid: UID,
      version: versionInfo(version),
      wrongKey: 'Authentication failed',
      count: 5,
      every: [FIRST],
    }),
  },
  {
    script: 'xmlrpc_client.py',
    field: (name) => `1 ValueError: ${invalid(name)}`,
    closed: () => `4 ${CLOSED}`,
    also: ({ version }) => ({
      uid: UID,
      version: versionInfo(version),
      wrongKey: false,
      deniedKey: '3 Access Denied',
      count: 5,
      every: [FIRST],
    }),
  },
  {
    script: 'odoorpc_browse.py',
    field: invalid,
    closed: () => CLOSED,
    browses: true,
    also: ({ version }) => ({
      uid: UID,
      version: `${version}.0`,
      databases: [DATABASE],
      wrongKey: 'Access Denied',
      context: { lang: 'en_US', tz: 'UTC', uid: UID },
      count: 5,
      code: 'US',
      several: ['My Company (San Francisco)', 'Wood Corner'],
      tags: ['Vendor'],
      loggedOut: true,
    }),
  },
];

const MODERN: Client = {
  script: 'json2-fetch.mjs',
  field: (name) => `500 builtins.ValueError: ${invalid(name)}`,
  closed: () => `403 odoo.exceptions.AccessError: ${CLOSED}`,
  also: ({ version }) => ({
    version: versionInfo(version),
    wrongKey: '401 werkzeug.exceptions.Unauthorized: Invalid apikey',
    context: { lang: 'en_US', tz: 'UTC', uid: UID },
    count: 5,
    every: [FIRST],
  }),
};

/** Methods with which the scripts ask for a field, where they are not the same for all. */
const ORDERED_BY: Readonly<Record<string, string>> = { 'xmlrpc_client.py': 'search', 'odoorpc_browse.py': 'search' };

function fieldRefusals({ script, field, browses }: Client, name: string): Record<string, string> {
  return {
    read: field(name, 'read'),
    domain: field(name, 'search'),
    order: field(name, ORDERED_BY[script] ?? 'search_read'),
    write: field(name, 'write'),
    ...(browses ? { attribute: CLOSED } : {}),
  };
}

function modelRefusals({ script, closed, browses }: Client): Record<string, string> {
  const find = browses ? 'fields_get' : 'search';
  return {
    hidden: closed('product.template', find),
    unknown: closed('no.model', find),
    system: closed('res.users', find),
    method: closed('sale.order', 'action_confirm'),
    ...(script === 'odoo-await.mjs' ? { externalId: closed('ir.model.data', 'search_read') } : {}),
    ...(browses ? { reference: CLOSED, reports: CLOSED } : {}),
  };
}

/** All that a script tells, but for the id of what it made. */
function expectedOf(client: Client, behind: Behind): Record<string, unknown> {
  const described = (string: string, type: string) => ({ string, type });
  const orders = [41, 40].map((id) => ({ id, name: `S${id}`, state: 'draft' }));
  const name = client.script.replace(/\.mjs$/, '');
  return {
    companies: [1, 8, 9, 10, 59],
    page: [FIRST, { id: 8, name: 'Wood Corner', country_id: FIRST.country_id }].map((record) => ({
      id: record.id,
      name: record.name,
      country_id: record.country_id,
    })),
    whole: client.browses ? { ...FIRST, country_id: 233 } : FIRST,
    country: 'United States',
    made: MADE[client.script] ?? { name: `By ${name}`, phone: '+32 2', category_id: [1], written: true },
    gone: [],
    hidden: fieldRefusals(client, 'vat'),
    unknown: fieldRefusals(client, 'vad'),
    models: modelRefusals(client),
    fields: {
      id: described('ID', 'integer'),
      name: described('Name', 'char'),
      is_company: described('Is a Company', 'boolean'),
      phone: described('Phone', 'char'),
      email: described('Email', 'char'),
      country_id: described('Country', 'many2one'),
      category_id: described('Tags', 'many2many'),
    },
    orders: client.browses ? orders.map((order) => ({ ...order, date: '2026-11-20 16:55:51' })) : orders,
    ...client.also(behind),
  };
}

const MADE: Readonly<Record<string, object>> = {
  'odoo-await.mjs': { name: 'By odoo-await', phone: '+32 2', category_id: [4], written: true },
  'odoorpc_browse.py': { name: 'By odoorpc, changed', phone: '+32 2', category_id: [4] },
  'xmlrpc_client.py': { name: 'By xmlrpc.client', phone: '+32 2', category_id: [1], written: true },
  'json2-fetch.mjs': { name: 'By JSON-2', phone: '+32 2', category_id: [1], written: true },
};

/** Runs every script before one Odoo, and looks at what Odoo was asked and at what is left. */
export function describeClients(behind: Behind): void {
  describe(`unmodified clients before Odoo ${behind.version} over ${behind.protocol}`, () => {
    let house: ClientHouse;
    before(async () => {
      house = await openClientHouse(behind);
    });
    after(() => house.stop());

    describe('each runs its script', { concurrency: OLD.length + 1 }, () => {
      for (const client of [...OLD, MODERN]) {
        test(client.script, async () => {
          const { made, ...seen } = await runScript(client.script, house);
          const { id, ...record } = Object(made);
          assert.ok(Number.isInteger(id) && id > 61, `made ${id}`);
          assert.deepEqual({ ...seen, made: record }, expectedOf(client, behind));
        });
      }
    });

    test('Odoo was asked by the bot, over its own protocol, and for nothing that is hidden', () => {
      const { calls, db } = house.odoo;
      assert.ok(calls.length > 100, `${calls.length} calls`);
      for (const { protocol, uid, model, args } of calls) {
        assert.deepEqual([protocol, uid], [behind.protocol, 7]);
        assert.match(model, /^(?:res\.partner|res\.partner\.category|res\.country|sale\.order)$/);
        assert.doesNotMatch(JSON.stringify(args), /\bva[td]\b/);
      }
      const partners = db.known('res.partner').rows;
      assert.equal(partners.get(1)?.get('vat'), HIDDEN);
      assert.deepEqual(
        [...partners.keys()].filter((id) => id > 61),
        [],
      );
    });
  });
}
