import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { syntheticUid } from '../../../odoo/front/synthetic-uid.ts';
import { isOdooList, isOdooObject, type OdooValue } from '../../../odoo/wire/value.ts';
import { shapeOf, understood } from './answer-shape.fixture.ts';
import { type Behind, type ClientHouse, DATABASE, LOGIN, openClientHouse } from './client-house.fixture.ts';
import { exchangeBytes, type HttpMessage, headerIn, writeMessage } from './raw-exchange.fixture.ts';
import { exchanged, type RecordedExchange, recordedExchanges } from './recorded-bytes.fixture.ts';

// The bytes of eight unmodified clients as a tap saw them on their way to a real Odoo 19, sent to the gateway. Each
// request stands here with what its owner gets.

/**
 * `as recorded`: status, content type and the types of the result. `known`: the same, with these values. `fields`: the
 * fields that are described. `closed`: a model or method that is not granted or not there. `hidden`: a field that is not.
 */
type Expected =
  | 'as recorded'
  | 'created'
  | 'closed'
  | 'hidden'
  | '404'
  | 'session'
  | { readonly known: OdooValue }
  | { readonly fields: readonly string[] };

const UID = syntheticUid(LOGIN);
const LOGGED_IN = { known: UID };
const CONTACT = ['category_id', 'country_id', 'email', 'id', 'is_company', 'name', 'phone'];

const CLIENTS: Readonly<Record<string, readonly (readonly [asks: string, gets: Expected])[]>> = {
  'npm-async-odoo-xmlrpc': [
    ['authenticate', LOGGED_IN],
    ['res.partner search_read', 'as recorded'],
  ],
  'npm-node-odoo': [
    ['/web/session/authenticate', 'session'],
    ['res.partner search', 'as recorded'],
    // Gone from Odoo 19 itself.
    ['/web/dataset/call', '404'],
    ['res.partner create', 'created'],
    ['res.partner unlink', { known: true }],
  ],
  'npm-odoo-await': [
    ['authenticate', LOGGED_IN],
    ['res.partner search', 'as recorded'],
    ['res.partner search_read', 'as recorded'],
    ['res.partner create', 'created'],
    ['res.partner write', { known: true }],
    ['res.partner read', 'as recorded'],
    ['ir.model.data create', 'closed'],
    ['ir.model.data search_read', 'closed'],
    ['res.partner read', 'as recorded'],
    ['res.partner.category fields_get', { fields: ['id', 'name'] }],
    ['res.partner unlink', { known: true }],
    ['sale.order no_method', 'closed'],
  ],
  'npm-odoo-xmlrpc-ts': [
    ['authenticate', LOGGED_IN],
    ['res.partner search_read', 'as recorded'],
    ['res.partner search', 'as recorded'],
    ['res.partner create', 'created'],
    ['no.model search', 'closed'],
  ],
  'npm-odoo-xmlrpc': [
    ['authenticate', LOGGED_IN],
    ['res.partner search_read', 'as recorded'],
    ['res.partner search', { known: [1] }],
  ],
  'npm-odoo': [
    ['/web/session/authenticate', 'session'],
    ['res.partner search', 'as recorded'],
  ],
  'python-odoorpc': [
    ['/web/webclient/version_info', 'as recorded'],
    ['list', { known: [DATABASE] }],
    ['/web/session/authenticate', 'session'],
    ['res.partner fields_get', { fields: CONTACT }],
    ['res.partner search', 'as recorded'],
    // It names all fields that Odoo described to it; here it would have been told of those it may see.
    ['res.partner read', 'hidden'],
    ['res.partner read', { known: [{ id: 9, country_id: 233 }] }],
    ['res.country fields_get', { fields: ['code', 'id', 'name'] }],
    ['res.country read', 'hidden'],
    ['res.partner write', { known: true }],
    ['res.partner read', 'hidden'],
    ['res.partner read', { known: [{ id: 1, name: 'My Company (San Francisco)' }] }],
    ['res.partner search_count', 'as recorded'],
    ['res.partner create', 'created'],
    ['res.partner unlink', { known: true }],
    ['res.partner read', 'hidden'],
    ['sale.order fields_get', { fields: ['date_order', 'id', 'name', 'partner_id', 'state'] }],
    ['sale.order search_read', 'as recorded'],
    ['ir.actions.report fields_get', 'closed'],
    ['ir.actions.report search', 'closed'],
    ['ir.actions.report read', 'closed'],
    ['/web/session/destroy', 'as recorded'],
  ],
  'python-xmlrpc.client': [
    ['version', 'as recorded'],
    ['authenticate', LOGGED_IN],
    ['res.partner search_read', 'as recorded'],
    ['res.partner create', 'created'],
    ['res.partner write', { known: true }],
    ['res.partner unlink', { known: true }],
    ['no.model search', 'closed'],
  ],
};

