import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { readSecrets } from './read-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-secrets-'));
after(() => rmSync(folder, { recursive: true }));

const STRONG = '6f1d0c9b7e5a4c3d8e2f1a0b9c8d7e6f';

function read(value: string | undefined, demo = false): string {
  return readSecrets({ environment: { THE_SECRET: value }, folder, demo })({ env: 'THE_SECRET' });
}

it('reads a secret from the environment', () => {
  assert.equal(read(STRONG), STRONG);
});

const WEAK = [
  '',
  'tiny',
  'fifteen-chars-x',
  'changeme',
  'changemechangeme',
  'change-me-please-change-me',
  'secretsecretsecret',
  'Super-Secret-Password-123',
  'demo-web-shop-secret-1',
  'your-secret-goes-here-x',
  'example-secret-0123456',
  'aaaaaaaaaaaaaaaaaaaaaaaa',
  '1212121212121212121212',
  'adminadminadminadmin1',
];
for (const value of WEAK) {
  it(`refuses ${JSON.stringify(value)} outside the demo`, () => {
    assert.throws(
      () => read(value),
      (error: Error) => /THE_SECRET/.test(error.message) && (value === '' || !error.message.includes(value)),
    );
  });
}

it('accepts a weak secret in the demo, never a missing or empty one', () => {
  assert.equal(read('demo-secret', true), 'demo-secret');
  assert.throws(() => read('', true), /empty/);
  assert.throws(() => read(undefined, true), /not set/);
  assert.throws(() => readSecrets({ environment: {}, folder, demo: true })({ env: '__proto__' }), /not set/);
});

it('reads files that only their owner can read', () => {
  const file = 'key';
  writeFileSync(join(folder, file), `${STRONG}\n`, { mode: 0o600 });
  const secrets = readSecrets({ environment: {}, folder, demo: false });
  assert.equal(secrets({ file }), STRONG);
  for (const mode of [0o604, 0o602, 0o601]) {
    chmodSync(join(folder, file), mode);
    assert.throws(() => secrets({ file }), /chmod 600/);
  }
  assert.equal(readSecrets({ environment: {}, folder, demo: true })({ file }), STRONG);
});

it('reads what is public from where everybody can read it', () => {
  const file = 'certificate';
  writeFileSync(join(folder, file), 'short', { mode: 0o644 });
  const secrets = readSecrets({ environment: { EMPTY: '' }, folder, demo: false });
  assert.equal(secrets({ file }, 'public'), 'short');
  assert.throws(() => secrets({ file }), /chmod 600/);
  assert.throws(() => secrets({ env: 'EMPTY' }, 'public'), /empty/);
  assert.throws(() => secrets({ file: 'nowhere' }, 'public'), /cannot be found/);
});

it('says what is wrong with a file', () => {
  const secrets = readSecrets({ environment: {}, folder, demo: false });
  assert.throws(() => secrets({ file: 'nowhere' }), /file nowhere cannot be found/);
  assert.throws(() => secrets({ file: '.' }), /small file/);
  writeFileSync(join(folder, 'large'), 'x'.repeat(70_000), { mode: 0o600 });
  assert.throws(() => secrets({ file: 'large' }), /small file/);
});
