import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { breakableRedis, forgetKeys, testRedisUrl, withRedis } from '../gateway/redis.fixture.ts';
import { openRedisScripts, type RedisScripts } from '../gateway/redis-connection.ts';
import { consumer, type House, openHouse, SECRET, temporaryFolder } from './authorization-server.fixture.ts';
import { type TokenLimitOptions, type TokenLimits, tokenLimits } from './token-limits.ts';
import { localCounter } from './window-counters.ts';

const HERE = '192.0.2.1';
const prefix = `portcullis-test-${randomUUID()}:`;
const BOUNDS = { perClient: 1000, perAddress: 1000, failures: 1000 };
const opened: RedisScripts[] = [];

async function connected(url = testRedisUrl()): Promise<RedisScripts> {
  const connection = openRedisScripts(url, () => undefined);
  opened.push(connection);
  while (!connection.isReady) await wait(5);
  return connection;
}

after(async () => {
  for (const connection of opened) connection.close();
  await forgetKeys(`${prefix}*`);
});

const key = randomBytes(32);
const redisOf = (connection: RedisScripts, own: string, whenAway: 'local' | 'refuse' = 'refuse') => ({
  redis: { connection, prefix: `${prefix}${own}:`, whenAway, key },
});

/** Each call makes limits that nobody else counts in. */
const STORES: Readonly<Record<string, (bounds: Partial<TokenLimitOptions>) => Promise<TokenLimits>>> = {
  memory: async (bounds) => tokenLimits({ ...BOUNDS, ...bounds }),
  Redis: async (bounds) => tokenLimits({ ...BOUNDS, ...bounds, ...redisOf(await connected(), randomUUID()) }),
};

for (const [name, open] of Object.entries(STORES)) {
  describe(`token limits in ${name}`, () => {
    it('bound an address, and say when to come back', async () => {
      const limits = await open({ perAddress: 2 });
      assert.deepEqual(await limits.admit(HERE), { kind: 'admitted' });
      assert.deepEqual(await limits.admit(HERE), { kind: 'admitted' });
      const third = await limits.admit(HERE);
      assert.ok(third.kind === 'limited' && third.waitMs > 55_000 && third.waitMs <= 60_000);
      assert.equal((await limits.admit('192.0.2.2')).kind, 'admitted');
    });

    it('bound a client wherever it calls from, and count no client that nobody has', async () => {
      const limits = await open({ perClient: 1 });
      assert.equal((await limits.admitClient('shop', true, HERE)).kind, 'admitted');
      assert.equal((await limits.admitClient('shop', true, '192.0.2.2')).kind, 'limited');
      assert.equal((await limits.admitClient('crm', true, HERE)).kind, 'admitted');
      for (let n = 0; n < 3; n++) assert.equal((await limits.admitClient('nobody', false, HERE)).kind, 'admitted');
    });

    it('let nobody try secrets: the same after few failures, known or not', async () => {
      for (const isKnown of [true, false]) {
        const limits = await open({ failures: 2 });
        for (let n = 0; n < 2; n++) {
          assert.equal((await limits.admitClient('shop', isKnown, HERE)).kind, 'admitted');
          await limits.ended('shop', isKnown, HERE, false);
        }
        const third = await limits.admitClient('shop', isKnown, HERE);
        assert.ok(third.kind === 'limited' && third.waitMs > 295_000, 'for five minutes');
        assert.equal((await limits.admitClient('crm', true, HERE)).kind, 'admitted', 'another client');
      }
    });

    it('refuse an address that fails for many clients', async () => {
      const limits = await open({ failures: 2 });
      for (let n = 0; n < 10; n++) await limits.ended(`guess-${n}`, false, HERE, false);
      assert.equal((await limits.admit(HERE)).kind, 'limited');
      assert.equal((await limits.admit('192.0.2.2')).kind, 'admitted');
    });

    it('refuse a client that is tried from many addresses, but not where it was used before', async () => {
      const limits = await open({ failures: 2 });
      await limits.ended('shop', true, HERE, true);
      for (let n = 0; n < 20; n++) await limits.ended('shop', true, `198.51.100.${n}`, false);
      assert.equal((await limits.admitClient('shop', true, '203.0.113.1')).kind, 'limited');
      assert.equal((await limits.admitClient('shop', true, HERE)).kind, 'admitted');
    });
  });
}

