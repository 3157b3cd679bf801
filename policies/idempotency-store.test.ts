import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { refuse } from '../gateway/problems.ts';
import { breakableRedis, forgetKeys, testRedisUrl, withRedis } from '../gateway/redis.fixture.ts';
import { openRedisScripts, type RedisScripts } from '../gateway/redis-connection.ts';
import { type Claim, IDEMPOTENCY_LIMITS, type IdempotencyStore, type Outcome } from './idempotency-store.ts';
import { MemoryIdempotency } from './memory-idempotency.ts';
import { RedisIdempotency, type RedisIdempotencyOptions } from './redis-idempotency.ts';

const SECRETS = { handleKey: randomBytes(32), answerKey: randomBytes(32) };
const steady = (): number => performance.now();
const environment = `test-${randomUUID()}`;
const connections: RedisScripts[] = [];

async function connected(url = testRedisUrl()): Promise<RedisScripts> {
  const connection = openRedisScripts(url, () => undefined);
  connections.push(connection);
  while (!connection.isReady) await wait(5);
  return connection;
}

async function inRedis(more: Partial<RedisIdempotencyOptions> = {}): Promise<RedisIdempotency> {
  const connection = more.connection ?? (await connected());
  return new RedisIdempotency({ connection, environment, whenAway: 'refuse', steady, ...SECRETS, ...more });
}

after(async () => {
  for (const connection of connections) connection.close();
  await forgetKeys(`*${environment}*`);
});

/** Owners that no other test knows, so that all may share one Redis. */
const owner = (): string => `owner-${randomUUID()}`;

function answer(text: string): Outcome {
  return {
    kind: 'answer',
    answer: { status: 201, mediaType: 'application/json', headers: ['location', '/c/1'], body: Buffer.from(text) },
    facts: { returned: '["Customer.id"]', masked: [], subjects: ['1'], recordCount: 1 },
    scope: 's1',
  };
}

function settle(claim: Claim, outcome: Outcome | undefined): void {
  assert.ok(claim.kind === 'first', claim.kind);
  claim.settle(outcome);
}

/** A store may need a moment to keep what it was told: until then the request counts as under way. */
async function claimed(store: IdempotencyStore, of: string, key = 'k1', fingerprint = 'f1'): Promise<Claim> {
  for (;;) {
    const claim = await store.claim(of, key, fingerprint);
    if (claim.kind !== 'under-way') return claim;
    await claim.settled;
  }
}

async function kindOf(...found: Parameters<typeof claimed>): Promise<string> {
  return (await claimed(...found)).kind;
}

type Open = (limits?: Partial<typeof IDEMPOTENCY_LIMITS>) => Promise<IdempotencyStore>;

