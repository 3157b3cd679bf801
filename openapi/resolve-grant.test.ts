import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Mask } from '../catalog/documents.ts';
import { parseSource } from '../catalog/parse-source.ts';
import { contractOf, document, operationOf } from './contract.fixture.ts';
import { SHOP } from './grant.fixture.ts';
import type { FieldRules } from './granted-places.ts';
import { parseContract } from './parse-contract.ts';
import { resolveSelection, resolveWritable } from './resolve-grant.ts';
import type { Selection, SelectionNode } from './selection.ts';

function select(read: FieldRules, masks: Readonly<Record<string, Mask>> = {}, id = 'listOrders'): Selection {
  return resolveSelection(SHOP, operationOf(SHOP, id), read, masks) ?? assert.fail('no selection');
}

/** What of a value may leave, by the meaning of selection.ts: the slow and plain way. */
function shown(node: SelectionNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => shown(node, item)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null)
    return node.leaf ? (node.mask === undefined ? value : node.mask.type) : undefined;
  if (node.keys.size === 0 && node.entries === undefined) return undefined;
  const out: Record<string, unknown> = {};
  for (const [key, held] of Object.entries(value)) {
    const next = node.keys.get(key) ?? node.entries;
    const kept = next === undefined ? undefined : shown(next, held);
    if (kept !== undefined) out[key] = kept;
  }
  return out;
}

const PARTY = { name: 'N', phone: 'P', parent: { name: 'NN', phone: 'PP', parent: null } };
const ORDER = {
  id: 1,
  number: 'S1',
  status: 'open',
  vatNumber: 'V',
  password: 'x',
  buyer: PARTY,
  seller: PARTY,
  unknown: 1,
  address: { city: 'C', street: 'S' },
  labels: { internalNote: 'I', a: 'A' },
  extra: { a: 1 },
  tags: ['t'],
};
const PAGE = { items: [{ ...ORDER, children: [{ ...ORDER, children: [ORDER] }] }], next: 'n', total: 7 };

