import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { selfSigned } from '../certificates.fixture.ts';
import type { BodyStream } from '../upstream.ts';
import { createHttpClient, type HttpClientOptions, type HttpRequest, type HttpResponse } from './http-client.ts';
import { parseOrigin } from './origin.ts';
import { jsonAnswer, type RawUpstream, rawUpstream } from './raw-upstream.fixture.ts';
import { headerLines } from './request-head.ts';
import { UpstreamError, type UpstreamErrorKind } from './upstream-error.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function upstreamOf(...args: Parameters<typeof rawUpstream>): Promise<RawUpstream> {
  const upstream = await rawUpstream(...args);
  closers.push(() => upstream.close());
  return upstream;
}

function clientTo(url: string, options: HttpClientOptions = {}) {
  const client = createHttpClient(options);
  closers.push(() => client.close());
  const origin = client.to(parseOrigin(url));
  return {
    client,
    origin,
    ask: (more: Partial<HttpRequest> = {}): Promise<HttpResponse> =>
      origin.request({ method: 'GET', path: '/', headerLines: '', body: undefined, timeoutMs: 5000, ...more }),
  };
}

async function read(body: Buffer | BodyStream): Promise<string> {
  if (Buffer.isBuffer(body)) return body.toString();
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function failsAs(kind: UpstreamErrorKind, more: { sent?: boolean; answered?: boolean } = {}) {
  return (error: unknown) => {
    assert.ok(error instanceof UpstreamError, String(error));
    assert.equal(error.kind, kind, error.message);
    if (more.sent !== undefined) assert.equal(error.sent, more.sent);
    if (more.answered !== undefined) assert.equal(error.answered, more.answered);
    return true;
  };
}

const write =
  (text: string) =>
  (socket: Socket): void => {
    socket.write(text, 'latin1');
  };

describe('http client', () => {
  test('sends what it is told and nothing else', async () => {
    const upstream = await upstreamOf(write(jsonAnswer('{"a":1}')));
    const { ask } = clientTo(upstream.url);
    const response = await ask({ path: '/a?b=c', headerLines: headerLines(['x-y', 'z']) });
    assert.equal(response.status, 200);
    assert.equal(response.head.header('content-type'), 'application/json');
    assert.equal(await read(response.body), '{"a":1}');
    assert.deepEqual(upstream.requests, [`GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:${upstream.port}\r\nx-y: z\r\n\r\n`]);
  });

  test('keeps connections and uses them one call at a time', async () => {
    const upstream = await upstreamOf(write(jsonAnswer('{}')));
    const { ask } = clientTo(upstream.url, { maxConnections: 2 });
    for (let index = 0; index < 5; index++) await ask();
    assert.equal(upstream.connections, 1);
    const all = await Promise.all(Array.from({ length: 9 }, () => ask()));
    assert.ok(all.every((response) => response.status === 200));
    assert.equal(upstream.connections, 2);
  });

  test('sends a body with its length, small or large', async () => {
    const lengths: number[] = [];
    const upstream = await upstreamOf((socket, _count, request) => {
      const length = Number(/content-length: (\d+)/.exec(request)?.[1]);
      let missing = length - (request.length - request.indexOf('\r\n\r\n') - 4);
      const finish = (): void => {
        lengths.push(length);
        socket.write(jsonAnswer('{}'));
      };
      if (missing === 0) finish();
      else {
        socket.removeAllListeners('data');
        socket.on('data', (chunk) => {
          missing -= chunk.length;
          if (missing === 0) finish();
        });
      }
    });
    const { ask } = clientTo(upstream.url);
    await ask({ method: 'POST', body: Buffer.from('{"a":"é"}') });
    await ask({ method: 'POST', body: Buffer.alloc(300_000, 'x') });
    assert.deepEqual(lengths, [10, 300_000]);
  });

  test('gives long bodies as a stream that waits for its reader', async () => {
    const body = 'x'.repeat(24 * 1024 * 1024);
    let isWritten = false;
    const upstream = await upstreamOf((socket) => {
      socket.write(jsonAnswer(body), (error) => {
        if (error === undefined || error === null) isWritten = true;
      });
    });
    const { ask } = clientTo(upstream.url);
    const first = await ask();
    assert.ok(!Buffer.isBuffer(first.body));
    await ask().then((second) => assert.ok(!Buffer.isBuffer(second.body) && second.body.destroy() === undefined));
    // Nobody has read from the first: what does not fit into the sockets' own buffers has not been taken.
    assert.equal(isWritten, false);
    assert.equal((await read(first.body)).length, body.length);
  });

  test('reads answers that end with their connection', async () => {
    const upstream = await upstreamOf((socket) => socket.end('HTTP/1.0 200 OK\r\nServer: old\r\n\r\n{"a":1}'));
    const { ask, origin } = clientTo(upstream.url);
    for (let index = 0; index < 3; index++) assert.equal(await read((await ask()).body), '{"a":1}');
    assert.equal(upstream.connections, 3);
    assert.equal(origin.connections, 0);
  });

  test('one byte at a time', async () => {
    const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n';
    const upstream = await upstreamOf((socket) => {
      let at = 0;
      const next = (): void => {
        if (at < text.length) socket.write(text.charAt(at++), () => setImmediate(next));
      };
      next();
    });
    assert.equal(await read((await clientTo(upstream.url).ask()).body), '{"a":1}');
  });

  test('bytes after an answer end the connection: they are never the answer to the next call', async () => {
    const upstream = await upstreamOf(write(jsonAnswer('{"mine":1}') + jsonAnswer('{"planted":1}')));
    const { ask } = clientTo(upstream.url);
    assert.equal(await read((await ask()).body), '{"mine":1}');
    assert.equal(await read((await ask()).body), '{"mine":1}');
    assert.equal(upstream.connections, 2);
  });

  test('bytes on an idle connection end it', async () => {
    let late: Socket | undefined;
    const upstream = await upstreamOf((socket) => {
      late = socket;
      socket.write(jsonAnswer('{"mine":1}'));
    });
    const { ask, origin } = clientTo(upstream.url);
    await ask();
    late?.write(jsonAnswer('{"planted":1}'));
    await once(late as Socket, 'close');
    assert.equal(origin.connections, 0);
    assert.equal(await read((await ask()).body), '{"mine":1}');
  });

  test('an answer before the request was read leaves no connection behind', async () => {
    const upstream = await upstreamOf((socket) => {
      socket.pause();
      socket.write(jsonAnswer('{}', '413 Too Large'));
    });
    const { ask, origin } = clientTo(upstream.url);
    const response = await ask({ method: 'POST', body: Buffer.alloc(32 * 1024 * 1024) });
    assert.equal(response.status, 413);
    assert.equal(origin.connections, 0);
  });

  test('deadlines: before the head, within a body, within a stream', async () => {
    const hang = await upstreamOf(() => {});
    await assert.rejects(
      clientTo(hang.url).ask({ timeoutMs: 60 }),
      failsAs('timeout', { sent: true, answered: false }),
    );
    const stall = await upstreamOf(write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{'));
    await assert.rejects(clientTo(stall.url).ask({ timeoutMs: 60 }), failsAs('timeout', { answered: true }));
    const long = await upstreamOf(write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(70_000)}`));
    const { body } = await clientTo(long.url).ask({ timeoutMs: 60 });
    await assert.rejects(read(body), failsAs('timeout'));
  });

  test('a caller that has gone ends its call', async () => {
    const hang = await upstreamOf(() => {});
    const aborter = new AbortController();
    const { ask, origin } = clientTo(hang.url);
    const asked = ask({ owner: aborter });
    aborter.abort();
    await assert.rejects(asked, failsAs('aborted'));
    assert.equal(origin.connections, 0);
  });

  test('lost connections: refused, reset, cut short', async () => {
    const gone = await rawUpstream(() => {});
    await gone.close();
    await assert.rejects(clientTo(gone.url).ask(), failsAs('connect', { sent: false }));
    const reset = await upstreamOf((socket) => socket.resetAndDestroy());
    await assert.rejects(clientTo(reset.url).ask(), failsAs('lost', { sent: true, answered: false }));
    const short = await upstreamOf((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{'));
    await assert.rejects(clientTo(short.url).ask(), failsAs('lost', { answered: true }));
    const chunked = await upstreamOf((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    );
    await assert.rejects(clientTo(chunked.url).ask(), failsAs('lost', { answered: true }));
  });

  test('refuses answers that are not strict HTTP, and closes', async () => {
    for (const text of [
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      'HTTP/1.1 200 OK\r\nX: a\r\n\tfolded\r\n\r\n',
      `HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(200)}\r\n`,
      `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(1 << 20)}`,
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n',
      '<html>not http at all</html>\r\n\r\n',
    ]) {
      const upstream = await upstreamOf(write(text));
      const { ask, origin } = clientTo(upstream.url);
      await assert.rejects(ask(), failsAs('invalid', { sent: true }), text.slice(0, 60));
      assert.equal(origin.connections, 0);
    }
  });

  test('caps bodies, announced or not', async () => {
    const announced = await upstreamOf(write('HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n'));
    await assert.rejects(clientTo(announced.url).ask(), failsAs('too-large'));
    const endless = await upstreamOf((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = (): void => {
        if (!socket.destroyed) socket.write('x'.repeat(16384), more);
      };
      more();
    });
    const { ask } = clientTo(endless.url, { maxBodyBytes: 200_000 });
    await assert.rejects(read((await ask()).body), failsAs('too-large'));
  });

  test('a write is not sent over a connection that has been idle for long', async () => {
    const upstream = await upstreamOf(write(jsonAnswer('{}')));
    const { ask } = clientTo(upstream.url, { idleTimeoutMs: 60_000 });
    await ask();
    const realNow = Date.now;
    try {
      Date.now = () => realNow() + 2000;
      await ask({ method: 'POST', body: Buffer.from('{}') });
    } finally {
      Date.now = realNow;
    }
    assert.equal(upstream.connections, 2);
  });

  test('a kept connection that turns out closed: what changes nothing is sent again once, over a new one', async () => {
    const upstream = await upstreamOf((socket, count) => {
      if (count === 1) socket.write(jsonAnswer('{}'));
      else socket.resetAndDestroy();
    });
    const { ask } = clientTo(upstream.url, { maxConnections: 1 });
    await ask();
    assert.equal((await ask()).status, 200);
    assert.equal((await ask({ method: 'POST', isSafe: true, body: Buffer.from('{}') })).status, 200);
    await assert.rejects(ask({ method: 'POST', body: Buffer.from('{}') }), failsAs('lost', { sent: true }));
    assert.deepEqual([upstream.connections, upstream.requests.length], [3, 6]);
  });

  test('header lines cannot split a request or change its framing', () => {
    for (const pair of [
      ['x', 'a\r\nb: c'],
      ['x', 'a\0'],
      ['x y', 'a'],
      ['', 'a'],
      ['Content-Length', '5'],
      ['transfer-encoding', 'chunked'],
      ['Host', 'x'],
      ['x', ' a'],
      ['x', 'ā'],
    ]) {
      assert.throws(() => headerLines(pair), JSON.stringify(pair));
    }
  });

  test('refuses targets that cannot stand in a request line', async () => {
    const { ask } = clientTo('http://127.0.0.1:9');
    for (const path of ['', 'a', '/a b', '/a\r\nx: y', '/ä', '/a#b'])
      await assert.rejects(ask({ path }), /target/, path);
  });
});

describe('addresses', () => {
  test('plain http is for loopback unless it is said otherwise', () => {
    assert.throws(() => parseOrigin('http://erp.example.com'), /plain http/);
    assert.throws(() => parseOrigin('http://localhost.example.com'), /plain http/);
    assert.equal(parseOrigin('http://erp.example.com', true).port, 80);
    assert.equal(parseOrigin('http://[::1]:8069/base/').basePath, '/base');
    for (const url of ['ftp://x', 'https://u:p@x', 'https://x?y', 'https://x#y'])
      assert.throws(() => parseOrigin(url), url);
  });

  test('a name never leads to link-local or metadata addresses, nor localhost off the machine', async () => {
    for (const [host, address] of [
      ['erp.example.com', '169.254.169.254'],
      ['erp.example.com', '::ffff:169.254.169.254'],
      ['erp.example.com', 'fe80::1'],
      ['erp.example.com', '0.0.0.0'],
      ['localhost', '10.0.0.1'],
    ] as const) {
      const client = createHttpClient({
        lookup: (_name, options, done) => {
          const family = address.includes(':') ? 6 : 4;
          if (options.all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
      });
      closers.push(() => client.close());
      const asked = client
        .to(parseOrigin(`http://${host}:1`, true))
        .request({ method: 'GET', path: '/', headerLines: '', body: undefined, timeoutMs: 5000 });
      await assert.rejects(
        asked,
        (error: Error) => failsAs('connect', { sent: false })(error) && /never called/.test(error.message),
      );
    }
  });
});

