import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { UpstreamCredential } from '../../catalog/documents.ts';
import type { Parameter } from '../../openapi/contract.ts';
import type { TypedRequest } from '../exchange.ts';
import { type Refusal, RefusalError } from '../problems.ts';
import type { UpstreamAnswer } from '../upstream.ts';
import { type PlaceOptions, testExchange, testPlace } from './exchange.fixture.ts';
import { createHttpClient } from './http-client.ts';
import { httpUpstream } from './http-upstream.ts';
import { jsonAnswer, type RawUpstream, rawUpstream } from './raw-upstream.fixture.ts';
import { createTransport } from './transport.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SECRET = 'canary-8f3a';

interface Tested {
  readonly upstream: RawUpstream;
  send(typed?: Partial<TypedRequest>): Promise<UpstreamAnswer | Refusal>;
  readonly facts: ReturnType<typeof testExchange>['exchange']['facts'][];
}

async function over(
  respond: string | Buffer | ((socket: Socket, count: number) => void),
  options: Partial<PlaceOptions> & { credential?: UpstreamCredential; basePath?: string; timeoutMs?: number } = {},
): Promise<Tested> {
  const upstream = await rawUpstream(
    typeof respond === 'function' ? respond : (socket) => socket.write(respond, 'latin1'),
  );
  const client = createHttpClient();
  closers.push(
    () => upstream.close(),
    () => client.close(),
  );
  const { credential, basePath = '', timeoutMs = 5000, ...place } = options;
  const adapter = httpUpstream({ client, readSecret: () => SECRET, openTls: () => undefined });
  const environment = { url: upstream.url + basePath, timeoutMs, ...(credential === undefined ? {} : { credential }) };
  const send = adapter.prepare(testPlace({ environment, ...place }), undefined as never);
  const facts: Tested['facts'] = [];
  return {
    upstream,
    facts,
    send(typed) {
      const { exchange } = testExchange(typed);
      facts.push(exchange.facts);
      return send(exchange);
    },
  };
}

function codeOf(answer: UpstreamAnswer | Refusal): string {
  return 'kind' in answer ? answer.code : `status ${answer.status}`;
}

function parameter(name: string, place: Parameter['in']): Parameter {
  return { name, in: place, required: false, schema: true, style: 'simple', explode: false, role: 'forward' };
}

function encoded(body: Buffer, coding: string): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

