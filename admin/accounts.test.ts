import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { accountsFromFile, hashPassword, noAccounts } from './accounts.ts';
import { temporaryFolder } from './authorization-server.fixture.ts';

const folder = temporaryFolder();
after(() => folder.remove());
const path = join(folder.path, 'users.yaml');

it('knows its users by their passwords', async () => {
  const passwordHash = await hashPassword('correct horse');
  writeFileSync(
    path,
    JSON.stringify({ users: [{ login: 'mia', passwordHash, claims: { commercial_partner_id: 42 } }] }),
  );
  const accounts = await accountsFromFile(path);
  assert.deepEqual((await accounts.authenticate('mia', 'correct horse'))?.claims, { commercial_partner_id: 42 });
  for (const [login, password] of [
    ['mia', 'wrong'],
    ['mia', ''],
    ['nobody', 'correct horse'],
    ['__proto__', 'x'],
    ['mia', 'x'.repeat(300)],
  ] as const) {
    assert.equal(await accounts.authenticate(login, password), undefined);
  }
  assert.equal(accounts.find('mia')?.login, 'mia');
  assert.equal(accounts.find('nobody'), undefined);
  assert.notEqual(await hashPassword('correct horse'), passwordHash, 'salted');
  assert.equal(await noAccounts.authenticate('mia', 'correct horse'), undefined);
});

const HASH = `scrypt$32768$8$1$${'a'.repeat(22)}$${'b'.repeat(43)}`;
const BAD: Record<string, [text: string, expected: RegExp]> = {
  'no users': ['{}', /list "users"/],
  'no login': [`users: [{passwordHash: "${HASH}"}]`, /user 1 needs a "login"/],
  'a plain password': ['users: [{login: mia, passwordHash: secret}]', /mia needs a "passwordHash"/],
  'too little work': [`users: [{login: mia, passwordHash: "${HASH.replace('32768', '2')}"}]`, /mia needs/],
  'too much work': [`users: [{login: mia, passwordHash: "${HASH.replace('$8$', '$99$')}"}]`, /mia needs/],
  'a user twice': [`users: [{login: mia, passwordHash: "${HASH}"}, {login: mia, passwordHash: "${HASH}"}]`, /twice/],
  'claims in a list': [`users: [{login: mia, passwordHash: "${HASH}", claims: [1]}]`, /claims/],
};
for (const [name, [text, expected]] of Object.entries(BAD)) {
  it(`refuses a file with ${name}`, async () => {
    writeFileSync(path, text);
    await assert.rejects(accountsFromFile(path), expected);
  });
}
