import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { breakableRedis, forgetKeys, testRedisUrl } from '../redis.fixture.ts';
import { type RedisRevocationsOptions, redisRevocations } from './redis-revocations.ts';
import { memoryRevocations, type RevocableToken, type RevocationList, RevocationTable } from './revocations.ts';

const SECONDS = Math.floor(Date.now() / 1000);
const NOW = SECONDS * 1000;

function tokenOf(more: Partial<RevocableToken> = {}): RevocableToken {
  return { issuer: '', clientKey: ' shop', tokenId: 'one', issuedAt: SECONDS - 5, expiresAt: SECONDS + 600, ...more };
}

describe('memoryRevocations', () => {
  it('refuses the token and no other', async () => {
    const list = memoryRevocations();
    await list.revokeToken(tokenOf(), NOW);
    assert.equal(list.check(tokenOf()), 'revoked');
    assert.equal(list.check(tokenOf({ tokenId: 'two' })), 'clear');
    assert.equal(list.check(tokenOf({ clientKey: ' other' })), 'clear');
    assert.equal(list.check(tokenOf({ tokenId: '__proto__', clientKey: '__proto__' })), 'clear');
  });

  it('refuses what a client got until now, and accepts what it gets later', async () => {
    const list = memoryRevocations();
    await list.revokeClient(' shop', NOW + 400);
    assert.equal(list.check(tokenOf({ issuedAt: SECONDS })), 'revoked');
    assert.equal(list.check(tokenOf({ issuedAt: SECONDS + 1 })), 'clear');
    assert.equal(list.check(tokenOf({ clientKey: ' other' })), 'clear');
    await list.revokeClient('https://idp.test shop', NOW);
    const elsewhere = (issuedAt: number) => list.check(tokenOf({ clientKey: 'https://idp.test shop', issuedAt }));
    assert.equal(elsewhere(SECONDS + 30), 'revoked');
    assert.equal(elsewhere(SECONDS + 31), 'clear');
  });

  it('is bounded: a client that revokes without end is revoked as a whole', () => {
    const table = new RevocationTable();
    for (let n = 0; n < 1001; n++) table.apply({ clientKey: ' shop', tokenId: `t${n}`, until: SECONDS + 600 }, NOW);
    assert.ok(table.isRevoked(tokenOf({ tokenId: 'never named' })));
    assert.ok(!table.isRevoked(tokenOf({ tokenId: 'later', issuedAt: SECONDS + 1 })));
  });

  it('forgets what has expired', () => {
    const table = new RevocationTable();
    for (let n = 0; n < 1001; n++) table.apply({ clientKey: ' shop', tokenId: `t${n}`, until: SECONDS + n }, NOW);
    table.apply({ clientKey: ' shop', tokenId: 'last', until: SECONDS + 5000 }, NOW + 900_000);
    assert.ok(!table.isRevoked(tokenOf({ tokenId: 'never named' })));
    assert.ok(table.isRevoked(tokenOf({ tokenId: 'last' })));
  });
});

describe('redisRevocations', () => {
  const prefix = `portcullis-test-${randomUUID()}:`;
  const url = testRedisUrl();
  const open: { close(): unknown }[] = [];
  function start(more: Partial<RedisRevocationsOptions> = {}): RevocationList {
    const list = redisRevocations({ url, prefix, ...more });
    open.push(list);
    return list;
  }
  /** Fails when it takes longer than the promised bound. */
  async function within5Seconds(holds: () => boolean): Promise<void> {
    const end = performance.now() + 5000;
    while (!holds()) {
      assert.ok(performance.now() < end, 'within 5 seconds');
      await wait(10);
    }
  }
  const isCurrent = (list: RevocationList) => () => list.state().state === 'current';

  after(async () => {
    for (const one of open) await one.close();
    await forgetKeys(`${prefix}*`);
  });

  it('tells the other gateways within 5 seconds, and one that starts later', async () => {
    const first = start();
    const second = start();
    assert.equal(second.check(tokenOf()), 'unknown', 'nothing is known before the first look');
    await within5Seconds(() => isCurrent(first)() && isCurrent(second)());
    assert.equal(second.check(tokenOf()), 'clear');
    await first.revokeToken(tokenOf(), NOW);
    await first.revokeClient(' other', NOW);
    assert.equal(first.check(tokenOf()), 'revoked');
    await within5Seconds(() => second.check(tokenOf()) === 'revoked');
    await within5Seconds(() => second.check(tokenOf({ clientKey: ' other' })) === 'revoked');
    const third = start();
    await within5Seconds(isCurrent(third));
    assert.equal(third.check(tokenOf()), 'revoked');
    assert.equal(third.check(tokenOf({ tokenId: 'two' })), 'clear');
  });

  it('says so when Redis is away, refuses unless told otherwise, and catches up', async () => {
    const redis = await breakableRedis();
    const away = { url: redis.url, prefix: `${prefix}away:`, pollMs: 50, staleMs: 200 };
    const strict = start(away);
    const relaxed = start({ ...away, whenAway: 'allow' });
    const near = start({ prefix: away.prefix, pollMs: 50 });
    await within5Seconds(() => isCurrent(strict)() && isCurrent(relaxed)() && isCurrent(near)());
    redis.cut();
    await within5Seconds(() => strict.state().state === 'stale' && relaxed.state().state === 'stale');
    assert.equal(strict.check(tokenOf()), 'unknown');
    assert.equal(relaxed.check(tokenOf()), 'clear');
    await assert.rejects(relaxed.revokeToken(tokenOf(), NOW), /others will learn/);
    assert.equal(relaxed.check(tokenOf()), 'revoked');
    assert.equal(near.check(tokenOf()), 'clear');
    redis.mend();
    await within5Seconds(() => near.check(tokenOf()) === 'revoked' && strict.check(tokenOf()) === 'revoked');
    assert.equal(strict.check(tokenOf({ tokenId: 'two' })), 'clear');
    redis.close();
  });
});
