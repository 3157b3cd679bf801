import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OdooHosting, SystemEnvironment } from '../../catalog/documents.ts';
import { RefusalError, refuse } from '../problems.ts';
import type { PacedCall, Send } from '../upstream.ts';
import { testExchange, testPlace } from './exchange.fixture.ts';
import type { Lane } from './lane-queue.ts';
import { createUpstreams } from './layers.ts';
import { FakeClock, settled } from './turn-clock.fixture.ts';

function environmentOf(hosting: OdooHosting, more: Partial<SystemEnvironment> = {}): SystemEnvironment {
  return {
    url: 'https://erp.example.com',
    odoo: { version: 19, protocol: 'json2', database: 'main', hosting },
    ...more,
  };
}

/** An Odoo that takes `callMs` for each call, behind all that the gateway puts in front of it. */
function pretendedOdoo(hosting: OdooHosting, callMs: number) {
  const clock = new FakeClock();
  const now = () => clock.now();
  const upstreams = createUpstreams({ clock, now, random: () => 0 });
  const environment = environmentOf(hosting);
  const began: number[] = [];
  let active = 0;
  let mostAtOnce = 0;

  /** An exchange of so many calls, the last one a write or not. */
  function exchanges(lane: Lane, kinds: readonly PacedCall['kind'][]) {
    const place = testPlace({ environment, lane, method: kinds.includes('change') ? 'POST' : 'GET' });
    const send: Send = async (exchange, deadline = Number.POSITIVE_INFINITY) => {
      const pace = upstreams.paceOf(environment);
      assert.ok(pace !== undefined);
      for (const kind of kinds) {
        try {
          await pace.enter({ exchange, deadline, kind });
        } catch (error) {
          if (error instanceof RefusalError) return error.refusal;
          throw error;
        }
        began.push(clock.now());
        mostAtOnce = Math.max(mostAtOnce, ++active);
        await clock.pause(callMs);
        active--;
        pace.leave();
        if (clock.now() > deadline) return refuse('upstream-timeout');
      }
      return { status: 200, mediaType: 'application/json', body: Buffer.from('{}'), headers: [] };
    };
    const wrapped = upstreams.wrap(place, send);
    return (signal?: AbortSignal) => {
      const { exchange } = testExchange();
      return wrapped(
        Object.assign(exchange, { granted: { plan: place.plan } }, signal === undefined ? {} : { signal }),
      );
    };
  }

  return { clock, upstreams, exchanges, began, mostAtOnce: () => mostAtOnce };
}

interface Scene {
  readonly hosting: OdooHosting;
  readonly callMs: number;
  readonly orderEveryMs: number;
  readonly orders: Lane;
  readonly bulk: Lane;
  readonly bulkWidth: number;
}

/** Orders come at their pace for ten minutes while a bulk job keeps all its hands full and asks again at once. */
async function tenMinutes({ hosting, callMs, orderEveryMs, orders, bulk, bulkWidth }: Scene) {
  const odoo = pretendedOdoo(hosting, callMs);
  const { clock } = odoo;
  const end = 600_000;
  let bulkServed = 0;
  const latencies: number[] = [];
  let ordersRefused = 0;

  const sendBulk = odoo.exchanges(bulk, ['read', 'read', 'change']);
  for (let hand = 0; hand < bulkWidth; hand++) {
    void (async () => {
      while (clock.now() < end) {
        const answer = await sendBulk();
        if ('kind' in answer) await clock.pause(1000);
        else bulkServed++;
      }
    })();
  }
  const sendOrder = odoo.exchanges(orders, ['change']);
  void (async () => {
    while (clock.now() < end) {
      await clock.pause(orderEveryMs);
      const cameAt = clock.now();
      void sendOrder().then((answer) => {
        if ('kind' in answer) ordersRefused++;
        else latencies.push(clock.now() - cameAt);
      });
    }
  })();
  await clock.advance(end + 60_000);
  latencies.sort((a, b) => a - b);
  const gaps = odoo.began.slice(1).map((at, index) => at - (odoo.began[index] ?? 0));
  return {
    p95: latencies[Math.floor(latencies.length * 0.95)] ?? Number.NaN,
    orders: latencies.length,
    ordersRefused,
    bulkServed,
    mostAtOnce: odoo.mostAtOnce(),
    leastGap: Math.min(...gaps),
    calls: odoo.began.length,
  };
}

