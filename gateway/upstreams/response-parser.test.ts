import assert from 'node:assert/strict';
import { request as nodeRequest } from 'node:http';
import { Duplex } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MessageFault } from '../http1/header-fields.ts';
import { changed, changesOf } from '../http1/mutations.fixture.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseParser } from './response-parser.ts';

interface Read {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  readonly end: number;
  readonly closes: boolean;
}

/** Reads with the parser under test, in pieces of the given size; a string names the fault, undefined: incomplete. */
function readOurs(text: string, pieceSize = 65536, method = 'GET'): Read | string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  let head: ResponseHead | undefined;
  const body: Buffer[] = [];
  const parser = new ResponseParser({
    onHead: (given) => {
      head = given;
    },
    onBody: (buffer, start, end) => body.push(Buffer.from(buffer.subarray(start, end))),
  });
  parser.begin(method === 'HEAD');
  let at = 0;
  try {
    while (at < bytes.length && !parser.done) {
      // A copy per piece, wiped afterwards: what is kept must have been copied.
      const piece = Buffer.from(bytes.subarray(at, at + pieceSize));
      at += parser.read(piece, 0, piece.length);
      piece.fill(0);
    }
    if (!parser.finish()) return undefined;
  } catch (error) {
    if (error instanceof MessageFault) return error.message;
    throw error;
  }
  if (head === undefined) return undefined;
  const headers = head.rawHeaders().map((item, index) => (index % 2 === 0 ? item.toLowerCase() : item));
  return { status: head.status, headers, body: Buffer.concat(body).toString('latin1'), end: at, closes: head.close };
}

/** Reads the same bytes with Node's own client. */
function readNodes(text: string, method: string): Promise<Omit<Read, 'end' | 'closes'> | string> {
  return new Promise((resolve) => {
    const socket = new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        done();
      },
    });
    const request = nodeRequest({
      createConnection: () => socket as never,
      method,
      insecureHTTPParser: false,
      maxHeaderSize: 65536,
    });
    request.on('error', (error) => resolve(error.message));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => resolve(error.message));
      response.on('end', () => {
        const raw = response.rawHeaders.map((item, index) => (index % 2 === 0 ? item.toLowerCase() : item));
        resolve({ status: response.statusCode ?? 0, headers: raw, body: Buffer.concat(chunks).toString('latin1') });
      });
    });
    request.end(() => {
      socket.push(Buffer.from(text, 'latin1'));
      socket.push(null);
    });
  });
}

async function assertNodeAgrees(text: string, method: string): Promise<boolean> {
  const ours = readOurs(text, 65536, method);
  if (ours === undefined || typeof ours === 'string') return false;
  const { end, closes: _, ...read } = ours;
  assert.deepEqual(await readNodes(text.slice(0, end), method), read, JSON.stringify(text));
  return true;
}

const GOOD = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\nhello',
  'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n',
  'HTTP/1.1 404 Not Found\r\nX-A:\r\nX-B: \t a b \t\r\nContent-Length:  2 \r\n\r\n{}',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1\r\na\r\n00B\r\nbcdefghijkl\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;a;b=c\r\nabc\r\n0;last\r\n\r\n',
  'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nuntil the end',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end',
  'HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}',
  'HTTP/1.1 500 Caf\xe9\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 1\r\n\r\nx',
];

