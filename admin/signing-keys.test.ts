import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { temporaryFolder } from './authorization-server.fixture.ts';
import { openSigningKeys } from './signing-keys.ts';

const folder = temporaryFolder();
after(() => folder.remove());
const options = { folder: folder.path, algorithm: 'ES256', publishAheadMs: 1000, overlapMs: 5000 } as const;
const file = join(folder.path, 'signing-keys.json');
const NOW = 1_800_000_000_000;

it('publishes ahead, takes over, and keeps the old key until its last token has expired', async () => {
  const keys = await openSigningKeys(options);
  const old = keys.at(NOW).signing.keyId;
  const published = (now: number) => keys.at(now).publicKeys.keys.map(({ kid }) => kid);
  const { keyId, usedFrom } = await keys.rotate(NOW);
  assert.equal(usedFrom, NOW + 1000);
  assert.deepEqual(published(NOW), [old, keyId]);
  assert.equal(keys.at(NOW + 999).signing.keyId, old);
  assert.equal(keys.at(NOW + 1000).signing.keyId, keyId);
  assert.deepEqual(published(NOW + 1000), [keyId, old]);
  assert.deepEqual(published(NOW + 5999), [keyId, old]);
  assert.deepEqual(published(NOW + 6000), [keyId]);
  const settled = keys.at(NOW + 8000);
  assert.equal(keys.at(NOW + 7000), settled, 'the same object while nothing changes, in any order');
  const [first, second] = await Promise.all([keys.rotate(NOW + 9000), keys.rotate(NOW + 9000)]);
  assert.deepEqual(first, second, 'side by side is one rotation');
});

it('are the same after a restart, and only their owner can read them', async () => {
  const before = (await openSigningKeys(options)).at(NOW + 20_000);
  const after = (await openSigningKeys(options)).at(NOW + 20_000);
  assert.deepEqual(after, before);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!JSON.stringify(after.publicKeys).includes('"d"'));
});

it('drop everything else when a key is compromised', async () => {
  const keys = await openSigningKeys(options);
  const { keyId } = await keys.rotate(NOW + 30_000, { compromised: true });
  assert.deepEqual(
    keys.at(NOW + 30_000).publicKeys.keys.map(({ kid }) => kid),
    [keyId],
  );
  assert.equal((await openSigningKeys(options)).at(NOW + 30_000).signing.keyId, keyId);
});

it('refuse a file that others can read, or that holds something else', async () => {
  chmodSync(file, 0o640);
  await assert.rejects(openSigningKeys(options), /chmod 600/);
  chmodSync(file, 0o600);
  const good = readFileSync(file, 'utf8');
  for (const text of ['', '{}', '{"keys":[]}', '{"keys":[{}]}', good.slice(0, -5)]) {
    writeFileSync(file, text);
    await assert.rejects(openSigningKeys(options), /holds no signing keys/);
  }
});
