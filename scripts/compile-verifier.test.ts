import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { compileVerifier, VERIFIER_FILE } from './compile-verifier.ts';

test('the verifier that travels is what its sources give', async () => {
  const committed = await readFile(VERIFIER_FILE, 'utf8');
  assert.equal(committed, await compileVerifier(), 'run `node scripts/compile-verifier.ts` and commit the file');
});

test('it stands on three parts of Node alone', async () => {
  const imported = [...(await readFile(VERIFIER_FILE, 'utf8')).matchAll(/^import .* from "([^"]+)";$/gm)];
  assert.deepEqual([...new Set(imported.map(([, name]) => name))].sort(), ['node:crypto', 'node:fs', 'node:zlib']);
});
