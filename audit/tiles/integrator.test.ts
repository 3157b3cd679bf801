import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { durable, newFolders } from '../journal/journal.fixture.ts';
import { JournalWriter } from '../journal/journal-writer.ts';
import { type LedgerFileSystem, makeFolder, realFileSystem } from '../journal/ledger-file-system.ts';
import { segmentStarts } from '../journal/segment-names.ts';
import { isSignedBy, noteSigner, parseNote } from '../tlog/signed-note.ts';
import { openFolderReader } from './folder-reader.ts';
import { Integrator } from './integrator.ts';
import { checkedEntries, rootBySubtrees } from './ledger-check.fixture.ts';
import { MemoryDisk } from './memory-disk.fixture.ts';

const newFolder = newFolders(after);
const ORIGIN = 'ledger.test/1';
const signer = noteSigner(ORIGIN, randomBytes(32));

async function fill(folder: string, counts: readonly number[], disk = realFileSystem, system = disk) {
  makeFolder(disk, join(folder, 'journal'));
  const journal = new JournalWriter(join(folder, 'journal'), 0, { segmentBytes: 50_000, fileSystem: disk });
  const integrator = () => new Integrator({ system, folder, origin: ORIGIN, signers: [signer], now: () => 0 });
  for (const [step, count] of counts.entries()) await append(journal, step, count);
  return { journal, integrator };
}

async function append(journal: JournalWriter, step: number, count: number): Promise<void> {
  let ticket = 0;
  for (let n = 0; n < count; n++) ticket = journal.append(JSON.stringify({ step, n, text: 'é'.repeat(n % 50) }));
  await durable(journal, ticket);
}