/** What a request asks for, in the words of the table: model and method, the service's method, or the route. */
function wordsOf({ start, body }: HttpMessage): string {
  const path = start.split(' ')[1] ?? '';
  const text = body.toString();
  if (path.startsWith('/xmlrpc/')) {
    const [method = ''] = /(?<=<methodName>)\w+/.exec(text) ?? [];
    const strings = [...text.matchAll(/<string>([^<]*)<\/string>/g)].map(([, value]) => value);
    return method === 'execute_kw' ? `${strings[2]} ${strings[3]}` : method;
  }
  const { params } = JSON.parse(text);
  if (path === '/web/dataset/call_kw') return `${params.model} ${params.method}`;
  if (path !== '/jsonrpc') return path;
  return params.service === 'object' ? `${params.args[3]} ${params.args[4]}` : params.method;
}

function check(expected: Expected, { response }: RecordedExchange, answer: HttpMessage): void {
  const [, status = ''] = answer.start.split(' ');
  if (expected === '404') {
    assert.deepEqual([status, response.start.split(' ')[1]], ['404', '404']);
    return;
  }
  assert.equal(status, '200');
  assert.equal(headerIn(answer, 'content-type'), headerIn(response, 'content-type'));
  const isXml = headerIn(answer, 'content-type')?.startsWith('text/xml') === true;
  const got = understood(answer);
  if (expected === 'closed' || expected === 'hidden') {
    assert.ok('code' in got, `answered ${answer.body}`);
    const [code, name] = expected === 'closed' ? [4, 'AccessError'] : [1, 'ValueError'];
    const words = expected === 'closed' ? /^You are not allowed to access this model or method\.$/ : /^Invalid field /;
    if (isXml) assert.match(String(got.said), words);
    else assert.match(String(got.said), new RegExp(`\\.${name}$`));
    assert.equal(got.code, isXml ? code : 0);
    return;
  }
  assert.ok('result' in got, `refused: ${answer.body}`);
  const { result } = got;
  if (expected === 'session') {
    assert.ok(isOdooObject(result));
    assert.deepEqual([result.uid, result.db, result.server_version], [UID, DATABASE, '19.0']);
    assert.deepEqual({ ...Object(result.user_context) }, { lang: 'en_US', tz: 'UTC', uid: UID });
  } else if (expected === 'created') {
    assert.ok(Number.isInteger(result) && Number(result) > 61, `created ${result}`);
  } else if (expected === 'as recorded') {
    const recorded = understood(response);
    assert.ok('result' in recorded);
    assert.deepEqual(shapeOf(result), shapeOf(recorded.result));
    assert.ok(!isOdooList(result) || result.length > 0, 'nothing was found');
  } else if ('fields' in expected) {
    assert.ok(isOdooObject(result));
    assert.deepEqual(Object.keys(result).sort(), expected.fields);
  } else {
    assert.equal(JSON.stringify(result), JSON.stringify(expected.known));
  }
}

const BRIDGES: readonly Behind[] = [
  { version: 19, protocol: 'json2' },
  { version: 19, protocol: 'jsonrpc' },
];

for (const behind of BRIDGES) {
  describe(`the bytes of real clients before Odoo 19 over ${behind.protocol}`, () => {
    let house: ClientHouse;
    before(async () => {
      house = await openClientHouse(behind);
    });
    after(() => house.stop());

    for (const [client, table] of Object.entries(CLIENTS)) {
      test(`${client} gets what its owner needs`, async () => {
        const exchanges = recordedExchanges(client);
        assert.deepEqual(
          exchanges.map(({ request }) => wordsOf(request)),
          table.map(([asks]) => asks),
        );
        let cookie: string | undefined;
        const ids = new Map<number, number>();
        for (const [place, exchange] of exchanges.entries()) {
          const [asks, gets] = table[place] ?? ['', 'closed'];
          const request = exchanged(exchange.request, { cookie, ids });
          assert.doesNotMatch(request.body.toString(), /odoo19|admin/);
          const answer = await exchangeBytes(house.url, writeMessage(request));
          try {
            check(gets, exchange, answer);
          } catch (error) {
            throw new Error(`${place + 1}. ${asks}`, { cause: error });
          }
          cookie = headerIn(answer, 'set-cookie')?.split(';')[0] ?? cookie;
          if (gets === 'created') ids.set(idIn(exchange.response), idIn(answer));
        }
      });
    }
  });
}

function idIn(message: HttpMessage): number {
  const answer = understood(message);
  return 'result' in answer ? Number(answer.result) : Number.NaN;
}
