import assert from 'node:assert/strict';
import { it } from 'node:test';
import { oauthStorage } from './oauth-storage.ts';

it('forgets in time, by grant and by client', () => {
  let now = 0;
  const storage = oauthStorage(100, () => now);
  storage.put('RefreshToken', 'a', { grantId: 'g', clientId: 'shop' }, 10);
  storage.put('RefreshToken', 'b', { grantId: 'h', clientId: 'shop' }, 10);
  storage.put('RefreshToken', 'c', { grantId: 'h', clientId: 'portal', uid: 'u' }, 10);
  storage.deleteGrant('RefreshToken', 'g');
  assert.equal(storage.get('RefreshToken', 'a'), undefined);
  storage.consume('RefreshToken', 'b');
  assert.equal(storage.get('RefreshToken', 'b')?.consumed, 0);
  storage.forgetClient('shop');
  assert.equal(storage.get('RefreshToken', 'b'), undefined);
  assert.equal(storage.getByUid('RefreshToken', 'u')?.clientId, 'portal');
  now = 10_000;
  assert.equal(storage.get('RefreshToken', 'c'), undefined);
  assert.equal(storage.getByUid('RefreshToken', 'u'), undefined);
});

it('is bounded: the oldest goes, but a used assertion is not forgotten early', () => {
  const storage = oauthStorage(10, () => 0);
  for (let n = 0; n < 25; n++) storage.put('Session', `s${n}`, {}, 60);
  assert.equal(storage.get('Session', 's0'), undefined);
  assert.ok(storage.get('Session', 's24') !== undefined);
  for (let n = 0; n < 10; n++) storage.put('ReplayDetection', `r${n}`, {}, 60);
  assert.throws(() => storage.put('ReplayDetection', 'one more', {}, 60));
  assert.ok(storage.get('ReplayDetection', 'r0') !== undefined);
});
