import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { durable, entriesIn, faultySystem, newFolders, until } from './journal.fixture.ts';
import { JournalWriter } from './journal-writer.ts';

const newPath = newFolders(after);

describe('a failing disk', () => {
  for (const operation of ['writev', 'fdatasync'] as const) {
    test(`${operation} fails: callers hear it, the log is not healthy, comes back, and the loss is on record`, async () => {
      const path = newPath();
      const { faults, system } = faultySystem();
      const heard: string[] = [];
      const log = new JournalWriter(path, 0, {
        fileSystem: system,
        retryMs: 1,
        onFault: (error) => heard.push(error.message),
      });
      await durable(log, log.append('{"n":0}'));
      faults[operation] = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      if (operation === 'writev') faults.take = 3;
      const lost = log.append('{"n":1}');
      const alsoLost = log.append('{"n":2}');
      await assert.rejects(durable(log, lost), /ENOSPC/);
      await assert.rejects(durable(log, alsoLost), /lost/);
      assert.equal(log.healthy, false);
      assert.throws(() => log.append('{"n":3}'), /ENOSPC/);
      await until(() => heard.length >= 3);
      assert.equal(log.healthy, false);
      faults[operation] = undefined;
      faults.take = Infinity;
      await until(() => log.healthy);
      await durable(log, log.append('{"n":4}'));
      assert.equal(log.lost, 3);
      await log.close();
      const [kept, gap, next, ...rest] = entriesIn(path) as Record<string, unknown>[];
      assert.deepEqual([kept, next, rest], [{ n: 0 }, { n: 4 }, []]);
      assert.deepEqual({ ...gap, time: '' }, { type: 'gap', time: '', cause: 'write-failed', lost: 3 });
    });
  }

  test('can be closed while it fails', async () => {
    const { faults, system } = faultySystem();
    const log = new JournalWriter(newPath(), 0, { fileSystem: system, retryMs: 1 });
    faults.fdatasync = new Error('EIO');
    await assert.rejects(durable(log, log.append('{}')), /EIO/);
    await log.close();
  });

  test('a log that cannot keep up refuses, stays within its memory, and says how many it refused', async () => {
    const path = newPath();
    const { faults, system } = faultySystem();
    const log = new JournalWriter(path, 0, { fileSystem: system, maxWaitingBytes: 10_000 });
    faults.hold = true;
    const line = JSON.stringify({ text: 'z'.repeat(88) });
    let taken = 0;
    assert.throws(() => {
      for (; taken < 1000; taken++) log.append(line);
    }, /cannot keep up/);
    assert.ok(taken > 50 && taken < 150);
    assert.equal(log.healthy, false);
    assert.throws(() => log.append(line), /cannot keep up/);
    await until(() => faults.held.length === 1);
    faults.hold = false;
    faults.held.shift()?.();
    await until(() => log.healthy);
    await log.close();
    const lines = entriesIn(path) as Record<string, unknown>[];
    assert.equal(lines.length, taken + 1);
    assert.deepEqual({ ...lines.at(-1), time: '' }, { type: 'gap', time: '', cause: 'overload', lost: 2 });
  });
});