describe('token limits in Redis', () => {
  it('are shared by gateways, and hold neither addresses nor clients', async () => {
    const own = randomUUID();
    const [one, other] = [await connected(), await connected()].map((connection) =>
      tokenLimits({ ...BOUNDS, perAddress: 1, ...redisOf(connection, own) }),
    ) as [TokenLimits, TokenLimits];
    assert.equal((await one.admit(HERE)).kind, 'admitted');
    assert.equal((await other.admit(HERE)).kind, 'limited');
    await one.ended('shop', true, HERE, false);
    await withRedis(async (client) => {
      const found: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: `${prefix}${own}:*` })) found.push(...keys);
      assert.ok(found.length >= 4);
      assert.ok(found.every((one) => !one.includes(HERE) && !one.includes('shop')));
      for (const one of found) assert.ok((await client.pTTL(one)) > 0, `${one} never ends`);
    });
  });

  it('count here, or let nobody on, while it is away', { timeout: 20_000 }, async () => {
    const redis = await breakableRedis();
    const connection = await connected(redis.url);
    const strict = tokenLimits({ ...BOUNDS, ...redisOf(connection, randomUUID()) });
    const relaxed = tokenLimits({ ...BOUNDS, perAddress: 1, ...redisOf(connection, randomUUID(), 'local') });
    redis.cut();
    while (connection.isReady) await wait(5);
    assert.equal((await strict.admit(HERE)).kind, 'unavailable');
    assert.equal((await relaxed.admit(HERE)).kind, 'admitted');
    assert.equal((await relaxed.admit(HERE)).kind, 'limited');
    await strict.ended('shop', true, HERE, false);
    redis.close();
  });
});

describe('localCounter', () => {
  it('holds so many keys and no more', async () => {
    const counter = localCounter({ name: 'test', points: 1, seconds: 60 }, 2);
    for (const one of ['a', 'b', 'c']) assert.equal(await counter.take(one), 0);
    assert.ok((await counter.take('b')) > 0);
    assert.equal(await counter.take('a'), 0, 'the oldest was forgotten');
  });
});

describe('the token endpoint', () => {
  const folder = temporaryFolder();
  const bySecret = { method: 'client_secret', secret: { env: 'CLIENT_SECRET' } } as const;
  let house: House;
  before(async () => {
    const consumers = [
      consumer('shop', { authentication: bySecret }),
      consumer('crm', { authentication: bySecret }),
      consumer('busy', { authentication: bySecret }),
    ];
    house = await openHouse({ folder: folder.path, consumers, limits: { ...BOUNDS, perClient: 4, failures: 3 } });
  });
  after(async () => {
    await house.close();
    folder.remove();
  });

  const post = async (path: string, client: string, secret: string, inBody = false) => {
    const authorization = `Basic ${btoa(`${encodeURIComponent(client)}:${encodeURIComponent(secret)}`)}`;
    const response = await fetch(`${house.issuer}${path}`, {
      method: 'POST',
      headers: { accept: 'text/html', ...(inBody ? {} : { authorization }) },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        token: 'x',
        ...(inBody ? { client_id: client, client_secret: secret } : {}),
      }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === '' ? {} : JSON.parse(text) };
  };

  it('answers 429 in the form of OAuth once a secret was tried too often, wherever it stands', async () => {
    for (const inBody of [false, true, false])
      assert.equal((await post('/token', 'shop', 'wrong', inBody)).status, 401);
    for (const inBody of [false, true]) {
      const { status, headers, json } = await post('/token', 'shop', SECRET, inBody);
      assert.equal(status, 429);
      const seconds = Number(headers.get('retry-after'));
      assert.ok(seconds > 290 && seconds <= 300, String(seconds));
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.deepEqual(json, {
        error: 'temporarily_unavailable',
        error_description: 'too many requests, or too many that failed',
      });
    }
    for (const path of ['/token/introspection', '/token/revocation']) {
      assert.equal((await post(path, 'shop', SECRET)).status, 429, path);
    }
    assert.equal((await post('/token', 'crm', SECRET)).status, 200, 'nobody else suffers');
  });

  it('counts a request of a client once, and introspection and revocation with it', async () => {
    const statuses = [];
    for (const path of ['/token', '/token/introspection', '/token/revocation', '/token', '/token']) {
      statuses.push((await post(path, 'busy', SECRET)).status);
    }
    assert.deepEqual(statuses, [200, 200, 200, 200, 429]);
  });

  it('is counted for the metrics', () => {
    const { counts } = house;
    assert.equal(counts.of('token', 'ok'), 3);
    assert.equal(counts.of('token', 'unauthenticated'), 3);
    assert.equal(counts.of('token', 'limited'), 3);
    assert.equal(counts.of('introspection', 'limited'), 1);
    assert.equal(counts.of('revocation', 'ok'), 1);
    assert.equal(counts.of('revocation', 'refused'), 0);
  });
});
