import assert from 'node:assert/strict';
import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const NOT_OURS = /(?:^|[\\/])(?:node_modules|\.git|\.portcullis)(?:[\\/]|$)/;
/** With enough behind it to be one; as text of a program the lines may be joined by `\n`. */
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\s|\\n)*(?:[A-Za-z0-9+/=]|\s|\\n){60,}/;
const JWK = /"d"\s*:\s*"[\w-]{40,}"/;

test('no private key stands in the repository', async () => {
  const found: string[] = [];
  let read = 0;
  for await (const file of glob('**/*', { cwd: ROOT, exclude: (path) => NOT_OURS.test(path) })) {
    const path = join(ROOT, file);
    const status = await stat(path);
    if (!status.isFile() || status.size > 2_000_000) continue;
    const text = await readFile(path, 'latin1');
    read++;
    if (KEY.test(text) || JWK.test(text)) found.push(file);
  }
  assert.ok(read > 400, `only ${read} files were looked at`);
  assert.deepEqual(found, []);
});
