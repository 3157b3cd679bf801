import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openFolderReader } from '../tiles/folder-reader.ts';
import { LOG_SIGNER, writeLedger } from '../tlog/ledger.fixture.ts';
import { sampleEntries } from '../verify/sample-entries.fixture.ts';
import { runVerify } from '../verify/verify-command.ts';
import { anchor } from './anchor.ts';

const ENTRIES = sampleEntries(600);

let work = '';
let repository = '';
let count = 0;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-anchor-'));
  repository = join(work, 'repository');
  git('init', '--quiet', repository);
  git('-C', repository, 'config', 'user.name', 'Anchor');
  git('-C', repository, 'config', 'user.email', 'anchor@ledger.example');
});
after(() => rm(work, { recursive: true, force: true }));

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

async function ledger(entries: readonly string[]): Promise<string> {
  const folder = join(work, `ledger-${count++}`);
  await writeLedger(folder, { entries });
  return folder;
}

test('checkpoints are committed as the log grows, and no other log in its name', async () => {
  const first = await anchor(await openFolderReader(await ledger(ENTRIES.slice(0, 200))), repository);
  assert.deepEqual([first.size, first.isNew], [200, true]);
  const grown = await ledger(ENTRIES.slice(0, 500));
  assert.equal((await anchor(await openFolderReader(grown), repository)).isNew, true);
  assert.equal((await anchor(await openFolderReader(grown), repository)).isNew, false);
  assert.equal(git('-C', repository, 'log', '--format=%s').trim().split('\n').length, 2);
  const back = await ledger(ENTRIES.slice(0, 400));
  await assert.rejects(anchor(await openFolderReader(back), repository), /wound back/);
  const forked = await ledger(ENTRIES.with(300, ENTRIES[299] ?? ''));
  await assert.rejects(anchor(await openFolderReader(forked), repository), /other entries/);
  assert.equal(git('-C', repository, 'status', '--short'), '');
  const words = [forked, '--key', LOG_SIGNER.verifierKey, '--checkpoint', join(repository, first.file)];
  const said: string[] = [];
  const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
  assert.equal(await runVerify(words, output), 1);
  assert.match(said.join('\n'), /kept checkpoint .* stands for other entries/);
});

test('what git does not take is said', async () => {
  const reader = await openFolderReader(await ledger(ENTRIES));
  await assert.rejects(anchor(reader, join(work, 'nowhere')), /ENOENT/);
  const plain = join(work, 'plain');
  await mkdir(plain);
  await assert.rejects(anchor(reader, plain), /git add failed/);
  assert.deepEqual(await readdir(plain), []);
});
