import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newFolders } from '../audit/journal/journal.fixture.ts';
import type { RareEntry } from '../audit/record/recorder.ts';
import { SnapshotStore } from '../audit/snapshots/snapshot-store.ts';
import { compiled, DEMO_CATALOG } from '../lineage/demo.fixture.ts';
import { changeRecorder } from './record-changes.ts';

const newFolder = newFolders(after);

/** A log whose entries are durable, or lost, when the test says so. */
function heldLog() {
  const noted: RareEntry[] = [];
  const waiting: ((error: Error | undefined) => void)[] = [];
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  return {
    noted,
    isAsked,
    settle: (error?: Error) => {
      for (const done of waiting.splice(0)) done(error);
    },
    trail: {
      recorder: { note: (entry: RareEntry) => noted.push(entry) - 1 },
      ledger: {
        whenDurable(_ticket: number, done: (error: Error | undefined) => void) {
          waiting.push(done);
          resolve();
        },
      },
    },
  };
}

test('a change is in force only once its entries are durable; where they are lost it is told again', async () => {
  const snapshot = await compiled(DEMO_CATALOG);
  const dataFolder = newFolder();
  const store = new SnapshotStore(join(dataFolder, 'snapshots'));
  const first = heldLog();
  let isRecorded = false;
  const lost = changeRecorder(
    dataFolder,
    first.trail,
  )(snapshot).then(() => {
    isRecorded = true;
  });
  await first.isAsked;
  assert.ok(first.noted.length > 1);
  assert.equal(isRecorded, false, 'it waits for the disk');
  first.settle(new Error('the disk is full'));
  await assert.rejects(lost, /the disk is full/);
  assert.equal(store.latest(), undefined, 'it does not count as told');

  const second = heldLog();
  const told = changeRecorder(dataFolder, second.trail)(snapshot);
  await second.isAsked;
  second.settle();
  await told;
  assert.deepEqual(
    second.noted.map(({ type }) => type),
    first.noted.map(({ type }) => type),
  );
  assert.equal(store.latest()?.id, snapshot.id);
  const third = heldLog();
  await changeRecorder(dataFolder, third.trail)(snapshot);
  assert.deepEqual(third.noted, [], 'the same one is no change');
});
