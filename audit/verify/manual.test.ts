import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const MANUAL = join(import.meta.dirname, '../../docs/verifying-the-ledger.md');

test('the manual lists every code of a finding, and no other', () => {
  const sources = globSync('*.ts', { cwd: import.meta.dirname }).filter(
    (name) => !/\.(?:test|fixture)\.ts$/.test(name),
  );
  const texts = sources.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  const told = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:wrong|warn|note)\(\s*'([a-z-]+)'/g)].map(([, code]) => code),
  );
  const rows = [...readFileSync(MANUAL, 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  assert.ok(told.length > 40);
  assert.deepEqual(rows.toSorted(), [...new Set(told)].sort());
});
