import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf, exchangeAt, grantedPlace, runPolicies, type TestExchange } from './exchange.fixture.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { limitQuota } from './limit-quota.ts';
import { limitRate } from './limit-rate.ts';
import { createMemoryLimits } from './memory-limits.ts';

function clockAt(wall: number) {
  const clock = { at: 0, wall: () => wall + clock.at, steady: () => clock.at };
  return clock;
}

function fieldOf(exchange: TestExchange, name: string): string[] {
  return exchange.responseHeaders.filter((_, at) => at % 2 === 1 && exchange.responseHeaders[at - 1] === name);
}

const NOON = Date.UTC(2026, 0, 15, 12);

test('after the burst the 11th request of a second is refused with Retry-After (SC-02)', async () => {
  const clock = clockAt(NOON);
  const place = grantedPlace();
  const policies = [limitRate(createMemoryLimits(clock))];
  const call = async () => codeOf(await runPolicies(policies, place, exchangeAt(place)));
  for (let count = 0; count < 50; count++) assert.equal(await call(), 'pass');
  clock.at = 1000;
  for (let count = 0; count < 10; count++) assert.equal(await call(), 'pass');
  const exchange = exchangeAt(place);
  const verdict = await runPolicies(policies, place, exchange);
  assert.equal(codeOf(verdict), 'rate-limited');
  assert.deepEqual(verdict?.kind === 'refuse' && verdict.headers, ['retry-after', '1']);
  assert.deepEqual(fieldOf(exchange, 'ratelimit-policy'), ['"rate";q=50;w=5']);
  assert.deepEqual(fieldOf(exchange, 'ratelimit'), ['"rate";r=0;t=5']);
});

test('counting goes on under a new snapshot and a new plan, and is apart for each grant', async () => {
  const store = createMemoryLimits(clockAt(NOON));
  const first = grantedPlace({ plan: { rate: { perSecond: 1, burst: 3 } } });
  for (let count = 0; count < 3; count++) await runPolicies([limitRate(store)], first, exchangeAt(first));
  const second = grantedPlace({ plan: { rate: { perSecond: 1, burst: 2 } }, operation: 'getCustomer' });
  assert.equal(codeOf(await runPolicies([limitRate(store)], second, exchangeAt(second))), 'rate-limited');
  const other = grantedPlace({ plan: { rate: { perSecond: 1, burst: 2 } }, grantName: 'other' });
  assert.equal(codeOf(await runPolicies([limitRate(store)], other, exchangeAt(other))), 'pass');
});

test('one end user cannot use up what the others share', async () => {
  const store = createMemoryLimits(clockAt(NOON));
  const place = grantedPlace({ plan: { rate: { perSecond: 1, burst: 4 }, perSubject: { perSecond: 1, burst: 1 } } });
  const policies = [limitRate(store)];
  const call = async (subject: string) => codeOf(await runPolicies(policies, place, exchangeAt(place, { subject })));
  assert.equal(await call('u1'), 'pass');
  for (let count = 0; count < 10; count++) assert.equal(await call('u1'), 'rate-limited');
  for (const subject of ['u2', 'u3', 'u4']) assert.equal(await call(subject), 'pass');
  assert.equal(await call('u5'), 'rate-limited');
});

test('the quota ends with the UTC day and begins anew', async () => {
  const clock = clockAt(Date.UTC(2026, 0, 15, 23, 59));
  const place = grantedPlace({ plan: { quota: { perDay: 2 } } });
  const policies = [limitQuota(createMemoryLimits(clock))];
  const exchange = exchangeAt(place);
  await runPolicies(policies, place, exchange);
  assert.deepEqual(fieldOf(exchange, 'ratelimit-policy'), ['"day";q=2;w=86400']);
  assert.deepEqual(fieldOf(exchange, 'ratelimit'), ['"day";r=1;t=60']);
  await runPolicies(policies, place, exchangeAt(place));
  const verdict = await runPolicies(policies, place, exchangeAt(place));
  assert.equal(codeOf(verdict), 'quota-exhausted');
  assert.deepEqual(verdict?.kind === 'refuse' && verdict.headers, ['retry-after', '60']);
  clock.at = 60_000;
  assert.equal(codeOf(await runPolicies(policies, place, exchangeAt(place))), 'pass');
});

test('a larger quota is counted from what was used', async () => {
  const store = createMemoryLimits(clockAt(NOON));
  const small = grantedPlace({ plan: { quota: { perDay: 1 } } });
  await runPolicies([limitQuota(store)], small, exchangeAt(small));
  const large = grantedPlace({ plan: { quota: { perDay: 2 } } });
  assert.equal(codeOf(await runPolicies([limitQuota(store)], large, exchangeAt(large))), 'pass');
  assert.equal(codeOf(await runPolicies([limitQuota(store)], large, exchangeAt(large))), 'quota-exhausted');
});

test('exchanges under way are counted until they are over, across snapshots', async () => {
  const policy = limitConcurrency();
  const before = grantedPlace({ plan: { concurrency: 2 } });
  const after = grantedPlace({ plan: { concurrency: 2 }, operation: 'getCustomer' });
  const held = exchangeAt(before);
  assert.equal(codeOf(await runPolicies([policy], before, held)), 'pass');
  assert.equal(codeOf(await runPolicies([policy], after, exchangeAt(after))), 'pass');
  const refused = exchangeAt(after);
  assert.equal(codeOf(await runPolicies([policy], after, refused)), 'concurrency-limited');
  refused.end();
  assert.equal(codeOf(await runPolicies([policy], after, exchangeAt(after))), 'concurrency-limited');
  held.end();
  held.end();
  assert.equal(codeOf(await runPolicies([policy], after, exchangeAt(after))), 'pass');
  assert.equal(codeOf(await runPolicies([policy], after, exchangeAt(after))), 'concurrency-limited');
});

test('a plan that cannot be read is a mistake when it is prepared', () => {
  const store = createMemoryLimits(clockAt(NOON));
  assert.throws(() => limitRate(store).prepare(grantedPlace({ plan: { rate: { perSecond: 0, burst: 1 } } })));
  assert.throws(() => limitQuota(store).prepare(grantedPlace({ plan: { quota: { perDay: -1 } } })));
  assert.throws(() => limitConcurrency().prepare(grantedPlace({ plan: { concurrency: 0 } })));
  assert.equal(limitQuota(store).prepare(grantedPlace()), undefined);
  assert.equal(limitConcurrency().prepare(grantedPlace()), undefined);
});
