import assert from 'node:assert/strict';
import test from 'node:test';
import type { Verdict } from '../gateway/policy.ts';
import { problemBody, refuse } from '../gateway/problems.ts';
import {
  codeOf,
  type ExchangeOptions,
  exchangeAt,
  grantedPlace,
  type PlaceOptions,
  type TestExchange,
} from './exchange.fixture.ts';
import { IDEMPOTENCY_LIMITS, type IdempotencyStore } from './idempotency-store.ts';
import { MemoryIdempotency } from './memory-idempotency.ts';
import { requireIdempotencyKey } from './require-idempotency-key.ts';
import { typedRequest } from './typed-request.fixture.ts';

interface Request extends ExchangeOptions {
  readonly key?: string | undefined;
  readonly json?: unknown;
  readonly place?: PlaceOptions;
}

/** A request that waits for one that never settles must fail its test, not hang it. */
const BOUNDED = { timeout: 10_000 };

/** One gateway with its store; `send` runs the policy alone. */
function gateway(limits = IDEMPOTENCY_LIMITS) {
  const clock = { at: 0 };
  const policy = requireIdempotencyKey(new MemoryIdempotency(() => clock.at, limits));
  const send = (request: Request = {}) => {
    const { key = 'k1', json = { a: 1 } } = request;
    const place = grantedPlace({ operation: 'createCustomer', ...request.place });
    const exchange = exchangeAt(place, { headers: key === '' ? [] : ['Idempotency-Key', key], ...request });
    exchange.typed = typedRequest({ body: json });
    const verdict = policy.prepare(place)?.(exchange);
    return { exchange, verdict };
  };
  return { clock, send, policy };
}

function answer(exchange: TestExchange, text: string, status = 201): void {
  const body = Buffer.from(text);
  exchange.answer = { status, mediaType: 'application/json', body, headers: ['location', '/c/1'] };
  exchange.facts.returned = '["Customer.id"]';
  exchange.facts.subjects.push('1');
  exchange.facts.recordCount = 1;
  exchange.announce({ status, body });
  exchange.end();
}

function fail(
  exchange: TestExchange,
  code: Parameters<typeof refuse>[0],
  more: Parameters<typeof refuse>[2] = {},
): void {
  const body = Buffer.from(problemBody(refuse(code, 'why', more), exchange.id));
  exchange.announce({ status: 500, code, body });
  exchange.end();
}

function replayed(verdict: Verdict): { status: number; body: string; headers: readonly string[] } {
  assert.ok(verdict?.kind === 'answer' && Buffer.isBuffer(verdict.answer.body));
  return { status: verdict.answer.status, body: verdict.answer.body.toString(), headers: verdict.answer.headers };
}

test('a write that needs a key is refused without one (SC-03)', BOUNDED, async () => {
  const { send } = gateway();
  assert.equal(codeOf(await send({ key: '' }).verdict), 'idempotency-key-missing');
  for (const headers of [
    ['Idempotency-Key', 'é'],
    ['Idempotency-Key', 'a', 'idempotency-key', 'b'],
    ['Idempotency-Key', 'x'.repeat(256)],
    ['Idempotency-Key', ''],
  ]) {
    assert.equal(codeOf(await send({ headers }).verdict), 'parameter-invalid');
  }
});

test('the same request again gets the same answer, and the record says again what went out', BOUNDED, async () => {
  const { send } = gateway();
  const first = send();
  assert.equal(await first.verdict, undefined);
  answer(first.exchange, '{"id":1}');
  const again = send();
  assert.deepEqual(replayed(await again.verdict), {
    status: 201,
    body: '{"id":1}',
    headers: ['location', '/c/1', 'idempotency-replayed', 'true'],
  });
  assert.equal(again.exchange.facts.returned, '["Customer.id"]');
  assert.deepEqual(again.exchange.facts.subjects, ['1']);
});

test('the order of members does not make another request; anything else does', BOUNDED, async () => {
  const { send } = gateway();
  answer(send({ json: { a: 1, b: [1, 2] } }).exchange, '{}');
  assert.equal(codeOf(await send({ json: { b: [1, 2], a: 1 } }).verdict), 'answer');
  for (const other of [
    { json: { a: 1, b: [2, 1] } },
    { json: { a: '1', b: [1, 2] } },
    { json: { a: 1, b: [1, 2] }, query: 'x=1' },
    { json: { a: 1, b: [1, 2] }, path: '/customer-master/v1/other' },
  ]) {
    assert.equal(codeOf(await send(other).verdict), 'idempotency-key-reused');
  }
});

test('keys of other operations, grants and end users are other keys', BOUNDED, async () => {
  const { send } = gateway();
  answer(send().exchange, '{}');
  assert.equal(await send({ subject: 'somebody-else' }).verdict, undefined);
  assert.equal(await send({ place: { grantName: 'another' } }).verdict, undefined);
  assert.equal(await send({ key: 'k2' }).verdict, undefined);
});

test('requests at the same time wait for the first and get its answer', BOUNDED, async () => {
  const { send } = gateway();
  const first = send();
  const waiting = [send(), send(), send()];
  assert.ok(waiting.every(({ verdict }) => verdict instanceof Promise));
  assert.equal(codeOf(await send({ json: { other: 1 } }).verdict), 'idempotency-key-reused');
  answer(first.exchange, '{"id":7}');
  for (const { verdict } of waiting) assert.equal(replayed(await verdict).body, '{"id":7}');
});

