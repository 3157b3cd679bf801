import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Exchange } from './exchange.ts';
import { refuse } from './problems.ts';
import { rawExchange, startTestGateway, type TestGateway, testSnapshot } from './server.fixture.ts';
import type { BodyStream } from './upstream.ts';

function streamOf(...chunks: (string | Error)[]): BodyStream {
  return {
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) {
        if (chunk instanceof Error) throw chunk;
        yield Buffer.from(chunk);
      }
    },
    destroy() {},
  };
}

const answerOf = (body: Buffer | BodyStream) => async () => ({
  status: 200,
  mediaType: 'application/json',
  body,
  headers: [],
});

describe('gateway server', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(
      testSnapshot([
        { method: 'GET', path: '/things' },
        { method: 'GET', path: '/things/{id}' },
        {
          method: 'POST',
          path: '/things',
          before: [
            {
              policy: 'echo',
              enforce: (exchange) => {
                exchange.facts.notes.push(exchange.body.toString());
                return undefined;
              },
            },
          ],
        },
        {
          method: 'GET',
          path: '/throws',
          limits: [
            {
              policy: 'broken',
              enforce: () => {
                throw new Error('secret detail');
              },
            },
          ],
        },
        {
          method: 'GET',
          path: '/rejects',
          before: [
            {
              policy: 'broken',
              enforce: async () => {
                throw new Error('secret detail');
              },
            },
          ],
        },
        {
          method: 'GET',
          path: '/refused',
          limits: [
            {
              policy: 'limit-rate',
              enforce: () => refuse('rate-limited', undefined, { headers: ['retry-after', '7'] }),
            },
          ],
        },
        {
          method: 'GET',
          path: '/upstream-throws',
          send: async () => {
            throw new Error('connect ECONNREFUSED 10.0.0.7');
          },
        },
        { method: 'GET', path: '/strict', audit: 'strict' },
        { method: 'GET', path: '/stream', audit: 'strict', send: answerOf(streamOf('[1,', '2,', '3]')) },
        { method: 'GET', path: '/broken-stream', send: answerOf(streamOf('[1,', new Error('invalid'))) },
      ]),
      { bodyBytes: 64 },
    );
  });
  after(() => gateway.close());

  test('answers a granted call and puts it on record', async () => {
    const response = await fetch(`${gateway.url}/test/v1/things`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '{"ok":true}');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('portcullis-version'), 'test/1.0 sha256:0');
    assert.equal(gateway.journal.entries.at(-1)?.ending.policies, '["all"]');
  });

  test('HEAD gets the head of the GET answer', async () => {
    const response = await fetch(`${gateway.url}/test/v1/things`, { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-length'), '11');
  });

  for (const [path, status, code] of [
    ['/nothing', 404, 'not-found'],
    ['/test/v1/none', 404, 'not-found'],
    ['/test/v1/things/', 404, 'not-found'],
    ['/test/v1/things/1/x', 404, 'not-found'],
    ['/Test/v1/things', 404, 'not-found'],
    ['/test/v1/things/a%2Fb', 400, 'path-not-canonical'],
    ['/test/v1//things', 400, 'path-not-canonical'],
  ] as const) {
    test(`${path} is ${status}`, async () => {
      const text = await rawExchange(gateway.port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(text, new RegExp(`"code":"${code}"`));
      assert.equal(gateway.journal.entries.at(-1)?.ending.code, code);
    });
  }

  test('another method on a known path is 405', async () => {
    const response = await fetch(`${gateway.url}/test/v1/things`, { method: 'DELETE' });
    assert.equal(response.status, 405);
    assert.ok(response.headers.has('allow'));
  });

  test('whoever holds no grant is not told which version would answer', async () => {
    const granted = await fetch(`${gateway.url}/test/v1/things`);
    assert.equal(granted.headers.get('portcullis-version'), 'test/1.0 sha256:0');
    const unknown = await fetch(`${gateway.url}/test/v1/nothing`);
    assert.equal(unknown.headers.get('portcullis-version'), null);
  });

  test('what is no request is on record, with its reason', async () => {
    const before = gateway.journal.entries.length;
    await rawExchange(gateway.port, 'GET /test/v1/things HTTP/1.1\r\nhost : x\r\n\r\n');
    const [entry] = gateway.journal.entries.slice(before);
    assert.equal(gateway.journal.entries.length, before + 1);
    assert.deepEqual([entry?.ending.code, entry?.ending.reason], ['request-malformed', 'header-name']);
  });

  test('a method override header changes nothing', async () => {
    const response = await fetch(`${gateway.url}/test/v1/things`, { headers: { 'x-http-method-override': 'DELETE' } });
    assert.equal(response.status, 200);
  });

  for (const path of ['throws', 'rejects', 'upstream-throws']) {
    test(`${path}: what throws refuses, and tells nothing`, async () => {
      const response = await fetch(`${gateway.url}/test/v1/${path}`);
      assert.equal(response.status, 500);
      const text = await response.text();
      assert.doesNotMatch(text, /secret|ECONN|10\.0/);
      assert.match(text, /"code":"internal-error"/);
      assert.equal(gateway.journal.entries.at(-1)?.ending.decision, 'failed');
      assert.ok(gateway.faults.length > 0);
    });
  }

  test('a refusal carries its headers and its place in the trail', async () => {
    const response = await fetch(`${gateway.url}/test/v1/refused`);
    assert.equal(response.status, 429);
    assert.equal(response.headers.get('retry-after'), '7');
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.equal(gateway.journal.entries.at(-1)?.ending.policies, '["authorize-grant","limit-rate:rate-limited"]');
  });

  test('a body within the limit is read whole, a longer one is 413', async () => {
    const small = await fetch(`${gateway.url}/test/v1/things`, { method: 'POST', body: 'x'.repeat(64) });
    assert.equal(small.status, 200);
    assert.equal(gateway.journal.entries.at(-1)?.exchange.facts.notes[0]?.length, 64);
    const declared = await rawExchange(
      gateway.port,
      `POST /test/v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 65\r\n\r\n${'x'.repeat(65)}`,
    );
    assert.match(declared, /^HTTP\/1.1 413 /);
    const chunked = await rawExchange(
      gateway.port,
      `POST /test/v1/things HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n50\r\n${'x'.repeat(80)}\r\n`,
    );
    assert.match(chunked, /^HTTP\/1.1 413 /);
  });

  test('a strict answer leaves only when its record is durable', async () => {
    gateway.journal.immediate = false;
    let answered = false;
    const pending = fetch(`${gateway.url}/test/v1/strict`).then((response) => {
      answered = true;
      return response;
    });
    while (gateway.journal.waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answered, false);
    gateway.journal.immediate = true;
    gateway.journal.waiting.shift()?.(undefined);
    assert.equal((await pending).status, 200);
  });

  test('a strict answer whose record fails never leaves', async () => {
    gateway.journal.immediate = false;
    const pending = fetch(`${gateway.url}/test/v1/strict`);
    while (gateway.journal.waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gateway.journal.immediate = true;
    gateway.journal.waiting.shift()?.(new Error('disk full'));
    const response = await pending;
    assert.equal(response.status, 503);
    assert.doesNotMatch(await response.text(), /ok|disk/);
  });

  test('with a failed log strict calls are refused before they run, relaxed ones go on', async () => {
    gateway.journal.healthy = false;
    gateway.journal.failing = true;
    assert.equal((await fetch(`${gateway.url}/test/v1/strict`)).status, 503);
    assert.equal((await fetch(`${gateway.url}/test/v1/things`)).status, 200);
    gateway.journal.healthy = true;
    gateway.journal.failing = false;
  });

  test('a streamed strict answer is begun on record and completed on record before its last piece', async () => {
    const response = await fetch(`${gateway.url}/test/v1/stream`);
    assert.equal(await response.text(), '[1,2,3]');
    assert.deepEqual(
      gateway.journal.entries.slice(-2).map(({ type, ending }) => [type, ending.bytes]),
      [
        ['access-begin', 0],
        ['access', 7],
      ],
    );
  });

  test('a stream that turns out invalid breaks the connection', async () => {
    await assert.rejects(fetch(`${gateway.url}/test/v1/broken-stream`).then((response) => response.text()));
    assert.equal(gateway.journal.entries.at(-1)?.ending.decision, 'failed');
  });

  const hostile: readonly (readonly [name: string, bytes: string])[] = [
    [
      'Content-Length and Transfer-Encoding',
      'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'two different Content-Lengths',
      'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    ],
    ['signed Content-Length', 'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: +5\r\n\r\nhello'],
    ['hexadecimal Content-Length', 'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 0x5\r\n\r\nhello'],
    [
      'chunked twice',
      'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a coding before chunked',
      'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'bad chunk size',
      'POST /test/v1/things HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n',
    ],
    ['bare LF', 'GET /test/v1/things HTTP/1.1\nhost: x\n\n'],
    ['obs-fold', 'GET /test/v1/things HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\n\r\n'],
    ['space before colon', 'GET /test/v1/things HTTP/1.1\r\nhost : x\r\n\r\n'],
    ['empty header name', 'GET /test/v1/things HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n'],
    ['NUL in a value', 'GET /test/v1/things HTTP/1.1\r\nhost: x\r\na: b\0c\r\n\r\n'],
    ['HTTP/0.9', 'GET /test/v1/things\r\n\r\n'],
    ['two Hosts', 'GET /test/v1/things HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close\r\n\r\n'],
    ['empty Host', 'GET /test/v1/things HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n'],
    ['HTTP/2.0 in a request line', 'GET /test/v1/things HTTP/2.0\r\nhost: x\r\n\r\n'],
    ['no Host', 'GET /test/v1/things HTTP/1.1\r\n\r\n'],
    ['absolute form', 'GET http://evil.example/test/v1/things HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
    ['tunnel', 'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['header flood', `GET /test/v1/things HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${'a: b\r\n'.repeat(200)}\r\n`],
    ['huge header', `GET /test/v1/things HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`],
    ['huge target', `GET /test/v1/things?${'a'.repeat(9000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`],
  ];
  for (const [name, bytes] of hostile) {
    test(`hostile: ${name}`, async () => {
      const before = gateway.ended.filter((ending) => ending.decision === 'allowed').length;
      const text = await rawExchange(gateway.port, bytes);
      assert.match(text, /^HTTP\/1\.1 (400|413|414|415|431|505) |^$/);
      assert.doesNotMatch(text, /"ok":true/);
      assert.equal(gateway.ended.filter((ending) => ending.decision === 'allowed').length, before);
    });
  }
});

test('what an exchange held is free when the next one of its connection begins', async () => {
  let underWay = 0;
  let most = 0;
  const hold = {
    policy: 'hold',
    enforce: (exchange: Exchange) => {
      most = Math.max(most, ++underWay);
      exchange.onEnd(() => {
        underWay--;
      });
      return undefined;
    },
  };
  const streamed = answerOf(streamOf('[1', ']'));
  const gateway = await startTestGateway(
    testSnapshot([
      { method: 'GET', path: '/held', limits: [hold] },
      { method: 'GET', path: '/streamed', limits: [hold], send: async () => streamed() },
    ]),
  );
  const get = (path: string, more = '') => `GET /test/v1/${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
  const text = await rawExchange(
    gateway.port,
    get('held') + get('held') + get('streamed') + get('held', 'connection: close\r\n'),
  );
  assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 4);
  assert.deepEqual([most, underWay], [1, 0]);
  await gateway.close();
});

test('an answer whose headers cannot be sent is a failure on record, strict or not, and nothing else', async () => {
  for (const audit of ['strict', 'relaxed'] as const) {
    const send = async () => ({
      status: 200,
      mediaType: 'application/json',
      body: Buffer.from('{"ok":true}'),
      headers: ['x-a', 'Gr\u00fc\u00dfe \u20ac'],
    });
    const gateway = await startTestGateway(testSnapshot([{ method: 'GET', path: '/odd', audit, send }]));
    const response = await fetch(`${gateway.url}/test/v1/odd`);
    assert.equal(response.status, 500);
    assert.match(await response.text(), /internal-error/);
    assert.deepEqual(
      gateway.journal.entries.map(({ ending }) => [ending.decision, ending.code]),
      [['failed', 'internal-error']],
    );
    await gateway.close();
  }
});

test('a client that leaves a streamed answer is what is on record', async () => {
  const endless: BodyStream = {
    async *[Symbol.asyncIterator]() {
      for (;;) yield Buffer.alloc(64 * 1024, 'x');
    },
    destroy() {},
  };
  const gateway = await startTestGateway(testSnapshot([{ method: 'GET', path: '/endless', send: answerOf(endless) }]));
  await rawExchange(gateway.port, 'GET /test/v1/endless HTTP/1.1\r\nhost: x\r\n\r\n', 'xxx');
  while (gateway.ended.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(gateway.journal.entries.at(-1)?.ending.code, 'client-gone');
  assert.deepEqual(gateway.faults, []);
  await gateway.close();
});

test('draining finishes what is under way and accepts nothing new', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun: (() => void) | undefined;
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const gateway = await startTestGateway(
    testSnapshot([
      {
        method: 'GET',
        path: '/slow',
        send: async () => {
          begun?.();
          await held;
          return { status: 200, mediaType: 'application/json', body: Buffer.from('1'), headers: [] };
        },
      },
    ]),
  );
  const pending = fetch(`${gateway.url}/test/v1/slow`);
  await started;
  const drained = gateway.gateway.drain(5000);
  release?.();
  assert.equal((await pending).status, 200);
  await drained;
  await assert.rejects(fetch(`${gateway.url}/test/v1/slow`));
});
