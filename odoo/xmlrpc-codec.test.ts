import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OdooBinding } from '../catalog/documents.ts';
import { testExchange } from '../gateway/upstreams/exchange.fixture.ts';
import { decodeJson2Exact } from './json2-codec.ts';
import { encodeJsonRpc } from './jsonrpc-codec.ts';
import { type CallRun, odooClient } from './odoo-client.ts';
import type { RawAnswer, TypedCall } from './typed-call.ts';
import { readXmlCall } from './wire/read-xml.ts';
import { OdooFloat, type OdooValue } from './wire/value.ts';
import { writeJson } from './wire/write-json.ts';
import { writeXml } from './wire/write-xml.ts';
import { decodeXmlRpc, decodeXmlRpcExact, encodeXmlAuthenticate, encodeXmlRpc } from './xmlrpc-codec.ts';

const USER = { database: 'prod', uid: 8, apiKey: 'key' };

const WRITE: TypedCall = {
  model: 'res.partner',
  method: 'write',
  ids: [7],
  args: {
    vals: { name: 'a <b>\r\n', price: new OdooFloat('1.0'), big: 2n ** 70n, none: null, plain: 1.5, gone: undefined },
  },
  context: { lang: 'nl_BE' },
};

function xmlAnswer(text: string, status = 200, mediaType = 'text/xml'): RawAnswer {
  return { status, mediaType, retryAfter: '3', body: Buffer.from(text) };
}

const answerOf = (value: OdooValue) =>
  xmlAnswer(
    `<methodResponse><params><param>${writeXml(value, { none: 'nil', exact: true })}</param></params></methodResponse>`,
  );

function fault(code: number, text: string): string {
  const struct = writeXml({ faultCode: code, faultString: text }, { none: 'nil', exact: true });
  const outcome = decodeXmlRpcExact(xmlAnswer(`<methodResponse><fault>${struct}</fault></methodResponse>`));
  return outcome.ok ? 'ok' : outcome.failure;
}

describe('XML-RPC towards Odoo', () => {
  test('a call is what it is over JSON-RPC, with every value exact', () => {
    const { path, body } = encodeXmlRpc(WRITE, USER, '/erp');
    assert.equal(path, '/erp/xmlrpc/2/object');
    const { method, params } = readXmlCall(body);
    assert.equal(method, 'execute_kw');
    const json = encodeJsonRpc(WRITE, USER).body.toString();
    assert.ok(json.includes(`"args":${writeJson(params)}`), json);
    assert.match(writeJson(params), /"name":"a <b>\\r\\n","price":1\.0,"big":1180591620717411303424,"none":null/);
    assert.deepEqual(readXmlCall(encodeXmlAuthenticate('prod', 'bot', 'key').body).params, [
      'prod',
      'bot',
      'key',
      Object.create(null),
    ]);
  });

  test('a name that versions call differently is never sent by name', () => {
    const search = { model: 'res.partner', method: 'name_search', args: { domain: [], limit: 5 }, context: {} };
    const { params } = readXmlCall(encodeXmlRpc(search, USER).body);
    assert.equal(writeJson(params.slice(5)), '[["",[]],{"limit":5,"context":{}}]');
  });

  test('answers are exact, or as JSON.parse would read them', () => {
    const value = [{ id: 1, price: new OdooFloat('1.0'), big: 2n ** 60n, none: null }];
    const exact = decodeXmlRpcExact(answerOf(value));
    assert.equal(exact.ok && writeJson(exact.value), '[{"id":1,"price":1.0,"big":1152921504606846976,"none":null}]');
    const plain = decodeXmlRpc(answerOf(value));
    assert.deepEqual(plain, { ok: true, value: [{ id: 1, price: 1, big: 2 ** 60, none: null }] });
  });

  test('a fault is known by its class', () => {
    assert.equal(fault(4, 'You are not allowed'), 'AccessError');
    assert.equal(fault(3, 'Access Denied'), 'AccessDenied');
    assert.equal(fault(2, 'Record does not exist or has been deleted.\n(Record: …)'), 'MissingError');
    assert.equal(fault(2, 'You can not'), 'UserError');
    const frames =
      'Traceback (most recent call last):\n  File "/odoo/http.py", line 1, in x\n    raise ValueError("x")\n';
    assert.equal(fault(1, `${frames}ValueError: Invalid field\n`), 'ValueError');
    assert.equal(
      fault(1, `${frames}TypeError: cannot marshal None unless allow_none is enabled\n`),
      'CannotMarshalNone',
    );
    const serial = `${frames}psycopg2.errors.SerializationFailure: could not serialize\nDETAIL:  x\nCONTEXT:  SQL statement\n\n`;
    assert.equal(fault(1, serial), 'SerializationFailure');
    assert.equal(fault(1, 'nothing to see'), 'Http500');
    assert.equal(fault(1, ''), 'Http500');
  });

  test('what is no answer is known by its status', () => {
    const said = (answer: RawAnswer) => decodeXmlRpcExact(answer);
    assert.deepEqual(said(xmlAnswer('<html>', 503, 'text/html')), { ok: false, failure: 'Http503', retryAfter: '3' });
    for (const text of ['<methodResponse>', '', '<!DOCTYPE x><methodResponse/>', '{}']) {
      assert.equal(Object(said(xmlAnswer(text))).failure, 'NotJson');
    }
    const doubled = {
      status: 200,
      mediaType: 'application/json',
      retryAfter: undefined,
      body: Buffer.from('{"a":1,"a":2}'),
    };
    assert.equal(Object(decodeJson2Exact(doubled)).failure, 'NotJson');
  });
});

