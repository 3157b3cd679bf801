import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Mask } from '../../catalog/documents.ts';
import type { FieldAccess, ModelAccess } from '../guard/access.ts';
import type { OdooValue } from '../wire/value.ts';
import { contractOf, distribution, KNOWLEDGE, placesOf, type TestGrant } from './access.fixture.ts';
import { databaseAccess } from './database-access.ts';

const maskOf = (mask: Mask, id: string) => (value: OdooValue) => `${mask.type} ${id} ${String(value)}`;

function accessOf(...grants: readonly TestGrant[]) {
  return databaseAccess(grants.flatMap(placesOf), KNOWLEDGE, { maskOf });
}

function modelOf(grant: TestGrant, model: string): ModelAccess {
  const found = accessOf(grant).models.get(model);
  assert.ok(found, `${model} is opened`);
  return found;
}

/** Fields by what is open of them: r read, l label, c create, u update, m masked, and those behind in brackets. */
function shown(fields: ReadonlyMap<string, FieldAccess>): Record<string, string> {
  return Object.fromEntries(
    [...fields].map(([name, { read, label, create, update, mask, behind }]) => {
      const flags = [read && 'r', label && 'l', create && 'c', update && 'u', mask && 'm'].filter(Boolean).join('');
      const inner = behind === undefined ? '' : ` ${JSON.stringify(shown(behind)).replaceAll('"', '')}`;
      return [name, `${flags || '-'}${inner}`];
    }),
  );
}