describe('resolveSelection', () => {
  it('lets the envelope through and nothing else when nothing is granted', () => {
    const selection = select({});
    assert.deepEqual(shown(selection.root, PAGE), { items: [], next: 'n' });
    assert.deepEqual(selection.fields, ['OrderPage.items', 'OrderPage.next']);
  });

  it('lets out exactly the named leaves, also through recursion', () => {
    const order = { id: 1, number: 'S1', address: { city: 'C' }, tags: ['t'] };
    const selection = select({ Order: ['id', 'number', 'address.city', 'tags', 'children'] });
    assert.deepEqual(shown(selection.root, PAGE), {
      items: [{ ...order, children: [{ ...order, children: [order] }] }],
      next: 'n',
    });
    const record = selection.root.keys.get('items');
    assert.equal(record?.record, true);
    assert.equal(record?.keys.get('children')?.keys.get('children'), record?.keys.get('children'));
    assert.deepEqual(
      [selection.root.record, record?.keys.get('id')?.identifies, record?.keys.get('number')?.identifies],
      [false, { schema: 'Order', model: 'sale.order', role: 'self' }, undefined],
    );
    assert.equal(record?.keys.get('children')?.keys.get('id')?.identifies, undefined);
  });

  it('knows which record it shows, though its id is not granted, and whom a property links to', () => {
    const contract = contractOf(
      document(
        "/orders: {get: {operationId: listOrders, responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}}}",
        `
Order:
  type: object
  properties:
    id: {type: integer}
    code: {type: string, x-portcullis: {identifier: true}}
    total: {type: number}
    customer: {type: integer, x-portcullis: {model: {'16': res.partner}}}
    lines: {type: array, items: {type: object, properties: {id: {type: integer}, sku: {type: string, x-portcullis: {identifier: true}}}}}`,
      ),
    );
    const recordOf = (read: readonly string[]) =>
      resolveSelection(contract, operationOf(contract, 'listOrders'), { Order: read }, {})?.root ?? assert.fail();
    const self = { schema: 'Order', role: 'self' };
    const total = recordOf(['total']);
    assert.deepEqual(
      [...(total.silent ?? [])],
      [
        ['id', self],
        ['code', self],
      ],
    );
    assert.deepEqual(shown(total, [{ id: 1, code: 'C', total: 3 }]), [{ total: 3 }]);
    assert.equal(recordOf([]).silent, undefined, 'nothing of it is shown');

    const all = recordOf(['id', 'code', 'customer', 'lines.id', 'lines.sku']);
    assert.equal(all.silent, undefined);
    assert.deepEqual(all.keys.get('code')?.identifies, self);
    const customer = { schema: 'Order.customer', model: { '16': 'res.partner' }, role: 'link' };
    assert.deepEqual({ ...all.keys.get('customer')?.identifies, model: { '16': 'res.partner' } }, customer);
    const lines = all.keys.get('lines')?.keys;
    assert.equal(lines?.get('id')?.identifies, undefined, 'of what a record contains only what is said to identify it');
    assert.equal(lines?.get('sku')?.identifies?.role, 'self');
  });

  it('joins outer rules with those of a schema of its own name', () => {
    const read = { Order: ['buyer.name', 'seller'], Party: ['phone'] };
    const [item] = Object(shown(select(read).root, PAGE)).items;
    // Passed through, a party shows what the way names; granted itself, what its own rules say.
    assert.deepEqual(item, { buyer: { name: 'N' }, seller: { phone: 'P' } });
    const [both] = Object(
      shown(select({ Order: ['buyer', 'buyer.name'], Party: ['phone', 'parent'] }).root, PAGE),
    ).items;
    assert.deepEqual(both, { buyer: { name: 'N', phone: 'P', parent: { phone: 'PP' } } });
    assert.deepEqual(Object(shown(select({ Party: ['phone'] }).root, PAGE)).items, []);
  });

  it('keeps described properties out of a map that is granted beside them', () => {
    const [item] = Object(shown(select({ Order: ['labels.*'] }).root, PAGE)).items;
    assert.deepEqual(item, { labels: { a: 'A' } });
  });

  it('never lets out an object that was named without leaves, nor a write-only field', () => {
    const [item] =
      Object(shown(select({ Order: ['address', 'extra', 'password', 'buyer', 'id'] }).root, PAGE)).items ?? [];
    assert.deepEqual(item, { id: 1 });
  });

  it('masks by field, by place, and by container; hiding wins', () => {
    const read = { Order: ['id', 'vatNumber', 'buyer', 'seller', 'address.city'], Party: ['name', 'phone'] };
    const masks: Record<string, Mask> = {
      'Order.vatNumber': { type: 'last-4' },
      'Party.phone': { type: 'hash' },
      'Order.buyer.phone': { type: 'truncate', length: 2 },
      'Order.seller.name': { type: 'hide' },
      'Order.address': { type: 'hash' },
    };
    const selection = select(read, masks);
    const [item] = Object(shown(selection.root, PAGE)).items;
    assert.deepEqual(item, {
      id: 1,
      vatNumber: 'last-4',
      buyer: { name: 'N', phone: 'truncate' },
      seller: { name: 'hide', phone: 'hash' },
      address: { city: 'hash' },
    });
    assert.deepEqual([...selection.masked].sort(), [
      'Order.address',
      'Order.address.city',
      'Order.vatNumber',
      'Party.name',
      'Party.phone',
    ]);
  });

  it('asks every answer of success that has the field', () => {
    const both = { Order: ['number', 'id'], 'createOrder.response.202': ['number', 'ticket'] };
    assert.deepEqual([...select(both, {}, 'createOrder').root.keys.keys()].sort(), ['id', 'number', 'ticket']);
    const one = { Order: ['number', 'id'], 'createOrder.response.202': ['ticket'] };
    assert.deepEqual([...select(one, {}, 'createOrder').root.keys.keys()].sort(), ['id', 'ticket']);
  });

  it('is undefined where nothing JSON is answered', () => {
    const contract = contractOf(
      document("/a: {get: {operationId: a, responses: {'200': {description: ok, content: {text/csv: {}}}}}}"),
    );
    assert.equal(resolveSelection(contract, operationOf(contract, 'a'), {}, {}), undefined);
  });

  it('holds for unions that meet themselves again, at any depth', () => {
    const contract = contractOf(
      document(
        "/a: {get: {operationId: a, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Owner'}}}}}}}",
        `
Owner: {type: object, properties: {pet: {oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Cat'}]}}}
Dog: {type: object, properties: {name: {type: string}, bone: {type: string}, enemy: {$ref: '#/components/schemas/Cat'}}}
Cat: {type: object, properties: {name: {type: string}, enemy: {$ref: '#/components/schemas/Dog'}}}`,
      ),
    );
    const read = { Owner: ['pet.name', 'pet.enemy', 'pet.enemy.name', 'pet.enemy.enemy'] };
    const selection = resolveSelection(contract, operationOf(contract, 'a'), read, {}) ?? assert.fail();
    const pet = (depth: number): unknown => ({
      name: 'n',
      bone: 'b',
      ...(depth === 0 ? {} : { enemy: pet(depth - 1) }),
    });
    const expected = (depth: number): unknown => ({
      name: 'n',
      ...(depth === 0 ? {} : { enemy: expected(depth - 1) }),
    });
    assert.deepEqual(shown(selection.root, { pet: pet(6) }), { pet: expected(6) });
  });

  it('shows nothing that no rule names: property', () => {
    const paths = [
      'id',
      'number',
      'vatNumber',
      'buyer',
      'buyer.name',
      'seller.parent',
      'seller.parent.phone',
      'address',
      'address.street',
      'labels.*',
      'labels',
      'children',
      'children.id',
      'tags',
      'nonsense',
    ];
    const partyPaths = ['name', 'phone', 'parent', 'parent.name'];
    const rules = fc.record({ Order: fc.subarray(paths), Party: fc.subarray(partyPaths) });
    const marked = JSON.parse(
      JSON.stringify(PAGE, (key, value) =>
        typeof value === 'string' || typeof value === 'number' ? `leaf ${key}` : value,
      ),
    );
    fc.assert(
      fc.property(rules, (read) => {
        const text = JSON.stringify(shown(select(read).root, marked));
        const named = (name: string): boolean =>
          [...read.Order, ...read.Party].some(
            (path) => path.split('.').at(-1) === name || (name === 'a' && path === 'labels.*'),
          );
        for (const [, name] of text.matchAll(/leaf ([A-Za-z]+)/g))
          assert.ok(name === 'next' || named(name ?? ''), `${name} in ${JSON.stringify(read)}`);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});

describe('resolveWritable', () => {
  const write = (rules: FieldRules): string[] =>
    [...resolveWritable(SHOP, operationOf(SHOP, 'createOrder'), rules)].sort();

  it('holds what the rules name, never read-only fields', () => {
    assert.deepEqual(write({ Order: ['id', 'number', 'address.city', 'password'] }), [
      'Order.address',
      'Order.address.city',
      'Order.number',
      'Order.password',
    ]);
    assert.deepEqual(write({}), []);
  });

  it('holds a shared id only where all of its places are granted', () => {
    assert.deepEqual(write({ Order: ['buyer', 'seller'], Party: ['name'] }), [
      'Order.buyer',
      'Order.seller',
      'Party.name',
    ]);
    assert.deepEqual(write({ Order: ['buyer.name', 'seller.name'] }), ['Order.buyer', 'Order.seller', 'Party.name']);
    assert.deepEqual(write({ Order: ['buyer.name', 'seller.phone'] }), ['Order.buyer', 'Order.seller']);
  });

  it('is empty without a body', () => {
    assert.equal(resolveWritable(SHOP, operationOf(SHOP, 'listOrders'), { Order: ['number'] }).size, 0);
  });
});

it('an envelope comes by itself around records only, never within one', () => {
  const schema = {
    type: 'object',
    properties: {
      items: { type: 'array', items: { $ref: '#/components/schemas/Deal' }, 'x-portcullis': { envelope: true } },
      next: { type: 'string', 'x-portcullis': { envelope: true } },
    },
  };
  const document = {
    openapi: '3.1.0',
    info: { title: 'deals', version: '1' },
    paths: {
      '/deals': {
        get: {
          operationId: 'list',
          responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
        },
      },
    },
    components: {
      schemas: {
        Deal: {
          type: 'object',
          properties: { id: { type: 'integer' }, code: { type: 'string', 'x-portcullis': { envelope: true } } },
        },
      },
    },
  };
  const source = parseSource('deals.json', JSON.stringify(document));
  const { contract } = parseContract(source.content, source.source);
  const operation = contract?.operations.get('list');
  assert.ok(contract !== undefined && operation !== undefined);
  const fields = resolveSelection(contract, operation, { Deal: ['id'] }, {})?.fields ?? [];
  assert.ok(fields.includes('Deal.id'));
  assert.ok(!fields.includes('Deal.code'), fields.join());
});

it('what is classified cannot be an envelope', () => {
  const annotated = {
    openapi: '3.1.0',
    info: { title: 'deals', version: '1' },
    paths: {
      '/x': {
        get: {
          operationId: 'x',
          responses: {
            200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/X' } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        X: {
          type: 'object',
          properties: { code: { type: 'string', 'x-portcullis': { class: 'confidential', envelope: true } } },
        },
      },
    },
  };
  const source = parseSource('x.json', JSON.stringify(annotated));
  const { faults } = parseContract(source.content, source.source);
  assert.ok(faults.some(({ code, message }) => code === 'annotation-invalid' && message.includes('envelope')));
});