describe('orders beside a bulk job that never rests', () => {
  const online = { hosting: { type: 'online' }, callMs: 300, orderEveryMs: 2500, bulkWidth: 40 } as const;
  const prefork = { hosting: { type: 'prefork', workers: 4 }, callMs: 200, orderEveryMs: 100, bulkWidth: 100 } as const;

  test('online: p95 of orders within its objective, one call a second, none in parallel, bulk goes on', async () => {
    const seen = await tenMinutes({ ...online, orders: 'high', bulk: 'low' });
    assert.ok(seen.p95 <= 3000, JSON.stringify(seen));
    assert.equal(seen.ordersRefused, 0);
    assert.ok(seen.orders >= 239 && seen.bulkServed > 40, JSON.stringify(seen));
    assert.equal(seen.mostAtOnce, 1);
    assert.equal(seen.leastGap, 1000);
    assert.ok(seen.calls >= 600);
  });

  test('prefork: p95 of orders within its objective, so many in parallel as workers, bulk goes on', async () => {
    const seen = await tenMinutes({ ...prefork, orders: 'high', bulk: 'low' });
    assert.ok(seen.p95 <= 1000, JSON.stringify(seen));
    assert.equal(seen.ordersRefused, 0);
    assert.ok(seen.orders >= 5999 && seen.bulkServed > 1000, JSON.stringify(seen));
    assert.equal(seen.mostAtOnce, 4);
  });

  test('in one lane with the bulk job they would miss it', async () => {
    const onlineSeen = await tenMinutes({ ...online, orders: 'low', bulk: 'low' });
    assert.ok(onlineSeen.p95 > 3000 || onlineSeen.ordersRefused > 10, JSON.stringify(onlineSeen));
    const preforkSeen = await tenMinutes({ ...prefork, orders: 'low', bulk: 'low' });
    assert.ok(preforkSeen.p95 > 1000 || preforkSeen.ordersRefused > 10, JSON.stringify(preforkSeen));
  });

  test('an urgent lane that never rests leaves the others their share', async () => {
    const odoo = pretendedOdoo({ type: 'online' }, 100);
    const served = { high: 0, normal: 0, low: 0 };
    for (const lane of ['high', 'normal', 'low'] as const) {
      const send = odoo.exchanges(lane, ['read']);
      for (let hand = 0; hand < 3; hand++) {
        void (async () => {
          while (odoo.clock.now() < 600_000) {
            const answer = await send();
            if (!('kind' in answer)) served[lane]++;
            else await odoo.clock.pause(1000);
          }
        })();
      }
    }
    await odoo.clock.advance(620_000);
    assert.ok(served.low >= 40 && served.normal >= 100 && served.high >= 350, JSON.stringify(served));
  });
});

describe('one Odoo', () => {
  test('has one pace, whoever calls it; another database has its own', () => {
    const upstreams = createUpstreams();
    const online = environmentOf({ type: 'online' });
    assert.ok(online.odoo !== undefined);
    const pace = upstreams.paceOf(online);
    assert.ok(pace !== undefined);
    assert.equal(upstreams.paceOf({ ...online, url: 'https://erp.example.com/base', timeoutMs: 9 }), pace);
    assert.notEqual(upstreams.paceOf({ ...online, odoo: { ...online.odoo, database: 'other' } }), pace);
    assert.notEqual(upstreams.paceOf({ ...online, url: 'https://erp2.example.com' }), pace);
    assert.equal(upstreams.paceOf({ url: 'https://erp.example.com' }), undefined);
  });

  test('prefork bounds exchanges by workers, or by a lower concurrency', () => {
    const limitOf = (environment: SystemEnvironment): number | undefined => {
      const upstreams = createUpstreams();
      upstreams.wrap(testPlace({ environment }), async () => refuse('conflict'));
      return upstreams.stats()[0]?.limit;
    };
    assert.equal(limitOf(environmentOf({ type: 'prefork', workers: 5 })), 5);
    assert.equal(limitOf(environmentOf({ type: 'prefork', workers: 5 }, { concurrency: 3 })), 3);
    assert.equal(limitOf(environmentOf({ type: 'prefork', workers: 5 }, { concurrency: 9 })), 5);
    assert.equal(limitOf({ url: 'https://erp.example.com' }), 8);
  });

  test('the end of a write waits for nobody', async () => {
    const odoo = pretendedOdoo({ type: 'online' }, 100);
    const order: string[] = [];
    const start = (name: string, lane: Lane, kinds: readonly PacedCall['kind'][]) =>
      void odoo
        .exchanges(lane, kinds)()
        .then(() => order.push(name));
    start('low write', 'low', ['change', 'read']);
    start('high', 'high', ['read']);
    start('normal begun', 'normal', ['read', 'read']);
    start('normal', 'normal', ['read']);
    await odoo.clock.advance(10_000);
    assert.deepEqual(order, ['low write', 'high', 'normal begun', 'normal']);
  });

  test('who left is not called for, and takes no turn', async () => {
    const odoo = pretendedOdoo({ type: 'online' }, 100);
    const send = odoo.exchanges('normal', ['read']);
    const leaving = new AbortController();
    const all = [send(), send(leaving.signal), send()];
    await settled();
    assert.deepEqual(odoo.upstreams.stats()[0]?.calls, { active: 1, waiting: 2, refused: 0 });
    leaving.abort();
    await settled();
    assert.deepEqual(odoo.upstreams.stats()[0]?.calls, { active: 1, waiting: 1, refused: 0 });
    await odoo.clock.advance(3000);
    const [, gone] = await Promise.all(all);
    assert.ok(gone !== undefined && 'kind' in gone && gone.reason === 'call-aborted');
    assert.deepEqual(odoo.began, [0, 1000]);
  });

  test('says that it is crowded while it turns calls away, and with what Retry-After', async () => {
    const odoo = pretendedOdoo({ type: 'online' }, 100);
    const send = odoo.exchanges('normal', ['read']);
    const all = Array.from({ length: 30 }, () => send());
    await settled();
    assert.equal(odoo.upstreams.stats()[0]?.isCrowded, true);
    await odoo.clock.advance(20_000);
    const answers = await Promise.all(all);
    const refused = answers.filter((answer) => 'kind' in answer);
    // An exchange has 15 s, and its first call at most half of them to wait: one goes at once, seven can wait.
    assert.equal(answers.length - refused.length, 8);
    assert.ok(refused.every((answer) => 'kind' in answer && answer.code === 'upstream-busy'));
    assert.deepEqual(refused[0]?.headers, ['retry-after', '8']);
    assert.equal(odoo.upstreams.stats()[0]?.isCrowded, false);
    assert.equal(odoo.upstreams.stats()[0]?.calls?.refused, 22);
  });
});