describe('fields', () => {
  test('readable are those that list and get show, by the names of Odoo; id always is', () => {
    const read = { Customer: ['name', 'updatedAt'], Party: ['city'] };
    const { fields, calls } = modelOf({ operations: ['listCustomers', 'getParty'], read }, 'res.partner');
    assert.deepEqual(shown(fields), { name: 'r', write_date: 'r', city: 'r', id: 'r' });
    assert.deepEqual([...calls], ['read']);
    assert.equal(fields.get('write_date')?.id, 'Customer.updatedAt');
    assert.equal(fields.get('id')?.id, 'res.partner.id');
    assert.equal(fields.get('city')?.knowledge, KNOWLEDGE.models.get('res.partner')?.fields.get('city'));
  });

  test('what only the answer of a change shows is not readable by everybody', () => {
    const read = { Customer: ['email'], Party: ['name'] };
    const { fields } = modelOf({ operations: ['getParty', 'updateCustomer'], read }, 'res.partner');
    assert.deepEqual(shown(fields), { name: 'r', id: 'r' });
  });

  test('objects that only group are passed, a label needs its id', () => {
    const operations = ['getCustomer'];
    const both = { Customer: ['id', 'address.countryId', 'address.country', 'address.city'] };
    assert.deepEqual(shown(modelOf({ operations, read: both }, 'res.partner').fields), {
      id: 'r',
      city: 'r',
      country_id: 'rl',
    });
    const label = { Customer: ['address.country'] };
    assert.deepEqual(shown(modelOf({ operations, read: label }, 'res.partner').fields), { id: 'r' });
  });

  test('dotted places and related records lie behind a relation that shows nothing itself', () => {
    const operations = ['listShipments'];
    const read = { Shipment: ['number', 'warehouse', 'consignee'], Party: ['name'] };
    assert.deepEqual(shown(modelOf({ operations, read }, 'stock.picking').fields), {
      name: 'r',
      picking_type_id: '- {warehouse_id:- {code:r}}',
      partner_id: '- {name:r}',
      id: 'r',
    });
    const withId = { Shipment: ['consignee'], Party: ['id', 'name'] };
    assert.deepEqual(shown(modelOf({ operations, read: withId }, 'stock.picking').fields), {
      partner_id: 'r {id:r,name:r}',
      id: 'r',
    });
  });

  test('a contract that goes round in circles ends', () => {
    const read = { Customer: ['contacts.name', 'contacts.id'] };
    const { fields } = modelOf({ operations: ['listCustomers'], read }, 'res.partner');
    assert.deepEqual(shown(fields), { child_ids: 'r {id:r,name:r}', id: 'r' });
  });

  test('what the models do not know, or know otherwise, stays shut', () => {
    const operations = ['listLines', 'listOrders', 'createOrder'];
    const read = { Line: ['quantity'], Order: ['number', 'customerId', 'lines'], OrderLine: ['quantity', 'unitId'] };
    const access = accessOf({ operations, read, write: { Order: ['number'] } });
    assert.deepEqual([...access.models.keys()], ['sale.order']);
    const contract = contractOf({
      openapi: '3.1.0',
      info: { title: 'x', version: '1' },
      paths: {
        '/orders': {
          get: {
            operationId: 'list',
            'x-portcullis': { odoo: { call: 'list', model: 'sale.order' } },
            responses: {
              200: {
                description: 'x',
                content: {
                  'application/json': {
                    schema: {
                      type: 'array',
                      items: {
                        type: 'object',
                        'x-portcullis': { model: 'sale.order' },
                        properties: {
                          total: { type: 'boolean', 'x-portcullis': { odoo: 'amount_total' } },
                          partner: { type: 'string', 'x-portcullis': { odoo: 'partner_id' } },
                          lines: { type: 'array', items: { type: 'string' }, 'x-portcullis': { odoo: 'order_line' } },
                          nothing: { type: 'string', 'x-portcullis': { odoo: 'x_nothing' } },
                          beyond: { type: 'string', 'x-portcullis': { odoo: 'team_id.name' } },
                          ordered: { type: 'string', format: 'date', 'x-portcullis': { odoo: 'date_order' } },
                          customer: {
                            type: 'object',
                            'x-portcullis': { odoo: 'partner_id', model: 'res.country' },
                            properties: { name: { type: 'string', 'x-portcullis': { odoo: 'name' } } },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    });
    const all = { 'list.response': ['total', 'partner', 'lines', 'nothing', 'beyond', 'ordered', 'customer.name'] };
    const { fields } = modelOf({ contract, operations: ['list'], read: all }, 'sale.order');
    assert.deepEqual(shown(fields), { date_order: 'r', id: 'r' });
  });

  test('writable are the fields of the bodies: lines at creation only, what is set once at creation only', () => {
    const operations = ['createOrder', 'createCustomer', 'updateCustomer', 'bookShipment'];
    const write = {
      Order: ['number', 'customerId', 'lines'],
      OrderLine: ['productId', 'quantity'],
      Customer: ['id', 'name', 'countryCode', 'address.countryId', 'address.country', 'categoryIds', 'contacts'],
      Party: ['name'],
      Shipment: ['trackingReference', 'number', 'consignee'],
    };
    const access = accessOf({ operations, write });
    const order = access.models.get('sale.order');
    assert.deepEqual(shown(order?.fields ?? new Map()), {
      name: 'c',
      partner_id: 'c',
      order_line: '- {product_id:c,product_uom_qty:c}',
      id: 'r',
    });
    assert.deepEqual([...(order?.calls ?? [])], ['create']);
    assert.deepEqual(shown(access.models.get('res.partner')?.fields ?? new Map()), {
      name: 'cu',
      country_id: 'cu',
      category_id: 'cu',
      child_ids: '- {name:c}',
      id: 'r',
    });
    assert.deepEqual(shown(access.models.get('stock.picking')?.fields ?? new Map()), { name: 'u', id: 'r' });
  });

  test('masks hold for every name of a field; relations that are masked are not shown', () => {
    const read = { Customer: ['email', 'name', 'address.countryId', 'address.country'], Party: ['email'] };
    const masks: Record<string, Mask> = {
      'Party.email': { type: 'last-4' },
      'Customer.address.country': { type: 'hash' },
    };
    const operations = ['listCustomers', 'listParties'];
    const { fields } = modelOf({ operations, read, masks }, 'res.partner');
    assert.deepEqual(shown(fields), { name: 'r', email: 'rm', country_id: 'r', id: 'r' });
    assert.equal(fields.get('email')?.mask?.('x'), 'last-4 Party.email x');
    const hidden = modelOf(
      { operations, read, masks: { 'Customer.address.countryId': { type: 'hide' } } },
      'res.partner',
    );
    assert.deepEqual(shown(hidden.fields), { name: 'r', email: 'r', id: 'r' });
  });
});

describe('calls, settings and contexts', () => {
  test('each operation opens its kind of call, an action its method', () => {
    const operations = ['archiveCustomer', 'validateShipment'];
    const access = accessOf({ operations });
    assert.deepEqual([...(access.models.get('stock.picking')?.actions ?? [])], ['button_validate']);
    assert.deepEqual([...(access.models.get('res.partner')?.actions ?? [])], ['action_archive']);
    assert.deepEqual([...(access.models.get('res.partner')?.calls ?? [])], []);
  });

  test('an action never opens a method that reads or writes by arguments', () => {
    for (const method of ['search_read', 'write', 'create', '_compute', 'name_search', 'web_save']) {
      const contract = actionContract('res.partner', method);
      assert.deepEqual([...modelOf({ contract }, 'res.partner').actions], [], method);
    }
    assert.deepEqual(
      [...modelOf({ contract: actionContract('res.partner', 'unlink') }, 'res.partner').actions],
      ['unlink'],
    );
  });

  test('system models are shut whatever a grant says, and so are grants without the protocols', () => {
    for (const model of ['ir.attachment', 'res.users', 'mail.message', 'auth_totp.device', 'base.language.install']) {
      const models = { models: new Map([[model, { ...known('res.partner'), name: model }]]), major: 19 };
      const places = placesOf({ contract: actionContract(model, 'run') });
      assert.equal(databaseAccess(places, models, { maskOf }).models.size, 0, model);
    }
    const { odoo: _, ...without } = placesOf({ operations: ['listCustomers'] })[0]?.grant.spec ?? assert.fail();
    const shut = placesOf({ operations: ['listCustomers'] }).map((place) => ({
      ...place,
      grant: { ...place.grant, spec: without },
    }));
    assert.equal(databaseAccess(shut, KNOWLEDGE, { maskOf }).models.size, 0);
  });

  test('of several grants the tightest settings hold', () => {
    const one = {
      operations: ['listCustomers'],
      odoo: { context: ['active_test', 'bin_size'], mostRecords: 50, companies: [1, 2] },
    } as const;
    const two = {
      name: 'two',
      operations: ['listOrders'],
      odoo: { context: ['active_test'], leastGroup: 5, companies: [2, 3] },
    } as const;
    const { contextKeys, companies, mostRecords, leastGroup } = accessOf(one, two);
    assert.deepEqual([[...contextKeys], companies, mostRecords, leastGroup], [['active_test'], [2], 50, 5]);
    const apart = { ...two, odoo: { companies: [7] } };
    assert.throws(() => accessOf(one, apart), /no company in common/);
    const plain = accessOf({ operations: ['listCustomers'] });
    assert.deepEqual([plain.companies, plain.mostRecords, plain.leastGroup], [undefined, 1000, 1]);
  });

  test('the context of a document is plain data for its kind of call; two that disagree are refused', () => {
    const context = { default_customer_rank: 1, tags: ['a', 1.5] };
    const created = contractWith('create', context);
    const model = modelOf({ contract: created }, 'res.partner');
    assert.equal(
      JSON.stringify(model.context),
      JSON.stringify({ create: { default_customer_rank: 1, tags: ['a', { text: '1.5' }] } }),
    );
    assert.equal(Object.getPrototypeOf(model.context.create), null);
    const clash = [...placesOf({ contract: created }), ...placesOf({ contract: contractWith('create', { other: 1 }) })];
    assert.throws(() => databaseAccess(clash, KNOWLEDGE, { maskOf }), /in different contexts/);
  });
});

describe('the example company', () => {
  test('a CRM that opens the protocols reads and writes what its grant names, and nothing of finance', async () => {
    const { grants, files } = await distribution();
    const spec = grants.get('salesforce-crm-customer-master-v1')?.document.spec;
    const contract = contractOf(files.get('customer-master/customer-master-1.2.yaml')?.content);
    assert.ok(spec);
    const { fields, calls, context } = modelOf({ contract, ...spec }, 'res.partner');
    assert.deepEqual([...calls].sort(), ['create', 'read', 'update']);
    assert.deepEqual({ ...context.create }, { default_customer_rank: 1 });
    const both = ['name', 'is_company', 'email', 'phone', 'street', 'street2', 'zip', 'city', 'state_id', 'user_id'];
    assert.deepEqual(shown(fields), {
      id: 'r',
      ...Object.fromEntries(both.map((name) => [name, 'rcu'])),
      category_id: 'rcu',
      country_id: 'rlcu',
      parent_id: 'r',
      ref: 'r',
      lang: 'r',
      active: 'r',
      write_date: 'r',
    });
  });
});

function known(model: string) {
  return KNOWLEDGE.models.get(model) ?? assert.fail();
}

function actionContract(model: string, method: string) {
  return contractOf({
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    paths: {
      '/things/{id}/run': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        post: {
          operationId: 'run',
          'x-portcullis': { odoo: { call: 'action', model, method } },
          responses: { 204: { description: 'done' } },
        },
      },
    },
  });
}

function contractWith(call: string, context: Readonly<Record<string, unknown>>) {
  const schema = { type: 'object', properties: { name: { type: 'string', 'x-portcullis': { odoo: 'name' } } } };
  return contractOf({
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    paths: {
      '/things': {
        post: {
          operationId: 'make',
          'x-portcullis': { odoo: { call, model: 'res.partner', context } },
          requestBody: { content: { 'application/json': { schema } } },
          responses: { 201: { description: 'done' } },
        },
      },
    },
  });
}