const HEAD_200 = 'HTTP/1.1 200 OK\r\n';
const REFUSED: readonly (readonly [name: string, text: string])[] = [
  ['length and coding', `${HEAD_200}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths', `${HEAD_200}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ['two equal lengths', `${HEAD_200}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`],
  ['length list', `${HEAD_200}Content-Length: 5, 5\r\n\r\nhello`],
  ['empty length', `${HEAD_200}Content-Length: \r\n\r\n`],
  ['signed length', `${HEAD_200}Content-Length: +5\r\n\r\nhello`],
  ['negative length', `${HEAD_200}Content-Length: -1\r\n\r\n`],
  ['hex length', `${HEAD_200}Content-Length: 0x5\r\n\r\nhello`],
  ['huge length', `${HEAD_200}Content-Length: 9007199254740993\r\n\r\n`],
  ['coding twice', `${HEAD_200}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['coding in two headers', `${HEAD_200}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['gzip coding', `${HEAD_200}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['identity coding', `${HEAD_200}Transfer-Encoding: identity\r\n\r\n`],
  ['coding in 1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['chunk size prefix', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`],
  ['chunk size sign', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n`],
  ['chunk size empty', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n`],
  ['chunk size too long', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n000000005\r\nhello\r\n0\r\n\r\n`],
  ['chunk size space', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n`],
  ['chunk data longer', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n`],
  ['chunk bare lf', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`],
  ['chunk end bare lf', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n`],
  ['chunk extension control', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n5;a\n\r\nhello\r\n0\r\n\r\n`],
  ['chunk extension long', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n5;${'a'.repeat(2000)}\r\nhello\r\n0\r\n\r\n`],
  ['trailer speaks of framing', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n`],
  ['trailer malformed', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n`],
  ['trailer flood', `${HEAD_200}Transfer-Encoding: chunked\r\n\r\n0\r\n${'X: 1234567890\r\n'.repeat(500)}\r\n`],
  ['bare lf', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['bare cr', `${HEAD_200}X: a\rb\r\n\r\n`],
  ['folded', `${HEAD_200}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`],
  ['space before colon', `${HEAD_200}Content-Length : 5\r\n\r\nhello`],
  ['space before name', `${HEAD_200} X: a\r\nContent-Length: 0\r\n\r\n`],
  ['empty name', `${HEAD_200}: x\r\n\r\n`],
  ['no colon', `${HEAD_200}nonsense\r\n\r\n`],
  ['name not a token', `${HEAD_200}X(y): a\r\n\r\n`],
  ['nul in value', `${HEAD_200}X: a\0b\r\n\r\n`],
  ['del in value', `${HEAD_200}X: a\x7fb\r\n\r\n`],
  ['version 1.2', 'HTTP/1.2 200 OK\r\n\r\n'],
  ['version 2.0', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['version 0.9', 'hello'],
  ['version 1.1x', 'HTTP/1.1x 200 OK\r\n\r\n'],
  ['status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['status 600', 'HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n'],
  ['two spaces', 'HTTP/1.1  200 OK\r\n\r\n'],
  ['leading line end', `\r\n${HEAD_200}Content-Length: 0\r\n\r\n`],
  ['switching protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['interim flood', 'HTTP/1.1 102 P\r\n\r\n'.repeat(9)],
  ['interim with length', 'HTTP/1.1 100 C\r\nContent-Length: 5\r\n\r\nhello'],
  ['204 with length', 'HTTP/1.1 204 N\r\nContent-Length: 5\r\n\r\nhello'],
  ['204 with coding', 'HTTP/1.1 204 N\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two content types', `${HEAD_200}Content-Type: a/b\r\ncontent-type: a/b\r\nContent-Length: 0\r\n\r\n`],
  ['two content encodings', `${HEAD_200}Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n`],
  ['101 headers', `${HEAD_200}${'X: 1\r\n'.repeat(101)}\r\n`],
  ['large head', `${HEAD_200}X: ${'a'.repeat(33000)}\r\n\r\n`],
  ['large head without end', `${HEAD_200}X: ${'a'.repeat(70000)}`],
];

describe('response parser', () => {
  test('reads what is well formed, whole or byte by byte', () => {
    for (const text of GOOD) {
      const whole = readOurs(text);
      assert.ok(typeof whole === 'object', `${JSON.stringify(text)} gave ${String(whole)}`);
      for (const size of [1, 2, 3, 7]) assert.deepEqual(readOurs(text, size), whole, JSON.stringify(text));
    }
  });

  test('refuses what is ambiguous or malformed, whole or byte by byte', () => {
    for (const [name, text] of REFUSED) {
      assert.equal(typeof readOurs(text), 'string', name);
      // In pieces, a fault may have to wait for an end of the head that never comes; it is not accepted either way.
      assert.notEqual(typeof readOurs(text, 1), 'object', `${name}, byte by byte`);
    }
  });

  test('a cut answer is never whole, unless its end is the end of the connection', () => {
    for (const text of GOOD) {
      const whole = readOurs(text);
      const untilClose = text.includes('until the end');
      for (let length = 0; length < text.length; length++) {
        const cut = readOurs(text.slice(0, length));
        if (untilClose && cut !== undefined && typeof cut !== 'string') continue;
        assert.equal(cut, undefined, `${JSON.stringify(text.slice(0, length))} of ${JSON.stringify(whole)}`);
      }
    }
  });

  test('stops where the answer ends', () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
    const read = readOurs(`${answer}HTTP/1.1 200 OK\r\n`);
    assert.equal(typeof read === 'object' && read.end, answer.length);
  });

  test('answers to HEAD have no body, whatever they announce', () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n';
    const read = readOurs(answer, 65536, 'HEAD');
    assert.deepEqual(typeof read === 'object' && [read.body, read.end], ['', answer.length]);
  });

  test('knows when the connection ends with the answer', () => {
    const closes = (text: string) => {
      const read = readOurs(text);
      return typeof read === 'object' && read.closes;
    };
    assert.equal(closes('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), false);
    assert.equal(closes('HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n'), true);
    assert.equal(closes('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'), true);
    assert.equal(closes('HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n'), false);
    assert.equal(closes('HTTP/1.1 200 OK\r\n\r\nx'), true);
  });

  test("accepts nothing that Node's own parser reads otherwise", async () => {
    for (const text of GOOD) assert.ok(await assertNodeAgrees(text, 'GET'), JSON.stringify(text));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...GOOD),
        changesOf([], { minLength: 1, maxLength: 3 }),
        fc.constantFrom('GET', 'GET', 'POST', 'HEAD'),
        async (text, changes, method) => {
          if (await assertNodeAgrees(changed(text, changes), method)) accepted++;
        },
      ),
      { numRuns: 6000, seed: 20 },
    );
    assert.ok(accepted > 500, `only ${accepted} mutations were accepted: the comparison compares too little`);
  });
});