test('when the first came to nothing exactly one of those that wait goes on', BOUNDED, async () => {
  const { send } = gateway();
  const first = send();
  const [second, third] = [send(), send()];
  fail(first.exchange, 'upstream-unavailable');
  assert.equal(await second.verdict, undefined);
  answer(second.exchange, '{"id":2}');
  assert.equal(replayed(await third.verdict).body, '{"id":2}');
});

test('those that wait are bounded', BOUNDED, async () => {
  const { send } = gateway({ ...IDEMPOTENCY_LIMITS, mostWaiting: 1 });
  const first = send();
  const waiting = send();
  assert.equal(codeOf(await send().verdict), 'idempotency-in-progress');
  answer(first.exchange, '{}');
  await waiting.verdict;
});

test('an unknown outcome never has a second effect (SC-03)', BOUNDED, async () => {
  for (const code of [
    'upstream-timeout',
    'outcome-unknown',
    'upstream-failed',
    'internal-error',
    'upstream-answer-invalid',
  ] as const) {
    const { send } = gateway();
    const { exchange } = send();
    exchange.facts.upstreamBegun = true;
    fail(exchange, code);
    assert.equal(codeOf(await send().verdict), 'outcome-unknown', code);
  }
  const { send } = gateway();
  send().exchange.end();
  assert.equal(codeOf(await send().verdict), 'outcome-unknown', 'broke off');
});

test('a failure before anything was sent leaves the key free', BOUNDED, async () => {
  const place = { systemType: 'http' as const };
  for (const code of ['internal-error', 'upstream-timeout'] as const) {
    const { send } = gateway();
    fail(send({ place }).exchange, code);
    const second = send({ place });
    assert.equal(await second.verdict, undefined, code);
    second.exchange.facts.upstreamBegun = true;
    fail(second.exchange, code);
    assert.equal(codeOf(await send({ place }).verdict), 'outcome-unknown', code);
  }
});

test('a definite no is said again, one without effect leaves the key free', BOUNDED, async () => {
  const { send } = gateway();
  fail(send().exchange, 'duplicate', { members: { existing: 42 } });
  const again = await send().verdict;
  assert.ok(again?.kind === 'refuse');
  assert.deepEqual(
    { code: again.code, detail: again.detail, members: again.members, headers: again.headers },
    { code: 'duplicate', detail: 'why', members: { existing: 42 }, headers: ['idempotency-replayed', 'true'] },
  );
  fail(send({ key: 'k2' }).exchange, 'claim-missing');
  assert.equal(await send({ key: 'k2' }).verdict, undefined);
});

test('an answer that is too long or was streamed is not made twice', BOUNDED, async () => {
  const { send } = gateway({ ...IDEMPOTENCY_LIMITS, mostAnswerBytes: 4 });
  answer(send().exchange, '{"id":1}');
  assert.equal(codeOf(await send().verdict), 'conflict');
  const streamed = send({ key: 'k2' }).exchange;
  streamed.answer = { status: 200, mediaType: 'application/json', body: Buffer.alloc(0), headers: [] };
  streamed.announce({ status: 200 });
  assert.equal(codeOf(await send({ key: 'k2' }).verdict), 'conflict');
});

test('an answer made under another read grant is not given again', BOUNDED, async () => {
  const { send } = gateway();
  answer(send().exchange, '{"id":1}');
  const narrowed = { place: { grant: { read: { Customer: ['id'] } } } };
  assert.equal(codeOf(await send(narrowed).verdict), 'conflict');
});

test('keys end after their time, and one owner’s keys are bounded', BOUNDED, async () => {
  const { send, clock } = gateway({ ...IDEMPOTENCY_LIMITS, mostKeys: 2 });
  for (const key of ['a', 'b', 'c']) answer(send({ key }).exchange, '{}');
  answer(send({ key: 'x', place: { grantName: 'another' } }).exchange, '{}');
  assert.equal(await send({ key: 'a' }).verdict, undefined);
  assert.equal(codeOf(await send({ key: 'c' }).verdict), 'answer');
  clock.at = IDEMPOTENCY_LIMITS.lifeMs;
  assert.equal(await send({ key: 'c' }).verdict, undefined);
});

test('a key where none is meant has no effect, and the record says so', BOUNDED, async () => {
  const { send } = gateway();
  const { exchange, verdict } = send({ place: { operation: 'updateCustomer' } });
  assert.equal(await verdict, undefined);
  assert.deepEqual(exchange.facts.ignored, ['idempotency-key']);
});

test(
  'while the shared store is away a write is refused, and one that only this gateway knows of says so',
  BOUNDED,
  async () => {
    const place = grantedPlace({ operation: 'createCustomer' });
    const exchange = exchangeAt(place, { headers: ['Idempotency-Key', 'k1'] });
    exchange.typed = typedRequest({ body: {} });
    const ask = (claim: Awaited<ReturnType<IdempotencyStore['claim']>>) =>
      requireIdempotencyKey({ claim: async () => claim }).prepare(place)?.(exchange);
    const refused = await ask({ kind: 'unavailable' });
    assert.equal(codeOf(refused), 'idempotency-unavailable');
    assert.deepEqual(refused?.kind === 'refuse' && refused.headers, ['retry-after', '1']);
    assert.equal(await ask({ kind: 'first', isLocal: true, settle: () => undefined }), undefined);
    assert.deepEqual(exchange.facts.notes, ['idempotency-local']);
  },
);