/** What every store must do. */
const TABLE: readonly (readonly [name: string, holds: (open: Open) => Promise<void>])[] = [
  [
    'gives the same outcome again, whatever it was',
    async (open) => {
      const store = await open();
      const outcomes: Outcome[] = [
        answer('{"id":1,"name":"é\u0000"}'),
        answer(''),
        { kind: 'refusal', refusal: refuse('duplicate', 'why', { members: { existing: 42 }, headers: ['a', 'b'] }) },
        { kind: 'unrepeatable' },
        { kind: 'unknown' },
      ];
      for (const outcome of outcomes) {
        const of = owner();
        settle(await store.claim(of, 'k1', 'f1'), outcome);
        assert.deepEqual(await claimed(store, of), { kind: 'done', outcome });
        assert.deepEqual(await claimed(store, of), { kind: 'done', outcome });
      }
    },
  ],
  [
    'refuses another request under the key, under way or done',
    async (open) => {
      const store = await open();
      const of = owner();
      const first = await store.claim(of, 'k1', 'f1');
      assert.equal((await store.claim(of, 'k1', 'f2')).kind, 'other-request');
      settle(first, answer('{}'));
      assert.equal(await kindOf(store, of, 'k1', 'f2'), 'other-request');
    },
  ],
  [
    'keeps owners and keys apart',
    async (open) => {
      const store = await open();
      const of = owner();
      settle(await store.claim(of, 'k1', 'f1'), answer('{}'));
      assert.equal(await kindOf(store, of, 'k2'), 'first');
      assert.equal(await kindOf(store, owner()), 'first');
      assert.equal(await kindOf(store, `${of}\nk1`, ''), 'first');
    },
  ],
  [
    'lets the same request wait for the first, and exactly one go on when that came to nothing',
    async (open) => {
      const store = await open();
      const of = owner();
      const first = await store.claim(of, 'k1', 'f1');
      const waiting = [claimed(store, of), claimed(store, of)];
      settle(first, undefined);
      const next = await Promise.race(waiting);
      settle(next, answer('{"id":2}'));
      const kinds = (await Promise.all(waiting)).map(({ kind }) => kind);
      assert.deepEqual(kinds.sort(), ['done', 'first']);
    },
  ],
  [
    'gives one of many at the same time the first claim',
    async (open) => {
      const store = await open();
      const of = owner();
      const claims = await Promise.all(Array.from({ length: 50 }, async () => store.claim(of, 'k1', 'f1')));
      assert.equal(claims.filter(({ kind }) => kind === 'first').length, 1);
    },
  ],
  [
    'hears only the first word of a claim',
    async (open) => {
      const store = await open();
      const of = owner();
      const first = await store.claim(of, 'k1', 'f1');
      settle(first, undefined);
      settle(first, { kind: 'unknown' });
      const second = await claimed(store, of);
      settle(first, { kind: 'unknown' });
      settle(second, answer('{}'));
      settle(second, { kind: 'unknown' });
      assert.deepEqual(await claimed(store, of), { kind: 'done', outcome: answer('{}') });
    },
  ],
  [
    'bounds those that wait',
    async (open) => {
      const store = await open({ mostWaiting: 1 });
      const of = owner();
      const first = await store.claim(of, 'k1', 'f1');
      assert.equal((await store.claim(of, 'k1', 'f1')).kind, 'under-way');
      assert.equal((await store.claim(of, 'k1', 'f1')).kind, 'crowded');
      settle(first, answer('{}'));
      assert.equal(await kindOf(store, of), 'done');
    },
  ],
  [
    'keeps no answer that is too long, but that it took effect',
    async (open) => {
      const store = await open({ mostAnswerBytes: 4 });
      const of = owner();
      settle(await store.claim(of, 'k1', 'f1'), answer('{"id":1}'));
      assert.deepEqual(await claimed(store, of), { kind: 'done', outcome: { kind: 'unrepeatable' } });
    },
  ],
  [
    'forgets the oldest of an owner beyond its keys, and nobody else’s',
    async (open) => {
      const store = await open({ mostKeys: 2 });
      const [of, another] = [owner(), owner()];
      settle(await store.claim(another, 'x', 'f1'), answer('{}'));
      for (const key of ['a', 'b', 'c']) {
        settle(await store.claim(of, key, 'f1'), answer('{}'));
        assert.equal(await kindOf(store, of, key), 'done');
      }
      assert.equal(await kindOf(store, another, 'x'), 'done');
      assert.equal(await kindOf(store, of, 'b'), 'done');
      assert.equal(await kindOf(store, of, 'a'), 'first');
    },
  ],
  [
    'forgets the oldest of an owner beyond its bytes',
    async (open) => {
      const store = await open({ mostBytes: 3000 });
      const of = owner();
      for (const key of ['a', 'b', 'c']) {
        settle(await store.claim(of, key, 'f1'), answer('x'.repeat(600)));
        assert.equal(await kindOf(store, of, key), 'done');
      }
      assert.equal(await kindOf(store, of, 'b'), 'done');
      assert.equal(await kindOf(store, of, 'c'), 'done');
      assert.equal(await kindOf(store, of, 'a'), 'first');
    },
  ],
  [
    'forgets when the time is over',
    async (open) => {
      const store = await open({ lifeMs: 400 });
      const of = owner();
      settle(await store.claim(of, 'k1', 'f1'), answer('{}'));
      assert.equal(await kindOf(store, of), 'done');
      await wait(450);
      const again = await claimed(store, of, 'k1', 'f2');
      settle(again, answer('{"again":1}'));
      assert.deepEqual(await claimed(store, of, 'k1', 'f2'), { kind: 'done', outcome: answer('{"again":1}') });
    },
  ],
];

const STORES: Readonly<Record<string, Open>> = {
  memory: async (limits) => new MemoryIdempotency(steady, { ...IDEMPOTENCY_LIMITS, ...limits }),
  Redis: (limits) => inRedis({ limits: { ...IDEMPOTENCY_LIMITS, ...limits } }),
};

/** A request that waits for one that never settles must fail its test, not hang it. */
const BOUNDED = { timeout: 20_000 };

for (const [name, open] of Object.entries(STORES)) {
  describe(`the ${name} store of idempotency keys`, () => {
    for (const [does, holds] of TABLE) test(does, BOUNDED, () => holds(open));
  });
}