describe('an integrator', () => {
  test('makes the same tree whatever the steps, and can be read at every size', async () => {
    const folder = newFolder();
    const { journal, integrator } = await fill(folder, []);
    let made = integrator();
    for (const [step, count] of [1, 1, 254, 1, 255, 256, 300, 2, 5000].entries()) {
      await append(journal, step, count);
      if (step % 2 === 1) {
        made.close();
        made = integrator();
      }
      made.advance(journal.entries);
      const entries = checkedEntries(realFileSystem, folder);
      assert.equal(entries.length, journal.entries);
      assert.equal(JSON.parse(entries.at(-1) as string).n, count - 1);
      const reader = await openFolderReader(folder);
      const { note, size, root } = await reader.checkpoint();
      assert.ok(isSignedBy(parseNote(note), [signer.key]));
      assert.ok((await rootBySubtrees(size, (level, index) => reader.subtree(level, index))).equals(root));
      const from = Math.max(0, size - 700);
      const read: string[] = [];
      for await (const run of reader.entries(from, size)) {
        assert.equal(run.first, from + read.length);
        read.push(...run.entries.map(String));
      }
      assert.deepEqual(read, entries.slice(from));
    }
    made.close();
    await journal.close();
  });

  test('drops segments of the journal that are in the tree, and partial files that have become full', async () => {
    const folder = newFolder();
    const { journal, integrator } = await fill(folder, [100, 1000, 2000]);
    const made = integrator();
    made.advance(100);
    assert.ok(existsSync(join(folder, 'tile/0/000.p/100')));
    assert.ok(segmentStarts(realFileSystem, join(folder, 'journal')).length > 1);
    made.advance(journal.entries);
    assert.equal(segmentStarts(realFileSystem, join(folder, 'journal')).length, 1);
    assert.ok(!existsSync(join(folder, 'tile/0/000.p')));
    assert.ok(!existsSync(join(folder, 'tile/entries/000.p')));
    made.close();
    await journal.close();
  });

  test('what a killed process signed last stands in the history, once', async () => {
    const folder = newFolder();
    const { journal, integrator } = await fill(folder, [3]);
    const killed = integrator();
    killed.advance(journal.entries);
    await append(journal, 1, 4);
    // Within a minute of the one before it is not kept, and nobody closes this one.
    killed.advance(journal.entries);
    for (let starts = 0; starts < 2; starts++) integrator().close();
    const lines = readFileSync(join(folder, 'checkpoints.jsonl'), 'utf8').trim().split('\n');
    const notes = lines.map((line) => (JSON.parse(line) as { note: string }).note);
    assert.deepEqual(
      notes.map((note) => note.split('\n')[1]),
      ['3', '7'],
    );
    assert.equal(notes.at(-1), readFileSync(join(folder, 'checkpoint'), 'utf8'));
  });

  test('a reader that holds an older checkpoint finds full files in the place of its partial ones', async () => {
    const folder = newFolder();
    const { journal, integrator } = await fill(folder, [100, 500]);
    const made = integrator();
    made.advance(100);
    const reader = await openFolderReader(folder);
    made.advance(600);
    const runs: number[] = [];
    for await (const { entries } of reader.entries(0, 100)) runs.push(entries.length);
    assert.deepEqual(runs, [100]);
    assert.ok(Buffer.isBuffer(await reader.subtree(6, 0)));
    made.close();
    await journal.close();
  });

  test('signs nothing on top of damaged tiles, of another log, or without the journal', async () => {
    const folder = newFolder();
    const { journal, integrator } = await fill(folder, [300]);
    const made = integrator();
    made.advance(300);
    made.close();
    await journal.close();
    const tile = join(folder, 'tile/0/001.p/44');
    const bytes = readFileSync(tile);
    writeFileSync(tile, Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) as number) ^ 1)]));
    assert.throws(integrator, /damaged: its tiles do not come to the root of its checkpoint/);
    rmSync(tile);
    assert.throws(integrator, /damaged: tile\/0\/001.p\/44 is missing/);
    writeFileSync(tile, bytes);
    const parts = { system: realFileSystem, folder, signers: [signer], now: () => 0 };
    assert.throws(() => new Integrator({ ...parts, origin: 'another' }), /is that of ledger.test\/1, not of another/);
    const cut = integrator();
    rmSync(join(folder, 'journal'), { recursive: true });
    makeFolder(realFileSystem, join(folder, 'journal'));
    assert.throws(() => cut.advance(301), /lacks entry 300/);
    assert.equal(readdirSync(join(folder, 'tile/entries')).length, 2);
  });
});

describe('each file operation of an integration fails once', () => {
  /** Fails the operation with this number; counts all. */
  function failing(disk: LedgerFileSystem, at: number) {
    let count = 0;
    const operations = Object.entries(disk).filter(([name]) => name.endsWith('Sync') && name !== 'closeSync');
    const system = Object.fromEntries(
      operations.map(([name, act]) => [
        name,
        (...args: unknown[]) => {
          if (count++ === at) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
          return (act as (...args: unknown[]) => unknown)(...args);
        },
      ]),
    );
    return { system: { ...disk, ...system } as LedgerFileSystem, count: () => count };
  }

  test('and the next try makes the whole tree', async () => {
    let tried = 0;
    for (let at = 0; ; at++) {
      const folder = '/ledger';
      const disk = new MemoryDisk().system(true);
      const { system, count } = failing(disk, at);
      const { journal, integrator } = await fill(folder, [300, 20], disk, system);
      let failures = 0;
      let made: Integrator | undefined;
      for (const upTo of [300, 320, 320]) {
        try {
          made ??= integrator();
          made.advance(upTo);
        } catch (error) {
          assert.match(String(error), /ENOSPC/);
          failures++;
          made = undefined;
        }
      }
      await journal.close();
      assert.equal(checkedEntries(disk, folder).length, 320);
      if (count() <= at) break;
      assert.equal(failures, 1, `the failure of operation ${at} was passed over`);
      tried++;
    }
    assert.ok(tried > 40, `${tried} operations were tried`);
  });
});
