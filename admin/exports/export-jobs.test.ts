import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { ExportSource } from '../../audit/export/export-answer.ts';
import { newFolders, until } from '../../audit/journal/journal.fixture.ts';
import { openLedger } from '../../audit/ledger.ts';
import { plainHandles } from '../../audit/record/recorder.fixture.ts';
import { createRecorder } from '../../audit/record/recorder.ts';
import { ExportJobs } from './export-jobs.ts';

const newFolder = newFolders(after);
const ORDER = { question: {}, formats: ['csv'] as const, actor: 'firm', now: new Date() };

/** A ledger of a few entries, and what exports of it need. */
async function source(rowsOf: ExportSource['rowsOf'], recorded: unknown[] = []): Promise<ExportSource> {
  const folder = newFolder();
  const ledger = await openLedger(folder, { key: { origin: 'ledger.test/1', seed: randomBytes(32) } });
  const identity = { origin: ledger.origin, environment: 'production', software: '0' };
  const recorder = createRecorder({ log: ledger, handles: plainHandles, ...identity });
  for (const actor of ['one', 'two']) {
    recorder.note({ type: 'audit-read', actor, query: '{}', rows: 0, time: '2026-11-20T12:00:00.000Z' });
  }
  await ledger.close();
  const record = (entry: unknown): Promise<void> => {
    recorded.push(entry);
    return Promise.resolve();
  };
  return { folder, signer: ledger.signer, software: '0', handlesOf: () => [], rowsOf, record };
}

async function* two() {
  yield { index: 1 };
  yield { index: 2 };
}

describe('exports in the background', () => {
  test('are made, told and given to who ordered them alone; what an earlier process left is gone', async () => {
    const folder = join(newFolder(), 'exports');
    mkdirSync(folder);
    writeFileSync(join(folder, 'left.zip'), 'of a process that was killed');
    const recorded: unknown[] = [];
    const jobs = new ExportJobs(await source(two, recorded), folder, (error) => assert.fail(String(error)));
    const id = (await jobs.begin(ORDER)) ?? '';
    await until(() => jobs.stateOf(id, 'firm')?.state === 'done');
    assert.equal(recorded.length, 1);
    assert.deepEqual(readdirSync(folder), [`${id}.zip`]);
    assert.equal(jobs.stateOf(id, 'another'), undefined);
    assert.equal(jobs.archiveOf(id, 'another'), undefined);
    const archive = jobs.archiveOf(id, 'firm');
    assert.ok(archive);
    let bytes = 0;
    for await (const chunk of archive) bytes += (chunk as Buffer).length;
    assert.ok(bytes > 1000);
    await jobs.close();
    assert.equal(existsSync(folder), false);
    assert.equal(await jobs.begin(ORDER), undefined);
  });

  test('are two at once, and broken off when the gateway stops: that does not wait for their end', async () => {
    const faults: string[] = [];
    const waiting: ExportSource['rowsOf'] = async function* (_question, signal) {
      yield { index: 1 };
      for (;;) {
        await new Promise(setImmediate);
        signal.throwIfAborted();
      }
    };
    const jobs = new ExportJobs(await source(waiting), join(newFolder(), 'exports'), (error) =>
      faults.push(String(error)),
    );
    assert.ok(await jobs.begin(ORDER));
    assert.ok(await jobs.begin(ORDER));
    assert.equal(await jobs.begin(ORDER), undefined);
    await jobs.close();
    assert.deepEqual(
      faults,
      Array.from({ length: 2 }, () => 'Error: the gateway is being stopped'),
    );
  });

  test('tell of a failure without its reason, which goes to the log', async () => {
    const faults: string[] = [];
    const broken = async function* () {
      yield { index: 1 };
      throw new Error('secret of the disk');
    };
    const jobs = new ExportJobs(await source(broken), join(newFolder(), 'exports'), (error) =>
      faults.push(String(error)),
    );
    const id = (await jobs.begin(ORDER)) ?? '';
    await until(() => jobs.stateOf(id, 'firm')?.state === 'failed');
    assert.doesNotMatch(JSON.stringify(jobs.stateOf(id, 'firm')), /secret/);
    assert.match(faults.join(), /secret of the disk/);
    await jobs.close();
  });
});