describe('exact calls', () => {
  const run: CallRun = { exchange: testExchange({ path: {} }).exchange, deadline: Date.now() + 60_000 };
  const read: TypedCall = { model: 'res.partner', method: 'read', ids: [1], args: { fields: ['name'] }, context: {} };

  function clientOf(protocol: OdooBinding['protocol'], answers: readonly RawAnswer[]) {
    const asked: { path: string; isSafe: boolean | undefined }[] = [];
    const client = odooClient(
      { url: 'http://127.0.0.1:1/', credential: { type: 'bearer', secret: { env: 'KEY' } } },
      { version: 19, protocol, database: 'prod', login: 'bot' },
      ({ path, isSafe }) => {
        const answer = answers[asked.length];
        asked.push({ path, isSafe });
        if (answer === undefined) throw new Error('asked too often');
        return Promise.resolve({ ...answer, header: () => answer.retryAfter });
      },
      () => 'key',
      undefined,
    );
    return { client, asked };
  }

  const json = (body: string): RawAnswer => ({
    status: 200,
    mediaType: 'application/json',
    retryAfter: undefined,
    body: Buffer.from(body),
  });

  test('the same value comes over every protocol', async () => {
    const record = { id: 1, price: new OdooFloat('12.0'), big: 2n ** 60n };
    const written = writeJson([record]);
    for (const [protocol, answers, path] of [
      ['json2', [json(written)], '/json/2/res.partner/read'],
      [
        'jsonrpc',
        [json('{"jsonrpc":"2.0","id":1,"result":8}'), json(`{"jsonrpc":"2.0","result":${written}}`)],
        '/jsonrpc',
      ],
      ['xmlrpc', [answerOf(8), answerOf([record])], '/xmlrpc/2/object'],
    ] as const) {
      const { client, asked } = clientOf(protocol, answers);
      const outcome = await client.exact(read, run, 'read');
      assert.equal(outcome.ok && writeJson(outcome.value), written);
      assert.deepEqual(asked.at(-1), { path, isSafe: true });
    }
  });

  test('a change is sent once, and a failure comes back as its class', async () => {
    const refused = { ...json('{"name":"odoo.exceptions.UserError","message":"x"}'), status: 422 };
    const { client, asked } = clientOf('json2', [refused]);
    assert.deepEqual(await client.exact(WRITE, run, 'change'), { ok: false, failure: 'UserError' });
    assert.deepEqual(asked, [{ path: '/json/2/res.partner/write', isSafe: false }]);
    assert.ok(run.exchange.facts.notes.includes('odoo:UserError'));
  });
});