describe('http upstream: what is sent', () => {
  test('a request built from typed values alone', async () => {
    const { upstream, send, facts } = await over(jsonAnswer('{"ok":1}'), {
      method: 'POST',
      path: '/orders/{id}/lines/{line}',
      serverPath: '/v2/',
      parameters: [
        parameter('X-Channel', 'header'),
        parameter('Authorization', 'header'),
        parameter('X-Forwarded-For', 'header'),
      ],
      credential: { type: 'bearer', secret: { env: 'X' } },
    });
    const answer = await send({
      path: { id: 'a b/c'.replace('/', '-'), line: 'ü?#%' },
      query: [
        ['q', 'x&y=z'],
        ['p q', ' '],
      ],
      headers: [
        ['x-channel', 'shop'],
        ['authorization', 'Bearer stolen'],
        ['x-forwarded-for', '6.6.6.6'],
        ['x-undeclared', 'no'],
      ],
      body: Object.assign(Object.create(null), { name: 'é', n: 1 }),
    });
    assert.equal(codeOf(answer), 'status 200');
    const [head = '', body] = upstream.requests[0]?.split('\r\n\r\n') ?? [];
    const [line, ...headers] = head.split('\r\n');
    assert.equal(line, 'POST /v2/orders/a%20b-c/lines/%C3%BC%3F%23%25?q=x%26y%3Dz&p%20q=%20 HTTP/1.1');
    const trace = headers.findIndex((header) => header.startsWith('traceparent: '));
    assert.match(
      headers.splice(trace, 1)[0] ?? '',
      /^traceparent: 00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/,
    );
    assert.deepEqual(headers.sort(), [
      'accept-encoding: identity',
      'accept: application/json',
      `authorization: Bearer ${SECRET}`,
      'content-length: 19',
      'content-type: application/json',
      `host: 127.0.0.1:${upstream.port}`,
      'x-channel: shop',
    ]);
    assert.equal(Buffer.from(body ?? '', 'latin1').toString(), '{"name":"é","n":1}');
    assert.equal(facts[0]?.upstreamStatus, 200);
    assert.ok((facts[0]?.upstreamMs ?? 0) > 0);
  });

  test('credentials in their places', async () => {
    const sent = async (credential: UpstreamCredential, typed?: Partial<TypedRequest>): Promise<string> => {
      const { upstream, send } = await over(jsonAnswer('{}'), { credential });
      await send(typed);
      return upstream.requests[0] ?? '';
    };
    const secret = { env: 'X' };
    assert.match(
      await sent({ type: 'basic', username: 'bot', secret }),
      new RegExp(`Basic ${btoa(`bot:${SECRET}`)}\r\n`),
    );
    assert.match(await sent({ type: 'header', name: 'X-Key', secret }), new RegExp(`X-Key: ${SECRET}\r\n`));
    assert.match(
      await sent({ type: 'query', name: 'key', secret }, { query: [['a', '1']] }),
      new RegExp(`orders\\?a=1&key=${SECRET} `),
    );
  });

  test('a client cannot overwrite the credential by a declared header', async () => {
    const { upstream, send } = await over(jsonAnswer('{}'), {
      credential: { type: 'header', name: 'X-Key', secret: { env: 'X' } },
      parameters: [parameter('x-key', 'header')],
    });
    await send({ headers: [['x-key', 'mine']] });
    assert.deepEqual(upstream.requests[0]?.match(/x-key: .*/gi), [`X-Key: ${SECRET}`]);
  });

  test('a client cannot put its own credential before the gateway’s in the query', async () => {
    const { upstream, send } = await over(jsonAnswer('{}'), {
      credential: { type: 'query', name: 'api_key', secret: { env: 'X' } },
      parameters: [parameter('api_key', 'query'), parameter('API_KEY', 'query')],
    });
    await send({
      query: [
        ['api_key', 'mine'],
        ['API_KEY', 'mine'],
        ['a', '1'],
        ['api_key[0]', 'mine'],
      ],
    });
    assert.match(upstream.requests[0] ?? '', new RegExp(`^GET /orders\\?a=1&api_key=${SECRET} HTTP`));
  });

  test('a write under an idempotency key says when it begins to be sent', async () => {
    const upstream = await rawUpstream((socket) => socket.write(jsonAnswer('{}'), 'latin1'));
    const client = createHttpClient();
    closers.push(
      () => upstream.close(),
      () => client.close(),
    );
    const environment = { url: upstream.url, timeoutMs: 5000 };
    const adapter = httpUpstream({ client, readSecret: () => SECRET, openTls: () => undefined });
    const send = adapter.prepare(testPlace({ environment, method: 'POST', path: '/orders/{id}' }), undefined as never);
    const begun = async (typed: Partial<TypedRequest>, deadline?: number): Promise<boolean | undefined> => {
      const { exchange } = testExchange(typed);
      exchange.facts.upstreamBegun = false;
      await send(exchange, deadline);
      return exchange.facts.upstreamBegun;
    };
    assert.equal(await begun({ path: { id: '..' } }), false);
    assert.equal(await begun({ path: { id: '1' } }, 1), false);
    assert.equal(await begun({ path: { id: '1' } }), true);
    assert.equal(upstream.requests.length, 1);
  });

  test('path values that an upstream could read as more than one segment are refused', async () => {
    const { upstream, send } = await over(jsonAnswer('{}'), { path: '/orders/{id}' });
    for (const id of ['', '.', '..', 'a/b', 'a\\b', '\0', 'a\r\nx', '\ud800']) {
      assert.equal(codeOf(await send({ path: { id } })), 'parameter-invalid', JSON.stringify(id));
    }
    assert.equal(codeOf(await send({ path: {} })), 'parameter-invalid');
    assert.equal(codeOf(await send({ path: { id: '1' }, query: [['a', '\udfff']] })), 'parameter-invalid');
    assert.equal(upstream.requests.length, 0);
  });

  test('a base path of the environment stands for the one of the document', async () => {
    const { upstream, send } = await over(jsonAnswer('{}'), { basePath: '/base', serverPath: '/v2' });
    await send();
    assert.match(upstream.requests[0] ?? '', /^GET \/base\/orders HTTP/);
  });

  test('what cannot be sent is refused when it is prepared', async () => {
    await assert.rejects(over('', { path: '/a b' }), /path/);
    await assert.rejects(over('', { path: '/a/../b' }), /path/);
    await assert.rejects(
      over('', { parameters: [parameter('Transfer-Encoding', 'header')] }),
      /Transfer-Encoding|transfer-encoding/,
    );
    await assert.rejects(
      over('', { credential: { type: 'header', name: 'bad name', secret: { env: 'X' } } }),
      /cannot be sent/,
    );
  });
});

