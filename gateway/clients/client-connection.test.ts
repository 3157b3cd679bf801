import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { answerLines } from './answer-head.ts';
import type { ClientRequest } from './client-request.ts';
import { settled, testConnection } from './connection.fixture.ts';
import { RequestBody } from './request-body.ts';

const GET = 'GET /a HTTP/1.1\r\nhost: x\r\n\r\n';
const LATER = 1_000_000;

function post(body: string, more = ''): string {
  return `POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
}

function statuses(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status ?? '');
}

describe('client connection: requests', () => {
  test('several in one piece are answered one after the other, in order', async () => {
    const client = testConnection();
    await client.push(GET + post('one') + GET.replace('/a', '/c') + post('two'));
    assert.deepEqual(
      client.read.map(({ target, body }) => `${target} ${body}`),
      ['/a ', '/b one', '/c ', '/b two'],
    );
    assert.deepEqual(statuses(client.sent()), ['200', '200', '200', '200']);
  });

  test('one in many pieces is one', async () => {
    for (const size of [1, 2, 3, 5, 11]) {
      const client = testConnection();
      const text = post('hello') + GET;
      for (let at = 0; at < text.length; at += size) await client.push(text.slice(at, at + size));
      assert.deepEqual(
        client.read.map(({ target, body }) => `${target} ${body}`),
        ['/b hello', '/a '],
      );
    }
  });

  test('thousands in one piece need no stack', async () => {
    const client = testConnection();
    await client.push(GET.repeat(2000));
    assert.ok(client.read.length < 1000, 'nor do they keep the others waiting');
    while (client.read.length < 2000) await settled();
    assert.equal(client.read.length, 2000);
  });

  test('the same header lines again are not parsed again, others are', async () => {
    const client = testConnection();
    await client.push(`${GET}${GET.replace('host: x', 'host: y')}${GET}`);
    assert.deepEqual(
      client.read.map(({ headers }) => headers),
      [
        ['host', 'x'],
        ['host', 'y'],
        ['host', 'x'],
      ],
    );
    const [first, , third] = client.read;
    assert.notEqual(first?.headers, third?.headers);
    await client.push(GET + GET);
    assert.equal(client.read[3]?.headers, third?.headers);
  });

  test('a later request waits until the one before it is answered', async () => {
    const requests: ClientRequest[] = [];
    const client = testConnection({ onRequest: (request) => requests.push(request) });
    await client.push(GET + GET);
    assert.equal(requests.length, 1);
    requests[0]?.send(200, '', Buffer.from('1'));
    assert.equal(requests.length, 2);
    requests[0]?.send(200, '', Buffer.from('again'));
    assert.doesNotMatch(client.sent(), /again/);
  });

  test('a client that sends far ahead is made to wait', async () => {
    const requests: ClientRequest[] = [];
    const client = testConnection({ onRequest: (request) => requests.push(request) });
    await client.push(GET);
    await client.push('GET /'.padEnd(70_000, 'x'));
    assert.equal(client.socket.isPaused(), true);
    for (const request of requests) request.send(200, '', Buffer.from('1'));
    assert.equal(requests[1]?.refusal?.code, 'uri-too-long');
    assert.equal(client.socket.isPaused(), false);
  });

  test('a client that does not take its answers gets no more of them', async () => {
    const client = testConnection({ takes: false });
    for (let n = 0; n < 40; n++) await client.push(GET.repeat(50));
    assert.ok(client.read.length < 1500, `${client.read.length} answers`);
    client.connection.check(Date.now());
    client.connection.check(Date.now() + LATER);
    await settled();
    assert.equal(client.isClosed, true);
  });

  test('nor may it fill the memory meanwhile', async () => {
    const client = testConnection({ takes: false });
    for (let n = 0; n < 150; n++) await client.push(GET.repeat(50));
    assert.equal(client.socket.isPaused(), true);
  });

  test('the certificate is that of the connection, and none where there is nothing left to ask', () => {
    const client = testConnection();
    assert.equal(client.connection.certificateThumbprint, undefined);
    let certificate: { raw: Buffer } | null = null;
    Object.assign(client.socket, { encrypted: true, getPeerCertificate: () => certificate });
    assert.equal(client.connection.certificateThumbprint, undefined);
    certificate = { raw: Buffer.from('der') };
    const thumbprint = createHash('sha256').update('der').digest('base64url');
    assert.equal(client.connection.certificateThumbprint, thumbprint);
    certificate = null;
    assert.equal(client.connection.certificateThumbprint, thumbprint);
  });

  test('an error of the socket ends it', async () => {
    const client = testConnection();
    client.socket.emit('error', new Error('TLS session renegotiation attack detected'));
    await settled();
    assert.equal(client.isClosed, true);
  });

  test('an empty line behind a request begins none', async () => {
    const client = testConnection();
    await client.push(`${GET}\r`);
    await client.push('\n');
    client.connection.check(Date.now() + 20_000);
    assert.deepEqual([client.refused, client.socket.destroyed], [[], false]);
    await client.push(`\r\n${GET}`);
    assert.equal(client.read.length, 2);
  });

  test('a wish to upgrade is passed over', async () => {
    const client = testConnection();
    await client.push(GET.replace('\r\n\r\n', '\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n\r\n') + GET);
    assert.equal(client.read.length, 2);
  });

  test('HTTP/1.0 and Connection: close end the connection with the answer', async () => {
    for (const text of [GET.replace('1.1', '1.0'), GET.replace('\r\n\r\n', '\r\nConnection: Close\r\n\r\n')]) {
      const client = testConnection();
      await client.push(text + GET);
      assert.equal(client.read.length, 1);
      assert.match(client.sent(), /\r\nconnection: close\r\n\r\n\{\}$/);
      assert.equal(client.socket.writableEnded, true);
    }
  });
});

describe('client connection: bodies', () => {
  test('by length and in chunks, in any pieces', async () => {
    const chunked =
      'POST /b HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nx: y\r\n\r\n';
    for (const size of [1, 4, 7, 1000]) {
      const client = testConnection();
      const text = chunked + GET;
      for (let at = 0; at < text.length; at += size) await client.push(text.slice(at, at + size));
      assert.deepEqual(
        client.read.map(({ body }) => body),
        ['hello world', ''],
      );
    }
  });

  test('who waits for 100 Continue gets it when the body is wanted, and not when it is refused', async () => {
    const head = 'POST /b HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n';
    const wanted = testConnection();
    await wanted.push(head);
    assert.equal(wanted.sent(), 'HTTP/1.1 100 Continue\r\n\r\n');
    await wanted.push('hello');
    assert.equal(wanted.read[0]?.body, 'hello');

    const refused = testConnection({ onRequest: (request) => request.send(401, '', Buffer.from('{}')) });
    await refused.push(head);
    assert.deepEqual(statuses(refused.sent()), ['401']);
    assert.match(refused.sent(), /connection: close/);
  });

  test('what is left of a refused upload is taken for a while, so that the answer is not lost', async () => {
    const client = testConnection({ onRequest: (request) => request.send(401, '', Buffer.from('{}')) });
    await client.push('POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\nabc');
    assert.match(client.sent(), /connection: close/);
    await client.push(Buffer.alloc(500_000));
    assert.equal(client.socket.destroyed, false);
    await client.push(Buffer.alloc(600_000));
    assert.equal(client.socket.destroyed, true);
  });

  test('a small body that is there already does not end the connection with its refusal', async () => {
    const client = testConnection({ onRequest: (request) => request.send(401, '', Buffer.from('{}')) });
    await client.push(post('{"a":1}') + GET);
    assert.deepEqual(statuses(client.sent()), ['401', '401']);
    assert.doesNotMatch(client.sent(), /connection: close/);
  });

  test('longer than allowed: refused by its length, and in chunks as soon as it shows', async () => {
    const byLength = testConnection({ bodyBytes: 4 });
    await byLength.push(post('hello'));
    const inChunks = testConnection({ bodyBytes: 4 });
    await inChunks.push('POST /b HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n');
    assert.deepEqual(inChunks.refused, []);
    await inChunks.push('3\r\nd');
    await inChunks.push('ef\r\n');
    for (const client of [byLength, inChunks]) {
      assert.deepEqual(client.refused, ['body-too-large']);
      assert.equal(client.socket.writableEnded, true);
    }
  });

  test('of a client that has gone before it was wanted', async () => {
    const requests: ClientRequest[] = [];
    const client = testConnection({ onRequest: (request) => requests.push(request) });
    await client.push('POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhe');
    client.socket.destroy();
    await settled();
    const body = await requests[0]?.readBody(100);
    assert.equal(body !== undefined && 'code' in body && body.code, 'request-malformed');
  });

  test('in the smallest chunks takes no more memory than its bytes', async () => {
    const headers = { raw: [], contentLength: -1, chunked: true, close: false, expectsContinue: false };
    const body = new RequestBody(headers, 100_000);
    const bytes = Buffer.from(`${'1\r\nx\r\n'.repeat(50_000)}0\r\n\r\n`);
    assert.equal(body.take(bytes), bytes.length);
    assert.equal(body.bytes().toString(), 'x'.repeat(50_000));
    assert.ok(body.bytes().buffer.byteLength <= 100_000);
  });

  test('HTTP/1.0 knows no 100 Continue', async () => {
    const client = testConnection();
    await client.push('POST /b HTTP/1.0\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n');
    assert.equal(client.sent(), '');
  });

  test('broken off or broken', async () => {
    const off = testConnection();
    await off.push('POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhe');
    off.socket.destroy();
    await settled();
    assert.deepEqual(off.refused, ['request-malformed']);
    const broken = testConnection();
    await broken.push('POST /b HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    await broken.push('5\nhello');
    assert.deepEqual(broken.refused, ['request-malformed']);
    assert.equal(broken.read.length, 0);
  });
});

describe('client connection: time', () => {
  test('a connection without a request, before the first and after the last', async () => {
    const fresh = testConnection();
    fresh.connection.check(Date.now() + 9000);
    assert.equal(fresh.socket.destroyed, false);
    fresh.connection.check(Date.now() + 11_000);
    assert.equal(fresh.socket.destroyed, true);
    const kept = testConnection();
    await kept.push(GET);
    kept.connection.check(Date.now() + 60_000);
    assert.equal(kept.socket.destroyed, false);
    kept.connection.check(Date.now() + 70_000);
    assert.equal(kept.socket.destroyed, true);
  });

  test('a head that comes drop by drop', async () => {
    const client = testConnection();
    await client.push('GET /a HT');
    client.connection.check(Date.now() + 9000);
    await client.push('TP/1.1\r\nhost');
    client.connection.check(Date.now() + 11_000);
    assert.deepEqual(client.refused, ['request-timeout']);
    await settled();
    client.connection.check(Date.now() + LATER);
    assert.equal(client.socket.destroyed, true);
  });

  test('a body that comes drop by drop', async () => {
    const client = testConnection();
    await client.push('POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhe');
    client.connection.check(Date.now() + 29_000);
    assert.deepEqual(client.refused, []);
    client.connection.check(Date.now() + 31_000);
    await settled();
    assert.deepEqual(client.refused, ['request-timeout']);
    assert.equal(client.socket.writableEnded, true);
  });

  test('a request under way is not ended by time here: its own deadlines hold', async () => {
    const client = testConnection({ onRequest: () => undefined });
    await client.push(GET);
    client.connection.check(Date.now() + LATER);
    assert.equal(client.socket.destroyed, false);
  });
});

describe('client connection: answers', () => {
  function answered(method: string, act: (request: ClientRequest) => void): string {
    const client = testConnection({ onRequest: act });
    client.socket.push(`${method} /a HTTP/1.1\r\nhost: x\r\n\r\n`);
    client.socket.read();
    return client.sent();
  }

  test('have a date, a length, and no more than was said', () => {
    const text = answered('GET', (request) => request.send(200, 'a: b\r\nc: d\r\n', Buffer.from([0x7b, 0xff, 0x7d])));
    assert.match(
      text,
      /^HTTP\/1\.1 200 OK\r\ndate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\na: b\r\nc: d\r\ncontent-length: 3\r\n\r\n\{\xff\}$/,
    );
  });

  test('to HEAD, and of status 204 and 304, have no body', () => {
    const head = answered('HEAD', (request) => request.send(200, '', Buffer.from('12345')));
    assert.match(head, /content-length: 5\r\n\r\n$/);
    for (const status of [204, 304]) {
      const text = answered('GET', (request) => request.send(status, '', Buffer.from('12345')));
      assert.match(text, /\r\n\r\n$/);
      assert.doesNotMatch(text, /content-length/);
    }
  });

  test('of unknown length come in chunks, to HTTP/1.0 until the end', async () => {
    const stream = (request: ClientRequest): void => {
      request.open(200, '');
      void request.write(Buffer.from('hello'));
      void request.write(Buffer.alloc(0));
      request.end(Buffer.from(' world'));
    };
    assert.match(answered('GET', stream), /transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n$/);
    assert.match(answered('HEAD', stream), /transfer-encoding: chunked\r\n\r\n$/);
    const old = testConnection({ onRequest: stream });
    await old.push(GET.replace('1.1', '1.0'));
    assert.match(old.sent(), /connection: close\r\n\r\nhello world$/);
    assert.equal(old.socket.writableEnded, true);
  });

  test('larger than one write are whole', async () => {
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, at) => 97 + (at % 26)));
    const client = testConnection({ onRequest: (request) => request.send(200, '', body) });
    await client.push(GET + GET);
    const [, first, second] = client.sent().split('\r\n\r\n');
    assert.ok(first?.startsWith(body.toString()));
    assert.ok(second === body.toString());
  });

  test('that leave slowly are not cut while they leave, and are when nobody takes any of them', async () => {
    const body = Buffer.alloc(1_000_000, 'x');
    for (const head of [GET, GET.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')]) {
      const client = testConnection({ takes: false, onRequest: (request) => request.send(200, '', body) });
      await client.push(head);
      let now = Date.now();
      for (let piece = 0; piece < 12; piece++) {
        now += 29_000;
        client.connection.check(now);
        assert.equal(client.socket.destroyed, false, `piece ${piece}`);
        await client.take();
      }
      client.connection.check(now + 1000);
      client.connection.check(now + 32_000);
      assert.equal(client.socket.destroyed, true);
    }
  });

  test('that are leaving are left to leave when the gateway stops', async () => {
    const client = testConnection({ takes: false });
    await client.push(GET);
    client.connection.closeIfIdle();
    assert.deepEqual([client.socket.destroyed, client.socket.writableEnded], [false, true]);
    const idle = testConnection();
    await idle.push(GET);
    idle.connection.closeIfIdle();
    assert.equal(idle.socket.destroyed, true);
  });

  for (const headers of [
    ['a', 'b\r\nc: d'],
    ['a', 'b\0'],
    ['a\r\n', 'b'],
    ['a b', 'c'],
    ['a', 'b\u0100'],
  ]) {
    test(`${JSON.stringify(headers)} never become lines`, () => assert.throws(() => answerLines(headers)));
  }

  test('while draining are the last of their connection', async () => {
    const client = testConnection({ isDraining: true });
    await client.push(GET + GET);
    assert.equal(client.read.length, 1);
    assert.match(client.sent(), /connection: close/);
  });
});