describe('idempotency keys in Redis', () => {
  test('are one for all gateways: one claims, the other waits and gives its answer', BOUNDED, async () => {
    const [one, other] = [await inRedis(), await inRedis()];
    const of = owner();
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? one : other).claim(of, 'k1', 'f1')),
    );
    const first = claims.filter(({ kind }) => kind === 'first');
    assert.equal(first.length, 1);
    const waiting = claimed(other, of);
    settle(first[0] as Claim, answer('{"id":7}'));
    assert.deepEqual(await waiting, { kind: 'done', outcome: answer('{"id":7}') });
    assert.deepEqual(await claimed(await inRedis(), of), { kind: 'done', outcome: answer('{"id":7}') });
  });

  test('of a gateway that ended in the middle of a request have an unknown outcome', BOUNDED, async () => {
    const ended = await inRedis({ leaseMs: 200 });
    const of = owner();
    const lost = await ended.claim(of, 'k1', 'f1');
    const other = await inRedis();
    assert.deepEqual(await claimed(other, of), { kind: 'done', outcome: { kind: 'unknown' } });
    // It was only slow: what it says at last holds.
    settle(lost, answer('{}'));
    await wait(100);
    assert.deepEqual(await claimed(other, of), { kind: 'done', outcome: answer('{}') });
  });

  test('can be read by nobody: not the key, not the request, not the answer', BOUNDED, async () => {
    const store = await inRedis();
    const of = owner();
    settle(
      await store.claim(of, '["createCustomer","someone@example.com","k1"]', 'f-planted'),
      answer('DE89370400440532'),
    );
    await store.close();
    const texts = await withRedis(async (client) => {
      const found: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: `*${of}*` })) {
        for (const key of keys) {
          const value = key.endsWith('shelf')
            ? await client.zRange(key, 0, -1)
            : key.endsWith('bytes')
              ? await client.get(key)
              : await client.hGetAll(key);
          assert.ok((await client.pTTL(key)) > 0, `${key} never ends`);
          found.push(key, JSON.stringify(value));
        }
      }
      return found;
    });
    assert.equal(texts.length, 6);
    const all = `${texts.join('\n')}\n${texts.map((text) => Buffer.from(text, 'base64').toString('latin1')).join('\n')}`;
    for (const planted of ['example.com', 'k1"', 'f-planted', 'DE8937', 'createCustomer', 'location']) {
      assert.ok(!all.includes(planted), planted);
    }
  });

  test('that were tampered with, or moved to another request, open as unknown', BOUNDED, async () => {
    const store = await inRedis();
    const of = owner();
    for (const key of ['a', 'b']) settle(await store.claim(of, key, 'f1'), answer(`{"of":"${key}"}`));
    await store.close();
    const outcomes = await withRedis(async (client) => {
      const entries: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: `*${of}*` })) {
        entries.push(...keys.filter((key) => !/(?:shelf|bytes)$/.test(key)));
      }
      const [one = '', other = ''] = entries;
      const sealed = (await client.hGet(one, 'outcome')) ?? '';
      await client.hSet(other, 'outcome', sealed);
      await client.hSet(one, 'outcome', `${sealed.slice(0, -8)}AAAAAAA=`);
      const again = await inRedis();
      return [await again.claim(of, 'a', 'f1'), await again.claim(of, 'b', 'f1')];
    });
    const unknown = { kind: 'done', outcome: { kind: 'unknown' } };
    assert.deepEqual(outcomes, [unknown, unknown]);
    const others = await inRedis({ answerKey: randomBytes(32) });
    assert.deepEqual(await others.claim(of, 'a', 'f1'), unknown);
  });

  test(
    'protect or nothing is sent: while Redis is away, and what settles meanwhile is told later',
    BOUNDED,
    async () => {
      const redis = await breakableRedis();
      const connection = await connected(redis.url);
      const store = await inRedis({ connection });
      const of = owner();
      const begun = await store.claim(of, 'k1', 'f1');
      redis.cut();
      while (connection.isReady) await wait(5);
      assert.deepEqual(await store.claim(of, 'k2', 'f1'), { kind: 'unavailable' });
      settle(begun, answer('{}'));
      const near = await inRedis();
      assert.equal((await near.claim(of, 'k1', 'f1')).kind, 'under-way');
      redis.mend();
      assert.deepEqual(await claimed(near, of), { kind: 'done', outcome: answer('{}') });
      assert.equal((await store.claim(of, 'k2', 'f1')).kind, 'first');
      redis.close();
    },
  );

  test('may be remembered by each gateway alone where the settings say so', BOUNDED, async () => {
    const redis = await breakableRedis();
    const connection = await connected(redis.url);
    const store = await inRedis({ connection, whenAway: 'local' });
    const of = owner();
    redis.cut();
    while (connection.isReady) await wait(5);
    const alone = await store.claim(of, 'k1', 'f1');
    assert.ok(alone.kind === 'first' && alone.isLocal);
    redis.mend();
    while (!connection.isReady) await wait(5);
    // Redis knows nothing of it, so this gateway goes on to answer for it.
    assert.equal((await store.claim(of, 'k1', 'f2')).kind, 'other-request');
    alone.settle(answer('{}'));
    assert.deepEqual(await store.claim(of, 'k1', 'f1'), { kind: 'done', outcome: answer('{}') });
    const shared = await store.claim(of, 'k2', 'f1');
    assert.ok(shared.kind === 'first' && !shared.isLocal);
    redis.close();
  });

  test('of a claim that Redis heard but did not answer in time are free again', BOUNDED, async () => {
    const connection = await connected();
    let late = true;
    const slow = {
      isReady: true,
      async eval(...call: Parameters<RedisScripts['eval']>) {
        const reply = await connection.eval(...call);
        if (late) await wait(50);
        late = false;
        return reply;
      },
    };
    const of = owner();
    const store = await inRedis({ connection: slow, timeoutMs: 20 });
    assert.deepEqual(await store.claim(of, 'k1', 'f1'), { kind: 'unavailable' });
    assert.equal(await kindOf(await inRedis(), of), 'first');
  });
});