describe('http upstream: what comes back', () => {
  test('statuses become problems; the text of an upstream goes nowhere', async () => {
    const cases: readonly (readonly [status: string, safe: string, write: string])[] = [
      ['200 OK', 'status 200', 'status 200'],
      ['201 Created', 'status 201', 'status 201'],
      ['206 Partial', 'upstream-answer-invalid', 'upstream-answer-invalid'],
      ['302 Found', 'upstream-answer-invalid', 'upstream-answer-invalid'],
      ['400 Bad', 'business-rule', 'business-rule'],
      ['401 Unauthorized', 'upstream-refused', 'upstream-refused'],
      ['403 Forbidden', 'upstream-refused', 'upstream-refused'],
      ['404 Not Found', 'record-not-found', 'record-not-found'],
      ['409 Conflict', 'conflict', 'conflict'],
      ['429 Slow', 'upstream-busy', 'upstream-busy'],
      ['500 Oops', 'upstream-failed', 'upstream-failed'],
      ['502 Bad Gateway', 'upstream-unavailable', 'outcome-unknown'],
      ['503 Away', 'upstream-unavailable', 'upstream-unavailable'],
      ['504 Timeout', 'upstream-timeout', 'outcome-unknown'],
    ];
    for (const [status, safe, write] of cases) {
      const text = jsonAnswer('{"error":"SELECT secret FROM internal"}', status);
      const got = await (await over(text)).send();
      assert.equal(codeOf(got), safe, status);
      if ('kind' in got) assert.doesNotMatch(JSON.stringify(got), /SELECT/);
      assert.equal(codeOf(await (await over(text, { method: 'POST' })).send({ body: {} })), write, `POST ${status}`);
    }
  });

  test('Retry-After goes along when it is a number of seconds', async () => {
    const headersOf = async (value: string) => {
      const answer = await (await over(jsonAnswer('{}', '503 Away', `Retry-After: ${value}\r\n`))).send();
      assert.equal(codeOf(answer), 'upstream-busy');
      return answer.headers;
    };
    assert.deepEqual(await headersOf('120'), ['retry-after', '120']);
    assert.deepEqual(await headersOf('Fri, 31 Dec 1999 23:59:59 GMT'), ['retry-after', '1']);
  });

  test('only JSON in UTF-8 is passed on', async () => {
    const typed = (type: string, body = '{}'): string =>
      `HTTP/1.1 200 OK\r\n${type === '' ? '' : `Content-Type: ${type}\r\n`}Content-Length: ${body.length}\r\n\r\n${body}`;
    for (const type of [
      'application/json',
      'Application/JSON; charset=UTF-8',
      'application/vnd.x+json',
      'application/json;charset="utf-8"',
    ]) {
      assert.equal(codeOf(await (await over(typed(type))).send()), 'status 200', type);
    }
    for (const type of [
      '',
      'text/html',
      'text/json',
      'application/json; charset=utf-16',
      'application/json, text/plain',
      'application/x-ndjson',
      'json',
      'application/json; charset=utf-8; charset=utf-16',
      'multipart/mixed; boundary=x',
    ]) {
      assert.equal(codeOf(await (await over(typed(type))).send()), 'upstream-answer-invalid', type);
    }
    assert.equal(codeOf(await (await over(typed('application/json', ''))).send()), 'upstream-answer-invalid');
  });

  test('an operation without a JSON answer passes on its status alone', async () => {
    const answer = await (await over(jsonAnswer('{"secret":1}'), { selects: false })).send();
    assert.ok(!('kind' in answer) && Buffer.isBuffer(answer.body));
    assert.deepEqual([answer.status, answer.mediaType, answer.body.length], [200, '', 0]);
  });

  test('codings that nobody asked for are undone, or refused', async () => {
    const body = Buffer.from('{"a":[1,2,3]}');
    for (const [coding, bytes] of [
      ['gzip', gzipSync(body)],
      ['br', brotliCompressSync(body)],
    ] as const) {
      const answer = await (await over((socket) => socket.write(encoded(bytes, coding)))).send();
      assert.ok(!('kind' in answer) && Buffer.isBuffer(answer.body) && answer.body.equals(body), coding);
    }
    const lies: readonly (readonly [string, Buffer])[] = [
      ['gzip', body],
      ['gzip', gzipSync(body).subarray(0, 20)],
      ['gzip, gzip', gzipSync(gzipSync(body))],
      ['snappy', body],
      ['gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ];
    for (const [coding, bytes] of lies) {
      const answer = await (await over((socket) => socket.write(encoded(bytes, coding)))).send();
      assert.equal(codeOf(answer), 'upstream-answer-invalid', coding);
    }
  });

  test('failures of the connection, for reads and for writes', async () => {
    const codes = async (respond: (socket: Socket) => void, timeoutMs = 5000) => [
      codeOf(await (await over(respond, { timeoutMs })).send()),
      codeOf(await (await over(respond, { timeoutMs, method: 'POST' })).send({ body: {} })),
    ];
    assert.deepEqual(await codes(() => {}, 60), ['upstream-timeout', 'outcome-unknown']);
    assert.deepEqual(await codes((socket) => socket.resetAndDestroy()), ['upstream-unavailable', 'outcome-unknown']);
    assert.deepEqual(await codes((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{')), [
      'upstream-failed',
      'outcome-unknown',
    ]);
    assert.deepEqual(await codes((socket) => socket.write('HTTP/1.1 200 OK\nX: y\n\n')), [
      'upstream-answer-invalid',
      'outcome-unknown',
    ]);
    assert.deepEqual(await codes((socket) => socket.write(jsonAnswer('{}', '200 OK\r\nTransfer-Encoding: chunked'))), [
      'upstream-answer-invalid',
      'outcome-unknown',
    ]);
    const { upstream, send } = await over(jsonAnswer('{}'), { method: 'POST' });
    await upstream.close();
    closers.splice(-2, 1);
    assert.equal(codeOf(await send({ body: {} })), 'upstream-unavailable');
  });

  test('a long answer that breaks off says so to whoever reads it', async () => {
    const { send } = await over((socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n${' '.repeat(100_000)}`,
      ),
    );
    const answer = await send();
    assert.ok(!('kind' in answer) && !Buffer.isBuffer(answer.body));
    const { body } = answer;
    await assert.rejects(
      async () => {
        for await (const _ of body);
      },
      (error) => error instanceof RefusalError && error.refusal.code === 'upstream-failed',
    );
  });
});

describe('transport', () => {
  test('whole answers, decoded; everything else is a refusal', async () => {
    const text = JSON.stringify(Array.from({ length: 30_000 }, (_, id) => ({ id, name: `n${id * 31}` })));
    const upstream = await rawUpstream((socket, _count, request) => {
      if (request.startsWith('POST /json')) socket.write(encoded(gzipSync(text), 'gzip'));
      else if (request.startsWith('POST /hang')) return;
      else socket.write(jsonAnswer(`"${'x'.repeat(3_000_000)}"`));
    });
    const client = createHttpClient();
    closers.push(
      () => upstream.close(),
      () => client.close(),
    );
    const transport = createTransport(client, 2_000_000);
    const call = (path: string, more: { timeoutMs?: number; isSafe?: boolean } = {}) =>
      transport({
        origin: upstream.url,
        method: 'POST',
        path,
        headers: ['authorization', 'bearer x'],
        body: Buffer.from('{}'),
        timeoutMs: 5000,
        ...more,
      });
    const response = await call('/json');
    assert.equal(response.status, 200);
    assert.equal(response.mediaType, 'application/json');
    assert.equal(response.body.toString() === text, true);
    const refused = (code: string) => (error: unknown) => error instanceof RefusalError && error.refusal.code === code;
    await assert.rejects(call('/large'), refused('upstream-answer-invalid'));
    await assert.rejects(call('/hang', { timeoutMs: 50 }), refused('outcome-unknown'));
    await assert.rejects(call('/hang', { timeoutMs: 50, isSafe: true }), refused('upstream-timeout'));
  });
});
