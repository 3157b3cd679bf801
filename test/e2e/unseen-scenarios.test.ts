import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formatFault } from '../../catalog/fault.ts';
import { jsonAnswer } from '../../gateway/upstreams/raw-upstream.fixture.ts';
import type { Answer } from './house.fixture.ts';
import { openUnseen, type UnseenHouse } from './unseen.fixture.ts';

/** What scenarios cost: documents, and nothing else. Those of test/e2e/unseen are added to the company while it runs. */

const code = ({ json }: Answer): unknown => (json as { code?: unknown } | undefined)?.code;
const member = ({ json }: Answer, name: string): unknown => (json as Record<string, unknown> | undefined)?.[name];

describe('situations that the example does not know', () => {
  let unseen: UnseenHouse;
  before(async () => {
    unseen = await openUnseen();
  });
  after(() => unseen.stop());

  describe('orders of a shop, with their lines (SC-03)', () => {
    const BASE = '/order-submission/v1/orders';
    const order = (reference: string, more: object = {}) => ({
      partnerId: 10,
      customerReference: reference,
      lines: [
        { productId: 1, quantity: 2 },
        { productId: 2, quantity: 1.5, text: 'cut to length' },
      ],
      ...more,
    });
    const submit = async (body: unknown, key?: string): Promise<Answer> => {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      return unseen.house.call('POST', BASE, { token: await unseen.house.token('shopify-storefront'), body, headers });
    };
    const creations = () => unseen.odoo.count('sale.order.create');

    test('an order is created with its lines, in the channel that the record filter names', async () => {
      const answer = await submit(order('first'), 'key-1');
      assert.equal(answer.status, 201, answer.text);
      assert.match(String(answer.headers.get('location')), /^\/order-submission\/v1\/orders\/\d+$/);
      assert.deepEqual(
        (member(answer, 'lines') as { productId: number }[]).map(({ productId }) => productId),
        [1, 2],
      );
      const sent = unseen.odoo.calls.findLast(({ method }) => method === 'create')?.args.vals_list;
      assert.deepEqual(sent, {
        partner_id: 10,
        client_order_ref: 'first',
        order_line: [
          [0, 0, { product_id: 1, product_uom_qty: 2 }],
          [0, 0, { product_id: 2, product_uom_qty: 1.5, name: 'cut to length' }],
        ],
        team_id: 1,
      });
    });

    test('one key is one order, also eight times at once', async () => {
      const before = creations();
      assert.equal(code(await submit(order('second'))), 'idempotency-key-missing');
      const answers = await Promise.all(Array.from({ length: 8 }, () => submit(order('second'), 'key-2')));
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
      assert.equal(creations(), before + 1);
      assert.equal(code(await submit(order('third'), 'key-2')), 'idempotency-key-reused');
    });

    test('a reference that the channel has used is a duplicate, one of another channel is not', async () => {
      const first = await submit(order('fourth'), 'key-4');
      const again = await submit(order('fourth'), 'key-5');
      assert.equal(code(again), 'duplicate');
      assert.equal(member(again, 'existing'), member(first, 'id'));
      assert.equal((await submit(order('AMZ-700002'), 'key-6')).status, 201);
    });

    test('prices, state and channel are not the shop’s to write, and nothing is sent', async () => {
      const before = creations();
      const line = { productId: 1, quantity: 1 };
      const price = await submit(order('x', { lines: [{ ...line, unitPrice: 0.01 }] }), 'key-7');
      assert.deepEqual([price.status, member(price, 'owned_by')], [403, 'price-book']);
      assert.equal(member(await submit(order('x', { state: 'sale' }), 'key-7'), 'owned_by'), 'trade-odoo');
      const hidden = await submit(order('x', { lines: [{ ...line, costNote: 'x' }] }), 'key-7');
      const unknown = await submit(order('x', { lines: [{ ...line, nonsense: 'x' }] }), 'key-7');
      assert.deepEqual([code(hidden), code(unknown)], ['field-not-granted', 'field-not-granted']);
      assert.equal(code(await submit(order('x', { team: 2 }), 'key-7')), 'field-not-granted');
      for (const lines of [[], [null], [1], [[6, 0, [1]]], null, { productId: 1 }, Array(201).fill(line)]) {
        assert.equal((await submit(order('x', { lines }), 'key-7')).status, 422);
      }
      const none = await submit(order('x', { lines: [line, { productId: 1, quantity: 0 }] }), 'key-7');
      assert.deepEqual(member(none, 'errors'), [{ pointer: '/lines/1/quantity', message: 'must be more than 0' }]);
      assert.equal(creations(), before);
    });

    test('confirming is the only way to another state, and only of its own orders', async () => {
      const id = member(await submit(order('fifth'), 'key-8'), 'id');
      const token = await unseen.house.token('shopify-storefront');
      const confirm = (which: unknown, key: string) =>
        unseen.house.call('POST', `${BASE}/${which}/confirm`, { token, headers: { 'idempotency-key': key } });
      assert.equal(member(await confirm(id, 'confirm-1'), 'state'), 'sale');
      assert.equal(code(await confirm(id, 'confirm-2')), 'business-rule');
      assert.equal(code(await confirm(2, 'confirm-3')), 'record-not-found');
    });

    test('the next major stands beside it with its own names and its own grant', async () => {
      const token = await unseen.house.token('shopify-storefront');
      const old = await unseen.house.call('GET', `${BASE}/1`, { token });
      assert.equal(old.headers.get('deprecation'), '@1767225600');
      assert.match(String(old.headers.get('link')), /\/order-submission\/v2/);
      const path = '/order-submission/v2/sales-orders';
      const body = { partnerId: 10, reference: 'v2', lines: [{ productId: 1, quantity: 1 }] };
      const made = await unseen.house.call('POST', path, { token, body, headers: { 'idempotency-key': 'key-1' } });
      assert.deepEqual([made.status, Object.keys(made.json as object)], [201, ['id', 'number', 'state']]);
      const confirm = await unseen.house.call('POST', `${path}/1/confirm`, { token });
      assert.equal(code(confirm), 'operation-not-granted');
    });
  });

  describe('a marketplace follows its own orders (SC-07)', () => {
    const BASE = '/marketplace-status/v1';
    const get = async (path: string) =>
      unseen.house.call('GET', BASE + path, { token: await unseen.house.token('amazon-connector') });

    test('page by page it sees every order of its channel once, and no other', async () => {
      const seen: unknown[] = [];
      let next: unknown = '';
      while (next !== null) {
        const page = await get(`/orders?limit=7${next === '' ? '' : `&cursor=${next}`}`);
        assert.equal(page.status, 200, page.text);
        seen.push(...(member(page, 'items') as { id: unknown }[]).map(({ id }) => id));
        next = member(page, 'next');
      }
      const orders = [...unseen.odoo.db.known('sale.order').rows];
      const own = orders.filter(([, row]) => row.get('team_id') === 2).map(([id]) => id);
      assert.deepEqual(seen.toSorted(), own.toSorted());
      assert.equal(code(await get('/orders/1')), 'record-not-found');
    });

    test('only what was handed over counts as shipped', async () => {
      unseen.odoo.db.put('stock.picking', 3, 'sale_id', 2);
      unseen.odoo.db.put('stock.picking', 4, 'sale_id', 2);
      const answer = await get('/shipments');
      assert.deepEqual(
        (answer.json as { id: number; orderId: number }[]).map(({ id, orderId }) => [id, orderId]),
        [[3, 2]],
      );
    });

    for (const query of [
      'fields=shipTo',
      'fields=shipTo.name',
      'fields=nonsense',
      'sort=channel',
      'filter[channel][eq]=Website',
      'filter[shipTo.name][ilike]=a',
      'filter[partner_id.name][ilike]=a',
      'filter[__proto__][eq]=1',
    ]) {
      test(`${query} asks for what is not granted`, async () => {
        assert.equal(code(await get(`/orders?${query}`)), 'field-not-granted');
      });
    }
  });

  describe('a supplier sees its own deliveries, masked', () => {
    const BASE = '/supplier-deliveries/v1/deliveries';
    const call = (method: string, path: string, token: string, body?: unknown) =>
      unseen.house.call(method, BASE + path, { token, ...(body === undefined ? {} : { body }) });

    test('every mask does what it says, and no value stands in a record', async () => {
      const token = await unseen.house.userToken('sales@ardennes.example', 'demo-harbour');
      const answer = await call('GET', '?sort=scheduledAt', token);
      const items = member(answer, 'items') as Record<string, unknown>[];
      assert.deepEqual(
        items.map(({ id, weight, shippingWeight }) => [id, weight, shippingWeight]),
        [
          [40, '10+', 13],
          [20, '10+', 15.25],
        ],
      );
      const supplier = items[0]?.supplier as Record<string, unknown>;
      assert.deepEqual(
        { ...supplier, email: String(supplier.email).length },
        { name: 'Ard', vat: '****2730', email: 22, phone: null },
      );
      assert.notEqual(items[0]?.origin, items[1]?.origin);
      const records = JSON.stringify(await unseen.house.records());
      for (const value of ['Ardennes', '472730', 'office@']) assert.ok(!records.includes(value), value);
    });

    test('of another supplier there is nothing to read or write; an account without the claim has nothing', async () => {
      const token = await unseen.house.userToken('sales@bavaria.example', 'demo-delta');
      assert.equal(code(await call('GET', '/20', token)), 'record-not-found');
      assert.equal(code(await call('PATCH', '/20', token, { trackingReference: 'MINE' })), 'record-not-found');
      const nobody = await unseen.house.userToken('nobody@ardennes.example', 'demo-harbour');
      assert.equal(code(await call('GET', '', nobody)), 'claim-missing');
    });

    test('a reference is announced once', async () => {
      const token = await unseen.house.userToken('sales@ardennes.example', 'demo-harbour');
      const announce = (trackingReference: unknown) => call('PATCH', '/40', token, { trackingReference });
      assert.equal((await announce('TR-1')).status, 200);
      assert.equal((await announce('TR-1')).status, 200);
      for (const other of ['TR-2', null, '']) assert.equal(code(await announce(other)), 'already-set');
      assert.equal(code(await call('PATCH', '/40', token, { supplierId: 31 })), 'field-not-granted');
      assert.equal(
        code(await call('PATCH', '/40', token, '{"trackingReference":"a","trackingReference":"b"}')),
        'body-malformed',
      );
    });

    test('what is masked neither sorts nor filters', async () => {
      const token = await unseen.house.userToken('sales@ardennes.example', 'demo-harbour');
      for (const query of ['sort=weight', 'filter[origin][eq]=P00020', 'filter[supplier.vat][ilike]=BE']) {
        assert.equal(code(await call('GET', `?${query}`, token)), 'field-not-granted');
      }
    });
  });

  describe('a partner with a Swagger 2.0 document and a credential in the query', () => {
    const BASE = '/vendor-orders/v1/vendor/orders/v1';
    const ORDER = {
      payload: {
        purchaseOrderNumber: 'L8266355',
        orderDetails: {
          dealCode: 'SECRET',
          sellingParty: {
            partyId: 'V1',
            taxInfo: { taxRegistrationNumber: 'BE0477472701' },
            address: { name: 'SECRET' },
          },
          items: [
            {
              itemSequenceNumber: '1',
              netCost: { amount: '11.20' },
              listPrice: { amount: '120', currencyCode: 'EUR' },
            },
          ],
        },
      },
      errors: [{ code: 'x', message: 'SECRET' }],
    };
    const ACKNOWLEDGEMENT = {
      purchaseOrderNumber: 'L8266355',
      sellingParty: { partyId: 'V1' },
      acknowledgementDate: '2026-11-20T08:00:00Z',
      items: [
        {
          orderedQuantity: { amount: 5, unitOfMeasure: 'Cases' },
          itemAcknowledgements: [
            { acknowledgementCode: 'Accepted', acknowledgedQuantity: { amount: 5, unitOfMeasure: 'Cases' } },
          ],
        },
      ],
    };
    const says = (answer: string | Buffer) => unseen.answer((socket) => socket.write(answer));
    const read = async (path = '/purchaseOrders/L8266355') =>
      unseen.house.call('GET', BASE + path, { token: await unseen.house.token('care-desk') });
    const acknowledge = async (one: object, key?: string) =>
      unseen.house.call('POST', `${BASE}/acknowledgements`, {
        token: await unseen.house.token('care-desk'),
        body: { acknowledgements: [one] },
        headers: key === undefined ? {} : { 'idempotency-key': key },
      });

    test('the answer is cut and masked, the credential is the gateway’s, and the consumer keeps its other grant', async () => {
      says(jsonAnswer(JSON.stringify(ORDER)));
      assert.deepEqual((await read()).json, {
        payload: {
          purchaseOrderNumber: 'L8266355',
          orderDetails: {
            sellingParty: { partyId: 'V1', taxInfo: { taxRegistrationNumber: '****2701' } },
            items: [{ itemSequenceNumber: '1', listPrice: { amount: '100+', currencyCode: 'EUR' } }],
          },
        },
      });
      const line = unseen.retailer.requests.at(-1)?.split('\r\n')[0];
      assert.equal(
        line,
        'GET /vendor/orders/v1/purchaseOrders/L8266355?api_key=retailer%20key%2F%26%3D%3F%23 HTTP/1.1',
      );
      assert.equal(code(await read('/purchaseOrders?api_key=mine')), 'parameter-unknown');
      const token = await unseen.house.token('care-desk');
      assert.equal((await unseen.house.call('GET', '/parcel-tracking/v1/parcels/PC12345678BE', { token })).status, 200);
    });

    test('an acknowledgement is rebuilt and sent once', async () => {
      says(jsonAnswer('{"payload":{"transactionId":"t-1","trace":"SECRET"}}', '202 Accepted'));
      const before = unseen.retailer.requests.length;
      const answers = [await acknowledge(ACKNOWLEDGEMENT, 'key-1'), await acknowledge(ACKNOWLEDGEMENT, 'key-1')];
      for (const answer of answers) assert.deepEqual(answer.json, { payload: { transactionId: 't-1' } });
      assert.equal(unseen.retailer.requests.length, before + 1);
      const body = unseen.retailer.requests.at(-1)?.split('\r\n\r\n')[1] ?? '';
      assert.deepEqual(JSON.parse(body), { acknowledgements: [ACKNOWLEDGEMENT] });
    });

    test('what may not be said to the partner is not sent', async () => {
      const before = unseen.retailer.requests.length;
      const [item] = ACKNOWLEDGEMENT.items;
      const priced = await acknowledge({ ...ACKNOWLEDGEMENT, items: [{ ...item, listPrice: { amount: '1' } }] });
      assert.deepEqual([code(priced), member(priced, 'owned_by')], ['field-not-writable', 'price-book']);
      assert.equal(code(await acknowledge({ ...ACKNOWLEDGEMENT, hack: 1 })), 'field-not-granted');
      assert.equal(
        code(await acknowledge({ ...ACKNOWLEDGEMENT, items: [{ ...item, itemSequenceNumber: 1 }] })),
        'body-invalid',
      );
      assert.equal(unseen.retailer.requests.length, before);
    });

    test('after a lost answer nobody knows, and the key is not used for a second try', async () => {
      unseen.answer((socket) => socket.resetAndDestroy());
      assert.equal(code(await acknowledge(ACKNOWLEDGEMENT, 'key-2')), 'outcome-unknown');
      says(jsonAnswer('{"payload":{"transactionId":"t-2"}}', '202 Accepted'));
      const before = unseen.retailer.requests.length;
      assert.equal(code(await acknowledge(ACKNOWLEDGEMENT, 'key-2')), 'outcome-unknown');
      assert.equal(unseen.retailer.requests.length, before);
    });

    const head = (status: string, type: string, more = '') =>
      `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nLocation: http://SECRET/\r\nSet-Cookie: a=SECRET\r\n${more}`;
    const whole = (status: string, type: string, body: string | Buffer, more = '') =>
      Buffer.concat([
        Buffer.from(`${head(status, type, more)}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
        Buffer.from(body),
      ]);
    const JSON_TYPE = 'application/json';
    const HOSTILE: readonly (readonly [name: string, answer: string | Buffer, code: string])[] = [
      ['a page', whole('200 OK', 'text/html', '<p>SECRET</p>'), 'upstream-answer-invalid'],
      ['a page called JSON', whole('200 OK', JSON_TYPE, '<p>SECRET</p>'), 'upstream-answer-invalid'],
      ['gzip that is none', whole('200 OK', JSON_TYPE, '{}', 'Content-Encoding: gzip\r\n'), 'upstream-answer-invalid'],
      [
        'gzip cut short',
        whole('200 OK', JSON_TYPE, gzipSync(JSON.stringify(ORDER)).subarray(0, 40), 'Content-Encoding: gzip\r\n'),
        'upstream-answer-invalid',
      ],
      [
        'half a document',
        whole('200 OK', JSON_TYPE, '{"payload":{"purchaseOrderNumber":"L8'),
        'upstream-answer-invalid',
      ],
      ['two documents', whole('200 OK', JSON_TYPE, '{}{}'), 'upstream-answer-invalid'],
      ['a key twice', whole('200 OK', JSON_TYPE, '{"payload":{},"payload":{}}'), 'upstream-answer-invalid'],
      ['a part', whole('206 Partial Content', JSON_TYPE, '{}'), 'upstream-answer-invalid'],
      ['a redirect', whole('302 Found', 'text/html', 'SECRET'), 'upstream-answer-invalid'],
      ['a traceback', whole('500 Oops', 'text/html', 'Traceback: SECRET'), 'upstream-failed'],
      ['its own refusal', whole('403 No', JSON_TYPE, '{"error":"SECRET"}'), 'upstream-refused'],
      ['another protocol', 'SSH-2.0-SECRET\r\n\r\n', 'upstream-answer-invalid'],
      [
        'two lengths',
        head('200 OK', JSON_TYPE, 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n'),
        'upstream-answer-invalid',
      ],
      ['nothing, for long', '', 'upstream-timeout'],
    ];
    for (const [name, answer, expected] of HOSTILE) {
      test(`answered with ${name}, the consumer learns nothing of the partner`, async () => {
        unseen.answer((socket) => answer !== '' && socket.write(answer));
        const { status, headers, text, json } = await read();
        assert.equal((json as { code: string }).code, expected);
        assert.ok(!`${text}${JSON.stringify([...headers])}`.includes('SECRET'));
        assert.equal((await unseen.house.records()).at(-1)?.status, status);
      });
    }

    test('strange values stay what they are, or go', async () => {
      says(jsonAnswer('{"payload":{"purchaseOrderNumber":1e400,"orderDetails":"SECRET"},"__proto__":{"payload":1}}'));
      assert.equal((await read()).text, '{"payload":{"purchaseOrderNumber":1e400}}');
      says('HTTP/1.1 204 No Content\r\n\r\n');
      assert.deepEqual([(await read()).status, (await read()).text], [204, '']);
    });
  });

  describe('maps within maps, and a parameter that only the record filter fills (Y-09)', () => {
    const says = (json: unknown) => unseen.answer((socket) => socket.write(jsonAnswer(JSON.stringify(json))));
    const get = async (path: string, login = 'sales@bavaria.example', password = 'demo-delta') =>
      unseen.house.call('GET', path, { token: await unseen.house.userToken(login, password) });
    const sent = () => unseen.retailer.requests.at(-1)?.split(' ')[1] ?? '';
    const event = { at: '2026-11-20T08:00:00Z', code: 'IN', signedBy: 'SECRET' };

    test('entries of maps are selected and masked whatever they are called, at every depth', async () => {
      says({
        id: '77',
        account: 'SECRET',
        status: 'moving',
        receiver: 'SECRET',
        labels: { fragile: 'yes', 'é/~.*': 'no' },
        parcels: {
          P1: { weight: 4.5, value: 99, events: { '1': event, x: event } },
          P2: {},
          constructor: { weight: 31 },
        },
      });
      const { status, json, text } = await get('/parcel-events/v1/accounts/A1/shipments/77');
      assert.equal(status, 200, text);
      const shown = { at: event.at, code: 'IN' };
      assert.deepEqual(json, {
        id: '77',
        status: 'moving',
        labels: { fragile: 'yes', 'é/~.*': 'no' },
        parcels: { P1: { weight: '2-5', events: { '1': shown, x: shown } }, P2: {}, constructor: { weight: '30+' } },
      });
    });

    test('an answer that is itself a map of maps', async () => {
      says({ '2026-11-20': { P1: event }, '2026-11-21': {} });
      const { status, json, text } = await get('/parcel-events/v1/events');
      assert.equal(status, 200, text);
      assert.deepEqual(json, { '2026-11-20': { P1: { at: event.at, code: 'IN' } }, '2026-11-21': {} });
    });

    test('the claim fills a parameter that the document requires, and the client need not know of it', async () => {
      says({});
      assert.equal((await get('/parcel-events/v1/events')).status, 200);
      const address = new URL(sent(), 'http://partner');
      assert.deepEqual([...address.searchParams.keys()].sort(), ['account', 'api_key']);
      assert.equal(address.searchParams.get('account'), 'A1');
      const before = unseen.retailer.requests.length;
      for (const account of ['A1', 'A2']) {
        assert.equal(code(await get(`/parcel-events/v1/events?account=${account}`)), 'field-not-granted');
      }
      assert.equal(code(await get('/parcel-events/v1/accounts/A2/shipments/77')), 'record-not-found');
      const nobody = await get('/parcel-events/v1/events', 'nobody@ardennes.example', 'demo-harbour');
      assert.equal(code(nobody), 'claim-missing');
      assert.equal(unseen.retailer.requests.length, before);
    });

    test('prices of a partner: a field that only the overlay knows filters, amounts in a map are ranges', async () => {
      const prices = [{ sku: 'A', cost: 1, tiers: { '1': 9.5, '100': 120 } }, { sku: 'B' }];
      says({ currency: 'EUR', customer: 'SECRET', prices });
      const { status, json, text } = await get('/price-lists/v2/prices?skus=A%7CB');
      assert.equal(status, 200, text);
      assert.deepEqual(json, {
        currency: 'EUR',
        prices: [{ sku: 'A', tiers: { '1': '0-10', '100': '101-1000' } }, { sku: 'B' }],
      });
      const address = new URL(sent(), 'http://partner');
      assert.equal(address.pathname, '/api/v2/prices');
      assert.deepEqual(
        ['customer', 'skus', 'api_key'].map((name) => address.searchParams.getAll(name)),
        [['K/7&8'], ['A|B'], ['retailer key/&=?#']],
      );
    });
  });

  describe('mistakes in documents', () => {
    const GRANT = 'supplier-deliveries/grants.yaml';
    const INTERFACE = 'order-submission/interface.yaml';
    const CONTRACT = 'supplier-deliveries/supplier-deliveries-1.0.yaml';
    const swap = (from: string, to: string) => (text: string) => text.replace(from, to);
    const MISTAKES: readonly (readonly [
      name: string,
      file: string,
      change: (text: string) => string,
      line: string,
      fault: RegExp,
    ])[] = [
      [
        'a typo',
        GRANT,
        swap('- shippingWeight', '- shipingWeight'),
        'shipingWeight',
        /field-unknown .*"shippingWeight"\?/,
      ],
      [
        'an unknown operation',
        GRANT,
        swap('announceDelivery', 'anounceDelivery'),
        'anounce',
        /operation-unknown .*"announceDelivery"\?/,
      ],
      [
        'a mask gone',
        GRANT,
        swap('    Delivery.supplier.vat: { type: last-4 }\n', ''),
        '- supplier.vat',
        /restricted-without-mask-or-approval/,
      ],
      ['a missing owner', INTERFACE, swap('technical: integration, ', ''), 'owners:', /owner-missing .*technical/],
      [
        'an end before it is announced',
        INTERFACE,
        swap('2031-01-01', '2025-01-01'),
        'sunset',
        /sunset-before-deprecation/,
      ],
      ['wrong indentation', GRANT, swap('  read:\n', 'read:\n'), 'masks:', /file-invalid/],
      [
        'a path out of the folder',
        INTERFACE,
        swap('order-submission-1.0.yaml', '../../../../etc/passwd'),
        'etc/passwd',
        /reference-invalid/,
      ],
      [
        'a reference to elsewhere',
        CONTRACT,
        swap('$ref: "#/components/schemas/Delivery" }, x-', '$ref: "https://elsewhere.example/x" }, x-'),
        'elsewhere',
        /ref-remote/,
      ],
      [
        'a pattern for an attacker',
        CONTRACT,
        swap('maxLength: 60', 'pattern: "^(a+)+$"'),
        '(a+)+',
        /pattern-superlinear/,
      ],
      [
        'two paths for one request',
        CONTRACT,
        swap(
          'components:',
          '  /deliveries/{other}:\n    get:\n      operationId: byOther\n      parameters:\n        - { name: other, in: path, required: true, schema: { type: string } }\n      responses: { "200": { description: x } }\ncomponents:',
        ),
        'get:\n      operationId: byOther',
        /operation-collision/,
      ],
    ];
    for (const [name, file, change, part, expected] of MISTAKES) {
      test(`${name} is told where it stands, and what runs goes on`, async () => {
        const outcome = await unseen.tryDocument(file, change);
        assert.equal(outcome.kind, 'refused');
        const lines = outcome.kind === 'refused' ? outcome.faults.map(formatFault) : [];
        const start = `unseen/${file}:${outcome.lineOf(part)}:`;
        assert.ok(
          lines.some((line) => line.startsWith(start) && expected.test(line)),
          `${start} ${expected} is not in\n${lines.join('\n')}`,
        );
        const token = await unseen.house.token('shopify-storefront');
        assert.equal((await unseen.house.call('GET', '/order-submission/v1/orders/1', { token })).status, 200);
      });
    }
  });
});

describe('the same documents in another environment', () => {
  let unseen: UnseenHouse;
  before(async () => {
    unseen = await openUnseen('staging');
  });
  after(() => unseen.stop());

  test('its own consumers, grants, addresses and credentials hold there, and no others', async () => {
    const token = await unseen.house.token('rehearsal');
    const order = await unseen.house.call('GET', '/order-submission/v1/orders/1', { token });
    assert.deepEqual([order.status, Object.keys(order.json as object)], [200, ['id', 'number', 'lines']]);
    assert.equal(
      code(await unseen.house.call('POST', '/order-submission/v1/orders', { token, body: {} })),
      'operation-not-granted',
    );
    assert.equal(code(await unseen.house.call('GET', '/customer-master/v1/customers', { token })), 'not-found');
    await assert.rejects(unseen.house.token('shopify-storefront'), /invalid_client/);

    unseen.answer((socket) =>
      socket.write(jsonAnswer('{"payload":{"purchaseOrderNumber":"L1","purchaseOrderState":"New"}}')),
    );
    const path = '/vendor-orders/v1/vendor/orders/v1/purchaseOrders/L1';
    assert.deepEqual((await unseen.house.call('GET', path, { token })).json, {
      payload: { purchaseOrderNumber: 'L1' },
    });
    const sent = unseen.retailer.requests.at(-1) ?? '';
    assert.match(sent, /^GET \/rehearsal\/vendor\/orders\/v1\/purchaseOrders\/L1 HTTP/);
    const credential = Buffer.from('wholesale:rehearsal-password').toString('base64');
    assert.match(sent, new RegExp(`\r\nauthorization: Basic ${credential}\r\n`, 'i'));
    assert.equal((await unseen.house.records()).at(-1)?.environment, 'staging');
  });
});
