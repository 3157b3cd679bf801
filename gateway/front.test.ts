import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Front, FrontAnswer } from './front.ts';
import type { GrantedOperation, Snapshot, Step } from './plan.ts';
import { refuse } from './problems.ts';
import { startTestGateway, type TestGateway, testSnapshot } from './server.fixture.ts';

/** A protocol of lines: the body names what is called, `?` is malformed, and refusals are `NO code`. */
const answer = (text: string, status = 200): FrontAnswer => ({
  status,
  mediaType: 'text/x-line; charset=utf-8',
  headers: [],
  body: Buffer.from(text),
});
const lines: Front = {
  owns: (path) => path === '/lines',
  read: ({ body }) =>
    body.toString() === '?' ? answer('MALFORMED', 400) : { refuse: ({ code }) => answer(`NO ${code}`) },
  refuseUnread: (_request, { code }) => answer(`UNREAD ${code}`),
};

function snapshotWith(front: Front): Snapshot {
  const base = testSnapshot([{ method: 'GET', path: '/things', audit: 'strict' }]);
  const granted = base.operations[0]?.granted.get('c');
  assert.ok(granted);
  const served: GrantedOperation = {
    ...granted,
    limits: [
      {
        policy: 'limit-rate',
        enforce: (exchange) => (exchange.body.toString() === 'often' ? refuse('rate-limited') : undefined),
      },
    ],
    send: async (exchange) => {
      if (exchange.body.toString() === 'throw') throw new Error('secret detail');
      return answer(`DID ${exchange.body}`);
    },
    allPassed: '["authorize","upstream"]',
  };
  const authorize: Step = {
    policy: 'authorize',
    enforce: (exchange) => {
      if (exchange.body.toString() === 'nothing') return undefined;
      if (exchange.body.toString() === 'version') return { kind: 'answer', answer: answer('7') };
      if (exchange.message === undefined) throw new Error('no message');
      exchange.granted = served;
      return undefined;
    },
  };
  return { ...base, front: { ...base.unrouted, front, entry: [authorize] } };
}

describe('a front', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(snapshotWith(lines), { bodyBytes: 16 });
  });
  after(() => gateway.close());

  const call = async (body: string, path = '/lines') => {
    const response = await fetch(`${gateway.url}${path}`, { method: 'POST', body });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  for (const [what, body, status, text, code, policies] of [
    ['answers what is granted', 'do', 200, 'DID do', undefined, '["authorize","upstream"]'],
    ['lets a policy answer', 'version', 200, '7', undefined, '["authorize:answer"]'],
    ['answers a malformed request in its own way', '?', 400, 'MALFORMED', 'request-malformed', undefined],
    ['tells of a missing grant', 'nothing', 200, 'NO grant-missing', 'grant-missing', undefined],
    ['tells of a limit', 'often', 200, 'NO rate-limited', 'rate-limited', undefined],
    ['tells of a failure', 'throw', 200, 'NO internal-error', 'internal-error', undefined],
    ['tells of a body that is too large', 'x'.repeat(17), 200, 'UNREAD body-too-large', 'body-too-large', undefined],
  ] as const) {
    test(what, async () => {
      const got = await call(body);
      assert.deepEqual([got.status, got.text], [status, text]);
      assert.equal(got.type, 'text/x-line; charset=utf-8');
      const { ending } = gateway.journal.entries.at(-1) ?? {};
      assert.equal(ending?.code, code);
      assert.equal(ending?.status, status);
      if (policies !== undefined) assert.equal(ending?.policies, policies);
      if (code !== undefined) assert.equal(ending?.decision, code === 'internal-error' ? 'failed' : 'refused');
    });
  }

  test('a record that cannot be made durable is told in its protocol', async () => {
    gateway.journal.failing = true;
    const got = await call('do');
    gateway.journal.failing = false;
    assert.equal(got.text, 'NO record-not-durable');
  });

  test('a log that has failed refuses before the upstream', async () => {
    gateway.journal.healthy = false;
    const got = await call('do');
    gateway.journal.healthy = true;
    assert.equal(got.text, 'NO record-not-durable');
  });

  test('other paths stay problems', async () => {
    const got = await call('do', '/linesx');
    assert.deepEqual([got.status, got.type], [404, 'application/problem+json']);
  });

  test('a gateway that shuts down says so in the protocol', async () => {
    const shutting = await startTestGateway(snapshotWith(lines));
    const request = 'POST /lines HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\ndo';
    const socket = connect(shutting.port, '127.0.0.1');
    let received = '';
    // The head of the second request has begun when the answer to the first one is there.
    socket.write(request + request.slice(0, 20));
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      if (!received.endsWith('DID do')) return;
      void shutting.gateway.drain(10_000);
      socket.write(request.slice(20));
    });
    await once(socket, 'close');
    assert.match(received, /UNREAD draining$/);
  });
});
