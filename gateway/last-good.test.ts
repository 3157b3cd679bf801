import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { catalogId, digestOf } from '../catalog/digest.ts';
import { type KeptCatalog, lastGoodFile } from './last-good.ts';

const KEY = Buffer.alloc(32, 7);

async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-last-good-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'last-good-catalog');
}

function catalog(texts: Readonly<Record<string, string>>): KeptCatalog {
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
  return {
    id: catalogId(new Map([...files].map(([path, bytes]) => [path, digestOf(bytes)]))),
    keptAt: 1,
    files,
  };
}

const ONE = catalog({ 'a/systems.yaml': '\ufeffname: "é"\r\n', '__proto__.json': '{}' });

test('what was kept is read again, byte by byte', async (t) => {
  const file = lastGoodFile(await place(t), KEY);
  assert.equal(await file.read(), undefined);
  await file.keep(ONE);
  assert.deepEqual(await file.read(), ONE);
  const two = catalog({ 'b.yaml': 'b' });
  await file.keep(two);
  assert.deepEqual(await file.read(), two);
});

test('only its owner may read it, and no draft stays behind', async (t) => {
  const path = await place(t);
  const file = lastGoodFile(path, KEY);
  await file.keep(ONE);
  await writeFile(`${path}.new`, 'left behind by a crash', { mode: 0o644 });
  await file.keep(ONE);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(path, '..')), ['last-good-catalog']);
});

test('a damaged, cut, foreign or forged copy is refused', async (t) => {
  const path = await place(t);
  const file = lastGoodFile(path, KEY);
  await file.keep(ONE);
  const text = await readFile(path, 'utf8');
  for (const [change, reason] of [
    [text.replace('systems', 'system5'), /damaged/],
    [text.slice(0, -1), /cut off/],
    [text.slice(0, 40), /cut off/],
    [text.slice(text.indexOf('\n') + 1), /damaged/],
    ['', /cut off/],
  ] as const) {
    assert.notEqual(change, text);
    await writeFile(path, change);
    await assert.rejects(file.read(), reason);
  }
  await writeFile(path, text);
  await assert.rejects(lastGoodFile(path, Buffer.alloc(32, 8)).read(), /another master secret/);
  await file.keep({ ...ONE, id: 'sha256:0' });
  await assert.rejects(file.read(), /not those of its snapshot/);
});

test('a copy that cannot be written says so, and the one before stays', async (t) => {
  const path = await place(t);
  await lastGoodFile(path, KEY).keep(ONE);
  await assert.rejects(lastGoodFile(join(path, 'below-a-file'), KEY).keep(ONE));
  assert.deepEqual(await lastGoodFile(path, KEY).read(), ONE);
});
