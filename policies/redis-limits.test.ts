import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf, exchangeAt, grantedPlace, runPolicies } from './exchange.fixture.ts';
import type { RedisConnection } from './limit-counters.ts';
import { limitQuota } from './limit-quota.ts';
import { limitRate } from './limit-rate.ts';
import { createRedisLimits } from './redis-limits.ts';

const NOON = Date.UTC(2026, 0, 15, 12);
const clock = { at: 0, wall: () => NOON, steady: () => clock.at };

/** Answers every script with the next of these: points used and milliseconds. */
function connection(answers: ([number, number] | Error | 'hang')[], isReady = true) {
  const calls: { keys: string[]; arguments: string[] }[] = [];
  const redis: RedisConnection = {
    isReady,
    eval: (_script, options) => {
      calls.push(options);
      const answer = answers.shift() ?? new Error('no answer left');
      if (answer === 'hang') return new Promise(() => {});
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { redis, calls };
}

test('Redis decides while it answers', async () => {
  const { redis, calls } = connection([
    [1, 100],
    [6, 250],
  ]);
  const store = createRedisLimits({ environment: 'test', connection: redis, whenAway: 'local', clock });
  const place = grantedPlace({ plan: { rate: { perSecond: 4, burst: 5 } } });
  const passed = exchangeAt(place);
  assert.equal(codeOf(await runPolicies([limitRate(store)], place, passed)), 'pass');
  assert.ok(passed.responseHeaders.includes('"rate";r=4;t=1'));
  assert.deepEqual(passed.facts.notes, []);
  const verdict = await runPolicies([limitRate(store)], place, exchangeAt(place));
  assert.equal(codeOf(verdict), 'rate-limited');
  assert.deepEqual(calls[0]?.keys, ['portcullis:rate:test:crm-customers']);
});

test('a quota is one key per day, and a subject is never written as it is', async () => {
  const { redis, calls } = connection([
    [3, 1000],
    [1, 1],
    [1, 1],
  ]);
  const store = createRedisLimits({ environment: 'test', connection: redis, whenAway: 'refuse', clock });
  const place = grantedPlace({ plan: { quota: { perDay: 2 }, perSubject: { perSecond: 1, burst: 1 } } });
  const verdict = await runPolicies([limitQuota(store)], place, exchangeAt(place));
  assert.equal(codeOf(verdict), 'quota-exhausted');
  assert.deepEqual(verdict?.kind === 'refuse' && verdict.headers, ['retry-after', '43200']);
  await runPolicies([limitRate(store)], place, exchangeAt(place, { subject: 'someone@example.com' }));
  const keys = calls.flatMap((call) => call.keys);
  assert.equal(keys[0], `portcullis:day:test:crm-customers:${Math.floor(NOON / 86_400_000)}`);
  assert.ok(keys.every((key) => !key.includes('someone')));
});

test('with Redis away, mode local counts here and puts it on record; Redis is let rest for a second', async () => {
  const { redis, calls } = connection([new Error('gone'), [1, 100]]);
  const store = createRedisLimits({ environment: 'test', connection: redis, whenAway: 'local', clock });
  const place = grantedPlace({ plan: { rate: { perSecond: 1, burst: 2 } } });
  clock.at = 0;
  const policies = [limitRate(store)];
  const first = exchangeAt(place);
  assert.equal(codeOf(await runPolicies(policies, place, first)), 'pass');
  assert.deepEqual(first.facts.notes, ['limits-local']);
  assert.equal(codeOf(await runPolicies(policies, place, exchangeAt(place))), 'pass');
  assert.equal(codeOf(await runPolicies(policies, place, exchangeAt(place))), 'rate-limited');
  assert.equal(calls.length, 1);
  clock.at = 1000;
  const back = exchangeAt(place);
  assert.equal(codeOf(await runPolicies(policies, place, back)), 'pass');
  assert.deepEqual(back.facts.notes, []);
  assert.equal(calls.length, 2);
});

test('with Redis away, mode refuse lets nothing pass', async () => {
  clock.at = 0;
  const place = grantedPlace({ plan: { quota: { perDay: 5 } } });
  const notReady = createRedisLimits({
    environment: 'test',
    connection: connection([], false).redis,
    whenAway: 'refuse',
    clock,
  });
  assert.equal(codeOf(await runPolicies([limitRate(notReady)], place, exchangeAt(place))), 'limits-unavailable');
  const hanging = connection(['hang']).redis;
  const slow = createRedisLimits({ environment: 'test', connection: hanging, whenAway: 'refuse', clock, timeoutMs: 5 });
  assert.equal(codeOf(await runPolicies([limitQuota(slow)], place, exchangeAt(place))), 'limits-unavailable');
});
