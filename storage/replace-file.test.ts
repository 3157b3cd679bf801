import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { draftOf, replaceFile, replaceFileSync, writeDraft } from './replace-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-replace-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, replace] of [
  ['replaceFile', replaceFile],
  ['replaceFileSync', replaceFileSync],
] as const) {
  test(`${name} leaves the new content and nothing else, for its owner only, whatever draft was left behind`, async () => {
    const path = join(folder, name);
    for (const content of ['first', Buffer.from([0, 1, 2]), '']) {
      writeFileSync(draftOf(path), 'left behind');
      chmodSync(draftOf(path), 0o644);
      await replace(path, content);
      assert.deepEqual(readFileSync(path), Buffer.from(content));
      assert.equal(statSync(path).mode & 0o777, 0o600);
    }
    assert.deepEqual(
      readdirSync(folder).filter((file) => file.startsWith(`${name}.`)),
      [],
    );
  });

  test(`${name} leaves the old content where the new one cannot be written`, async () => {
    const path = join(folder, 'gone', name);
    await assert.rejects(async () => replace(path, 'new'), /ENOENT/);
  });
}

test('a draft stands beside the old content until it takes its place', () => {
  const path = join(folder, 'halves');
  writeFileSync(path, 'old');
  writeDraft(path, 'new');
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.equal(readFileSync(draftOf(path), 'utf8'), 'new');
});