describe('TLS', async () => {
  const { cert, key } = await selfSigned('localhost');
  const make =
    (options: { ALPNProtocols?: string[]; maxVersion?: 'TLSv1.1' } = {}) =>
    (onSocket: (socket: Socket) => void): Server =>
      createTlsServer(
        {
          key,
          cert,
          ...options,
          ...(options.maxVersion ? { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
        },
        onSocket,
      );

  test('speaks to who proves the name, and to nobody else', async () => {
    const upstream = await upstreamOf(write(jsonAnswer('{"tls":1}')), make());
    const url = upstream.url.replace('http://127.0.0.1', 'https://localhost');
    const trusting = clientTo(url, { authorities: [cert] });
    assert.equal(await read((await trusting.ask()).body), '{"tls":1}');
    assert.equal(await read((await trusting.ask()).body), '{"tls":1}');
    assert.equal(upstream.connections, 1);
    await assert.rejects(clientTo(url).ask(), failsAs('connect', { sent: false }));
    await assert.rejects(
      clientTo(upstream.url.replace('http:', 'https:'), { authorities: [cert] }).ask(),
      failsAs('connect'),
    );
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await assert.rejects(clientTo(url).ask(), failsAs('connect', { sent: false }));
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
    assert.equal(upstream.requests.length, 2);
  });

  test('not below TLS 1.2', async () => {
    const upstream = await upstreamOf(write(jsonAnswer('{}')), make({ maxVersion: 'TLSv1.1' }));
    const url = upstream.url.replace('http://127.0.0.1', 'https://localhost');
    await assert.rejects(clientTo(url, { authorities: [cert] }).ask(), failsAs('connect', { sent: false }));
  });

  test('long bodies over TLS wait for their reader too', async () => {
    const body = 'y'.repeat(2 * 1024 * 1024);
    const upstream = await upstreamOf(write(jsonAnswer(body)), make());
    const url = upstream.url.replace('http://127.0.0.1', 'https://localhost');
    const response = await clientTo(url, { authorities: [cert] }).ask();
    assert.equal((await read(response.body)) === body, true);
  });
});
