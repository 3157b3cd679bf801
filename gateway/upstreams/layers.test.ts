import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SystemEnvironment } from '../../catalog/documents.ts';
import { type ProblemCode, type Refusal, RefusalError, refuse } from '../problems.ts';
import type { BodyStream, Send, UpstreamAnswer } from '../upstream.ts';
import { type PlaceOptions, testExchange, testPlace } from './exchange.fixture.ts';
import { createUpstreams, type UpstreamsOptions } from './layers.ts';

const ENVIRONMENT: SystemEnvironment = { url: 'https://erp.example.com', concurrency: 2 };

function place(options: Partial<PlaceOptions> = {}) {
  return testPlace({ environment: ENVIRONMENT, ...options });
}

function answerOf(text: string): UpstreamAnswer {
  return { status: 200, mediaType: 'application/json', body: Buffer.from(text), headers: [] };
}

function codeOf(answer: UpstreamAnswer | Refusal): string {
  return 'kind' in answer ? answer.code : String(answer.body);
}

/** An adapter whose answers the test gives one by one. */
function heldAdapter() {
  const calls: ((answer: UpstreamAnswer | Refusal) => void)[] = [];
  const send: Send = () => new Promise((resolve) => calls.push(resolve));
  return { calls, send };
}

/** An adapter that always says the same; `says` may change. */
function fixedAdapter(says: UpstreamAnswer | Refusal): { says: UpstreamAnswer | Refusal; calls: number; send: Send } {
  const send: Send = async () => {
    adapter.calls++;
    return adapter.says;
  };
  const adapter = { says, calls: 0, send };
  return adapter;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const still = { random: () => 0 };

describe('concurrency cap', () => {
  test('so many at once per system and address, whatever the operation; the rest wait by lane', async () => {
    const upstreams = createUpstreams();
    const { calls, send } = heldAdapter();
    const lanes = { high: place({ lane: 'high', path: '/a' }), normal: place(), low: place({ lane: 'low' }) };
    const order: string[] = [];
    const start = (lane: keyof typeof lanes, name: string) =>
      upstreams
        .wrap(
          lanes[lane],
          send,
        )(testExchange().exchange)
        .then(() => order.push(name));
    const all = [
      start('low', 'first'),
      start('normal', 'second'),
      start('low', 'low'),
      start('normal', 'normal'),
      start('normal', 'normal 2'),
      start('high', 'high'),
    ];
    assert.equal(calls.length, 2);
    assert.deepEqual(upstreams.stats(), [
      {
        ...{ system: 'orders', active: 2, waiting: 4, limit: 2, refused: 0, breaker: 'closed' },
        ...{ calls: undefined, isCrowded: false },
      },
    ]);
    for (let index = 0; index < 6; index++) {
      calls[index]?.(answerOf('{}'));
      await settled();
    }
    await Promise.all(all);
    assert.deepEqual(order, ['first', 'second', 'high', 'normal', 'normal 2', 'low']);
    assert.equal(upstreams.stats()[0]?.active, 0);
  });

  test('systems and addresses do not share', () => {
    const upstreams = createUpstreams();
    const { calls, send } = heldAdapter();
    for (const other of [
      place(),
      place({ system: 'wms' }),
      place({ environment: { ...ENVIRONMENT, url: 'https://b.example.com' } }),
    ]) {
      for (let index = 0; index < 3; index++) void upstreams.wrap(other, send)(testExchange().exchange);
    }
    assert.equal(calls.length, 6);
    upstreams.close();
  });

  test('a new snapshot keeps who is under way, and may change the limit', async () => {
    const upstreams = createUpstreams();
    const { calls, send } = heldAdapter();
    const first = upstreams.wrap(place(), send);
    for (let index = 0; index < 3; index++) void first(testExchange().exchange);
    const second = upstreams.wrap(place({ environment: { ...ENVIRONMENT, concurrency: 3 } }), send);
    void second(testExchange().exchange);
    assert.equal(calls.length, 2);
    calls[0]?.(answerOf('{}'));
    await settled();
    assert.equal(calls.length, 4);
    upstreams.close();
  });

  test('a full queue turns away the lowest lane first, with Retry-After', async () => {
    const upstreams = createUpstreams({ queue: { maxWaiting: 1 } });
    const { send } = heldAdapter();
    const low = upstreams.wrap(place({ lane: 'low' }), send);
    const high = upstreams.wrap(place({ lane: 'high' }), send);
    void low(testExchange().exchange);
    void low(testExchange().exchange);
    const waiting = low(testExchange().exchange);
    const refused = await low(testExchange().exchange);
    assert.equal(codeOf(refused), 'upstream-busy');
    assert.deepEqual(refused.headers, ['retry-after', '1']);
    void high(testExchange().exchange);
    assert.equal(codeOf(await waiting), 'upstream-busy');
    upstreams.close();
  });

  test('nobody waits longer than allowed, nor for a caller that has gone', async () => {
    const upstreams = createUpstreams({ queue: { maxWaitMs: 30 } });
    const { calls, send } = heldAdapter();
    const wrapped = upstreams.wrap(place(), send);
    for (let index = 0; index < 2; index++) void wrapped(testExchange().exchange);
    assert.equal(codeOf(await wrapped(testExchange().exchange)), 'upstream-busy');
    const patient = createUpstreams({ queue: { maxWaitMs: 60_000 } });
    const other = patient.wrap(place(), send);
    for (let index = 0; index < 2; index++) void other(testExchange().exchange);
    const gone = testExchange();
    const waiting = other(gone.exchange);
    gone.aborter.abort();
    assert.equal(codeOf(await waiting), 'upstream-busy');
    assert.equal(calls.length, 4);
    assert.equal(patient.stats()[0]?.waiting, 0);
  });

  test('a streamed answer keeps its slot until its exchange is over; an error gives it back', async () => {
    const upstreams = createUpstreams();
    const body: BodyStream = { destroy() {}, async *[Symbol.asyncIterator]() {} };
    const streaming = testExchange();
    await upstreams.wrap(place(), async () => ({ ...answerOf(''), body }))(streaming.exchange);
    assert.equal(upstreams.stats()[0]?.active, 1);
    streaming.end();
    assert.equal(upstreams.stats()[0]?.active, 0);
    const broken = upstreams.wrap(place(), () => {
      throw new Error('bug');
    });
    await assert.rejects(broken(testExchange().exchange), /bug/);
    assert.equal(upstreams.stats()[0]?.active, 0);
    const throwing = upstreams.wrap(place(), async () => {
      throw new RefusalError(refuse('conflict'));
    });
    assert.equal(codeOf(await throwing(testExchange().exchange)), 'conflict');
  });
});

describe('circuit breaker', () => {
  const limits: UpstreamsOptions = { breaker: { failures: 3, openMs: 1000, maxOpenMs: 3000 }, ...still };

  test('opens after failures in a row, probes once, closes again', async () => {
    let now = 0;
    const upstreams = createUpstreams({ ...limits, now: () => now });
    const adapter = fixedAdapter(refuse('upstream-timeout'));
    const send = upstreams.wrap(place({ method: 'POST' }), adapter.send);
    const ask = () => send(testExchange().exchange);
    for (let index = 0; index < 3; index++) assert.equal(codeOf(await ask()), 'upstream-timeout');
    const refused = await ask();
    assert.equal(codeOf(refused), 'upstream-unavailable');
    assert.deepEqual(refused.headers, ['retry-after', '1']);
    assert.equal(adapter.calls, 3);
    now = 1000;
    assert.equal(upstreams.stats()[0]?.breaker, 'half-open');
    // The probe fails: twice as long. Who comes beside the probe is not let through.
    assert.deepEqual((await Promise.all([ask(), ask()])).map(codeOf), ['upstream-timeout', 'upstream-unavailable']);
    now = 2999;
    assert.equal(codeOf(await ask()), 'upstream-unavailable');
    now = 3000;
    adapter.says = answerOf('{}');
    assert.equal(codeOf(await ask()), '{}');
    assert.equal(upstreams.stats()[0]?.breaker, 'closed');
    assert.equal(codeOf(await ask()), '{}');
  });

  test('a success in between starts the count anew; answers of a living system do not count', async () => {
    const upstreams = createUpstreams(limits);
    const says = async (answer: UpstreamAnswer | Refusal) =>
      codeOf(await upstreams.wrap(place({ method: 'POST' }), async () => answer)(testExchange().exchange));
    for (let index = 0; index < 10; index++) {
      await says(refuse('upstream-timeout'));
      await says(refuse('upstream-timeout'));
      await says(answerOf('{}'));
    }
    const living: readonly ProblemCode[] = [
      'upstream-failed',
      'business-rule',
      'conflict',
      'record-not-found',
      'upstream-refused',
    ];
    for (let index = 0; index < 10; index++) for (const code of living) await says(refuse(code));
    for (let index = 0; index < 10; index++)
      await says(refuse('upstream-timeout', undefined, { reason: 'call-aborted' }));
    assert.equal(upstreams.stats()[0]?.breaker, 'closed');
  });

  test('a probe that learns nothing leaves room for the next', async () => {
    let now = 0;
    const upstreams = createUpstreams({ ...limits, now: () => now });
    const adapter = fixedAdapter(refuse('upstream-unavailable'));
    const send = upstreams.wrap(place({ method: 'POST' }), adapter.send);
    for (let index = 0; index < 3; index++) await send(testExchange().exchange);
    now = 1000;
    adapter.says = refuse('upstream-busy');
    assert.equal(codeOf(await send(testExchange().exchange)), 'upstream-busy');
    adapter.says = answerOf('{}');
    assert.equal(codeOf(await send(testExchange().exchange)), '{}');
    assert.equal(upstreams.stats()[0]?.breaker, 'closed');
  });

  test('what began before the breaker opened does not close it', async () => {
    const upstreams = createUpstreams({ ...limits, now: () => 0 });
    const { calls, send } = heldAdapter();
    const wrapped = upstreams.wrap(place({ method: 'POST', environment: { ...ENVIRONMENT, concurrency: 9 } }), send);
    const all = Array.from({ length: 4 }, () => wrapped(testExchange().exchange));
    for (const call of calls.slice(0, 3)) call(refuse('upstream-timeout'));
    await settled();
    calls[3]?.(answerOf('{}'));
    await Promise.all(all);
    assert.equal(upstreams.stats()[0]?.breaker, 'open');
  });
});

describe('retry', () => {
  const lost = refuse('upstream-unavailable', undefined, { reason: 'connection-lost' });

  test('once, for reads whose connection failed before any byte', async () => {
    const upstreams = createUpstreams(still);
    const adapter = fixedAdapter(lost);
    const tried = testExchange();
    assert.equal(codeOf(await upstreams.wrap(place(), adapter.send)(tried.exchange)), 'upstream-unavailable');
    assert.equal(adapter.calls, 2);
    assert.deepEqual(tried.exchange.facts.notes, ['upstream-retried']);
  });

  test('never for writes, other failures, late or abandoned calls', async () => {
    const tries = async (options: Partial<PlaceOptions>, says: Refusal, abort = false): Promise<number> => {
      const adapter = fixedAdapter(says);
      const { exchange, aborter } = testExchange();
      if (abort) aborter.abort();
      await createUpstreams(still).wrap(place(options), adapter.send)(exchange);
      return adapter.calls;
    };
    assert.equal(await tries({ method: 'POST' }, lost), 1);
    assert.equal(await tries({ method: 'DELETE' }, lost), 1);
    assert.equal(await tries({}, refuse('upstream-timeout')), 1);
    assert.equal(await tries({}, refuse('upstream-failed', undefined, { reason: 'status-500' })), 1);
    assert.equal(await tries({ environment: { ...ENVIRONMENT, timeoutMs: 5 } }, lost), 1);
    assert.equal(await tries({}, lost, true), 1);
  });
});

describe('stale answers', () => {
  const down = refuse('upstream-unavailable');

  test('stand in for the same grant, request and filter, within their time, with their age', async () => {
    let now = 1_000_000;
    const upstreams = createUpstreams({ ...still, now: () => now });
    const adapter = fixedAdapter(answerOf('{"a":1}'));
    const send = upstreams.wrap(place({ staleIfErrorSeconds: 60 }), adapter.send);
    const request = { query: [['q', '1']] as const };
    await send(testExchange(request).exchange);
    adapter.says = down;
    now += 30_500;
    const served = testExchange(request);
    const stale = await send(served.exchange);
    assert.equal(codeOf(stale), '{"a":1}');
    assert.deepEqual(stale.headers, ['age', '30']);
    assert.deepEqual(served.exchange.facts.notes, ['stale-answer']);

    assert.equal(codeOf(await send(testExchange({ query: [['q', '2']] }).exchange)), 'upstream-unavailable');
    const filtered = testExchange(request);
    filtered.exchange.recordFilter = { Order: [['team', '=', 7]] };
    assert.equal(codeOf(await send(filtered.exchange)), 'upstream-unavailable');
    const otherGrant = upstreams.wrap(place({ staleIfErrorSeconds: 60, grant: 'other' }), adapter.send);
    assert.equal(codeOf(await otherGrant(testExchange(request).exchange)), 'upstream-unavailable');
    const later = upstreams.wrap(place({ staleIfErrorSeconds: 60 }), adapter.send);
    assert.equal(codeOf(await later(testExchange(request).exchange)), '{"a":1}');
    now += 60_000;
    assert.equal(codeOf(await later(testExchange(request).exchange)), 'upstream-unavailable');
  });

  test('only when the interface says so, only for reads, only for failures, only for answers that are good', async () => {
    const serves = async (
      options: Partial<PlaceOptions>,
      first: UpstreamAnswer | Refusal,
      then: Refusal,
    ): Promise<string> => {
      const adapter = fixedAdapter(first);
      const send = createUpstreams(still).wrap(place(options), adapter.send);
      await send(testExchange().exchange);
      adapter.says = then;
      return codeOf(await send(testExchange().exchange));
    };
    const good = answerOf('{}');
    const on = { staleIfErrorSeconds: 60 };
    for (const code of ['upstream-unavailable', 'upstream-failed', 'upstream-timeout', 'upstream-busy'] as const) {
      assert.equal(await serves(on, good, refuse(code)), '{}', code);
    }
    assert.equal(await serves({}, good, down), 'upstream-unavailable');
    assert.equal(await serves({ ...on, method: 'POST' }, good, down), 'upstream-unavailable');
    assert.equal(await serves(on, good, refuse('record-not-found')), 'record-not-found');
    assert.equal(await serves(on, good, refuse('upstream-answer-invalid')), 'upstream-answer-invalid');
    assert.equal(await serves(on, { ...good, status: 202 }, down), 'upstream-unavailable');
    assert.equal(await serves(on, { ...good, body: Buffer.alloc(1024 * 1024 + 1) }, down), 'upstream-unavailable');
  });

  test('memory is bounded', async () => {
    const upstreams = createUpstreams({ ...still, staleBytes: 4000 });
    const adapter = fixedAdapter(answerOf('x'.repeat(1000)));
    const send = upstreams.wrap(place({ staleIfErrorSeconds: 60 }), adapter.send);
    for (const cursor of ['a', 'b', 'c', 'd']) await send(testExchange({ cursor }).exchange);
    adapter.says = down;
    const kept = [];
    for (const cursor of ['a', 'b', 'c', 'd']) {
      if (!('kind' in (await send(testExchange({ cursor }).exchange)))) kept.push(cursor);
    }
    assert.deepEqual(kept, ['c', 'd']);
  });
});

describe('deadline', () => {
  test('everything inside shares the one of the environment, or an earlier one from outside', async () => {
    const deadlines: (number | undefined)[] = [];
    const send = createUpstreams().wrap(
      place({ environment: { ...ENVIRONMENT, timeoutMs: 10_000 } }),
      async (_, deadline) => {
        deadlines.push(deadline);
        return answerOf('{}');
      },
    );
    const before = Date.now();
    await send(testExchange().exchange);
    await send(testExchange().exchange, before + 5);
    assert.ok((deadlines[0] ?? 0) >= before + 10_000 && (deadlines[0] ?? 0) <= Date.now() + 10_000);
    assert.equal(deadlines[1], before + 5);
  });
});
