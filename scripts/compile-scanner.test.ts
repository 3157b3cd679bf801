import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { compileScanner, SCANNER_FILE } from './compile-scanner.ts';

test('the compiled scanner is what its sources give', async () => {
  const committed = await readFile(SCANNER_FILE);
  assert.ok(committed.equals(await compileScanner()), 'run `node scripts/compile-scanner.ts` and commit the file');
});
