import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { changed, changesOf } from '../http1/mutations.fixture.ts';
import { type ReadRequest, settled, testConnection } from './connection.fixture.ts';

/** What a connection under test makes of the bytes, cut into pieces of that size. */
async function readOurs(text: string, pieceSize = 65_536): Promise<{ read: ReadRequest[]; refused: string[] }> {
  const client = testConnection();
  for (let at = 0; at < text.length; at += pieceSize) await client.push(text.slice(at, at + pieceSize));
  client.socket.destroy();
  return { read: client.read, refused: client.refused };
}

/** What Node's own server makes of the same bytes. */
async function readNodes(text: string): Promise<ReadRequest[]> {
  const read: ReadRequest[] = [];
  const server = createServer({ insecureHTTPParser: false, maxHeaderSize: 65_536 }, (request, response) => {
    const chunks: Buffer[] = [];
    const { method = '', url = '', rawHeaders } = request;
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      read.push({ method, target: url, headers: rawHeaders, body: Buffer.concat(chunks).toString('latin1') });
      response.end();
    });
  });
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('clientError', () => undefined);
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });
  server.emit('connection', socket as unknown as Socket);
  socket.push(Buffer.from(text, 'latin1'));
  await settled();
  socket.destroy();
  return read;
}

const HEADERS = 'Host: api.test\r\nAuthorization: Bearer a.b.c\r\nX-A: \t one two \t\r\nX-B:\r\n';
const GOOD = [
  `GET /customer-master/v1/customers?limit=2&name=a%20b HTTP/1.1\r\n${HEADERS}\r\n`,
  `\r\nGET / HTTP/1.1\r\n${HEADERS}\r\n`,
  `POST /orders HTTP/1.1\r\n${HEADERS}Content-Length: 7\r\n\r\n{"a":1}`,
  `PATCH /orders/1 HTTP/1.1\r\n${HEADERS}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\nT: u\r\n\r\n`,
  `PUT /orders/1 HTTP/1.1\r\n${HEADERS}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`,
  `DELETE /orders/1 HTTP/1.1\r\n${HEADERS}Connection: keep-alive\r\nContent-Length: 0\r\n\r\n`,
  `GET /a HTTP/1.0\r\n${HEADERS}\r\n`,
  `HEAD /a HTTP/1.1\r\n${HEADERS}Connection: close\r\n\r\n`,
  `GET /caf%C3%A9 HTTP/1.1\r\n${HEADERS}X-C: caf\xe9\r\n\r\n`,
];

