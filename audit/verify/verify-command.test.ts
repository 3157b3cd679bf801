import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openFolderReader } from '../tiles/folder-reader.ts';
import { LOG_SIGNER, ORIGIN, writeLedger } from '../tlog/ledger.fixture.ts';
import { noteSigner } from '../tlog/signed-note.ts';
import { proveEntry } from './prove-entry.ts';
import type { Report } from './report.ts';
import { sampleEntries } from './sample-entries.fixture.ts';
import { runVerify } from './verify-command.ts';

let work = '';
let folder = '';
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-command-'));
  folder = join(work, 'data/audit');
  await writeLedger(folder, { entries: sampleEntries(600), signings: [{ size: 300 }, { size: 600 }] });
});
after(() => rm(work, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await runVerify(words, {
    out: (text) => {
      said.out += `${text}\n`;
    },
    err: (text) => {
      said.err += `${text}\n`;
    },
  });
  return { code, ...said };
}

test('a verdict says what it rests on and what it cannot know', async () => {
  const { code, out } = await run(join(work, 'data'), '--key', LOG_SIGNER.verifierKey);
  assert.equal(code, 0);
  assert.match(out, /^VERIFIED {2}/);
  assert.match(out, /given by you/);
  assert.match(out, /this cannot know/);
  const unaware = await run(`${folder}/`);
  assert.match(unaware.out, /NOT given by you/);
});

test('the exit code tells right from wrong, wrong usage and what cannot be read', async () => {
  const stranger = noteSigner(ORIGIN, Buffer.alloc(32, 5)).verifierKey;
  const wrong = await run(folder, '--key', stranger);
  assert.equal(wrong.code, 1);
  assert.match(wrong.out, /^WRONG.*key-untrusted/s);
  for (const words of [
    [],
    [folder, folder],
    [folder, '--nonsense'],
    [folder, '-x'],
    [folder, '--key'],
    [folder, '--key=nonsense'],
    [folder, '--policy', join(work, 'none')],
    [folder, '--policy=a', '--policy=b'],
    [folder, '--checkpoint', join(folder, 'keys.txt')],
  ]) {
    assert.equal((await run(...words)).code, 2, words.join(' '));
  }
  for (const path of [join(work, 'none'), work, join(folder, 'tile/0/000'), join(folder, 'keys.txt')]) {
    assert.equal((await run(path, '--key', LOG_SIGNER.verifierKey)).code, 3, path);
  }
});

test('keys, policy and checkpoints are read from files', async () => {
  const kept = join(work, 'kept');
  await copyFile(join(folder, 'checkpoint'), kept);
  const policy = join(work, 'policy');
  await writeFile(policy, `log ${LOG_SIGNER.verifierKey}\nquorum none\n`);
  const { code, out } = await run(
    '--json',
    folder,
    '--key',
    join(folder, 'keys.txt'),
    `--policy=${policy}`,
    '--checkpoint',
    kept,
  );
  const report = JSON.parse(out) as Report;
  assert.equal(code, 0);
  assert.deepEqual([report.verdict, report.trust.keys, report.ledger?.entries], ['verified', 'given', 600]);
});

test('a proof of one entry is verified without the log', async () => {
  const path = join(work, 'one.tlog-proof');
  const text = await proveEntry(await openFolderReader(folder), 345);
  await writeFile(path, text);
  const { code, out } = await run(path, '--key', LOG_SIGNER.verifierKey);
  assert.equal(code, 0);
  assert.match(out, /entry 345 is in the log/);
  assert.ok(out.includes(sampleEntries(600)[345] ?? '-'));
  const other = join(work, 'entry');
  await writeFile(other, sampleEntries(600)[346] ?? '');
  assert.equal((await run(path, '--key', LOG_SIGNER.verifierKey, '--entry', other)).code, 1);
  assert.equal((await run(path)).code, 3);
  await assert.rejects(proveEntry(await openFolderReader(folder), 600), /0 to 599/);
});

test('the file that travels says the same', async () => {
  const { out } = await run(folder, '--json', '--key', LOG_SIGNER.verifierKey);
  const alone = join(work, 'verify.mjs');
  await copyFile(join(import.meta.dirname, 'verify.mjs'), alone);
  const said = spawnSync(process.execPath, [alone, folder, '--json', '--key', LOG_SIGNER.verifierKey], {
    encoding: 'utf8',
    cwd: work,
    timeout: 30_000,
  });
  assert.equal(said.status, 0, said.stderr);
  const timeless = (text: string): unknown =>
    JSON.parse(text, (key, value) => (key === 'seconds' || key === 'perSecond' ? 0 : value));
  assert.deepEqual(timeless(said.stdout), timeless(out));
  const wrong = spawnSync(process.execPath, [alone, join(work, 'none')], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(wrong.status, 3);
  assert.ok((await readFile(alone, 'utf8')).startsWith('#!/usr/bin/env node'));
});