const HEAD = 'GET /a HTTP/1.1\r\nHost: x\r\n';
const POST = 'POST /a HTTP/1.1\r\nHost: x\r\n';
const REFUSED: readonly (readonly [name: string, text: string, code?: string])[] = [
  ['bare line feeds', 'GET /a HTTP/1.1\nHost: x\n\n'],
  ['bare line feed in a header', `${HEAD}A: b\nC: d\r\n\r\n`],
  ['bare carriage return', `${HEAD}A: b\rC: d\r\n\r\n`],
  ['carriage return before the end', `${HEAD}A: b\r\r\n\r\n`],
  ['folded', `${HEAD}A: b\r\n c\r\n\r\n`],
  ['space before colon', `${HEAD}A : b\r\n\r\n`],
  ['space before name', `GET /a HTTP/1.1\r\n A: b\r\nHost: x\r\n\r\n`],
  ['empty name', `${HEAD}: b\r\n\r\n`],
  ['no colon', `${HEAD}nonsense\r\n\r\n`],
  ['name not a token', `${HEAD}A(b): c\r\n\r\n`],
  ['NUL in a value', `${HEAD}A: b\0c\r\n\r\n`],
  ['DEL in a value', `${HEAD}A: b\x7fc\r\n\r\n`],
  ['NUL in the target', 'GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['eight bits in the target', 'GET /caf\xe9 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['space in the target', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['fragment', 'GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['absolute form', 'GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n'],
  ['no target', 'GET  HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['two spaces', 'GET  /a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['tab for space', 'GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['small method', 'get /a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['made-up method', 'FETCH /a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['HTTP/0.9', 'GET /a\r\n\r\n'],
  ['HTTP/1.2', 'GET /a HTTP/1.2\r\nHost: x\r\n\r\n'],
  ['HTTP/2.0', 'GET /a HTTP/2.0\r\nHost: x\r\n\r\n'],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['small version', 'GET /a http/1.1\r\nHost: x\r\n\r\n'],
  ['space behind the version', 'GET /a HTTP/1.1 \r\nHost: x\r\n\r\n'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['no Host', 'GET /a HTTP/1.1\r\nA: b\r\n\r\n'],
  ['two Hosts', `${HEAD}Host: x\r\n\r\n`],
  ['empty Host', 'GET /a HTTP/1.1\r\nHost: \r\n\r\n'],
  ['another expectation', `${POST}Expect: 200-ok\r\nContent-Length: 1\r\n\r\na`],
  ['length and coding', `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths', `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ['two equal lengths', `${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`],
  ['length list', `${POST}Content-Length: 5, 5\r\n\r\nhello`],
  ['empty length', `${POST}Content-Length:\r\n\r\nhello`],
  ['signed length', `${POST}Content-Length: +5\r\n\r\nhello`],
  ['negative length', `${POST}Content-Length: -5\r\n\r\nhello`],
  ['hexadecimal length', `${POST}Content-Length: 0x5\r\n\r\nhello`],
  ['length with a space inside', `${POST}Content-Length: 1 5\r\n\r\nhello`],
  ['length with a tab', `${POST}Content-Length: \t5\r\n\r\nhello`],
  ['huge length', `${POST}Content-Length: 9007199254740993\r\n\r\n`],
  ['chunked twice', `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`, 'content-encoding-unsupported'],
  ['chunked in two lines', `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['a coding before chunked', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['a coding behind chunked', `${POST}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
  ['identity', `${POST}Transfer-Encoding: identity\r\n\r\n`],
  ['chunked with a parameter', `${POST}Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n`],
  ['xchunked', `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['chunked in HTTP/1.0', `${POST.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunk size with 0x', `${POST}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`],
  ['chunk size with a space', `${POST}Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n`],
  ['chunk longer than said', `${POST}Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n`],
  ['chunk line by line feed', `${POST}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`],
  ['chunk extension hiding a line', `${POST}Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n`],
  ['trailer speaks of framing', `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n`],
  ['trailer speaks of the connection', `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nConnection: close\r\n\r\n`],
  ['101 headers', `${HEAD}${'A: b\r\n'.repeat(101)}\r\n`, 'header-too-large'],
  ['long header', `${HEAD}A: ${'b'.repeat(17_000)}\r\n\r\n`, 'header-too-large'],
  ['long header without end', `${HEAD}A: ${'b'.repeat(17_000)}`, 'header-too-large'],
  ['long target', `GET /${'a'.repeat(8200)} HTTP/1.1\r\nHost: x\r\n\r\n`, 'uri-too-long'],
  ['long target without end', `GET /${'a'.repeat(8300)}`, 'uri-too-long'],
];

const MORE = ['Content-Length: 7\r\n', 'Transfer-Encoding: x\r\n', 'Host: y\r\n', 'GET /z HTTP/1.1\r\nHost: z\r\n\r\n'];

describe('request heads and bodies', () => {
  test('what is well formed is read, whole or byte by byte', async () => {
    for (const text of GOOD) {
      const whole = await readOurs(text);
      assert.deepEqual([whole.read.length, whole.refused], [1, []], JSON.stringify(text));
      for (const size of [1, 2, 3, 7]) assert.deepEqual(await readOurs(text, size), whole, JSON.stringify(text));
    }
  });

  for (const [name, text, code] of REFUSED) {
    test(`refused: ${name}`, async () => {
      for (const size of [65_536, 1]) {
        const { read, refused } = await readOurs(text, text.length > 2000 ? Math.max(size, 500) : size);
        assert.deepEqual(read, []);
        assert.equal(refused.length, 1);
        if (code !== undefined) assert.deepEqual(refused, [code]);
      }
    });
  }

  test('a request that is cut anywhere is never read', async () => {
    for (const text of GOOD) {
      for (let length = 0; length < text.length; length++) {
        assert.deepEqual((await readOurs(text.slice(0, length))).read, [], JSON.stringify(text.slice(0, length)));
      }
    }
  });

  test("nothing is read otherwise than Node's own parser reads it, nor more requests", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...GOOD), { minLength: 1, maxLength: 3 }),
        changesOf(MORE, { minLength: 0, maxLength: 3 }),
        fc.constantFrom(65_536, 65_536, 5),
        async (texts, changes, size) => {
          const text = changed(texts.join(''), changes);
          const { read } = await readOurs(text, size);
          const nodes = await readNodes(text);
          assert.deepEqual(nodes.slice(0, read.length), read, JSON.stringify(text));
          compared += read.length;
        },
      ),
      { numRuns: 4000, seed: 7 },
    );
    assert.ok(compared > 2000, `only ${compared} requests were compared`);
  });
});
