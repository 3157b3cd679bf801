import assert from 'node:assert/strict';
import { appendFileSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { batchHeader } from './batch.ts';
import { durable, entriesIn, faultySystem, newFolders, until } from './journal.fixture.ts';
import { JournalWriter } from './journal-writer.ts';
import { realFileSystem } from './ledger-file-system.ts';
import { segmentPath, segmentStarts } from './segment-names.ts';

const newPath = newFolders(after);

function batchOf(...entries: readonly string[]): Buffer {
  const framed = entries.map((entry) => {
    const bytes = Buffer.from(`..${entry}`);
    bytes.writeUInt16BE(bytes.length - 2);
    return bytes;
  });
  const payload = Buffer.concat(framed);
  return Buffer.concat([batchHeader(framed, payload.length, framed.length), payload]);
}

describe('a journal', () => {
  test('keeps what it was given, in order, and calls back in order', async () => {
    const path = newPath();
    const log = new JournalWriter(path, 0);
    const heard: number[] = [];
    for (let n = 0; n < 5000; n++) {
      const sequence = log.append(JSON.stringify({ n, text: 'é€😀' }));
      assert.equal(sequence, n);
      log.whenDurable(sequence, (error) => {
        assert.equal(error, undefined);
        heard.push(n);
      });
    }
    await durable(log, 4999);
    assert.deepEqual(
      heard,
      Array.from({ length: 5000 }, (_, n) => n),
    );
    await log.close();
    assert.deepEqual(
      entriesIn(path),
      heard.map((n) => ({ n, text: 'é€😀' })),
    );
  });

  test('is durable when it says so: nothing is called back before its sync', async () => {
    const path = newPath();
    const { faults, system } = faultySystem();
    const log = new JournalWriter(path, 0, { fileSystem: system });
    faults.hold = true;
    let told = false;
    log.whenDurable(log.append('{"n":0}'), () => {
      told = true;
    });
    await until(() => faults.held.length === 1);
    assert.equal(told, false);
    const syncs = faults.syncs;
    faults.hold = false;
    faults.held.shift()?.();
    await until(() => told);
    assert.equal(faults.syncs, syncs + 1);
    await log.close();
  });

  test('where a write is durable when it returns, the file is opened so and no sync follows', async () => {
    const { O_DSYNC } = constants;
    const { faults, system } = faultySystem(O_DSYNC);
    const log = new JournalWriter(newPath(), 0, { fileSystem: system, retryMs: 1 });
    assert.equal(faults.flags & O_DSYNC, O_DSYNC);
    await durable(log, log.append('{"n":0}'));
    assert.equal(faults.syncs, 0);
    faults.writev = new Error('the disk is gone');
    await assert.rejects(durable(log, log.append('{"n":1}')));
    assert.equal(log.healthy, false);
    faults.writev = undefined;
    await until(() => log.healthy);
    assert.equal(faults.flags & O_DSYNC, O_DSYNC);
    assert.equal(faults.syncs, 0);
    await log.close();
  });

  test('shares one sync between records that come together', async () => {
    const { faults, system } = faultySystem();
    const log = new JournalWriter(newPath(), 0, { fileSystem: system });
    const waits: Promise<void>[] = [];
    for (let n = 0; n < 1000; n++) waits.push(durable(log, log.append(`{"n":${n}}`)));
    await Promise.all(waits);
    assert.equal(faults.syncs, 1);
    await log.close();
  });

  test('writes short writes to their end', async () => {
    const path = newPath();
    const { faults, system } = faultySystem();
    const log = new JournalWriter(path, 0, { fileSystem: system });
    faults.take = 10_000;
    const large = JSON.stringify({ text: 'x'.repeat(65_000) });
    log.append('{"n":1}');
    log.append(large);
    await durable(log, log.append('{"n":2}'));
    await log.close();
    assert.deepEqual(entriesIn(path), [{ n: 1 }, JSON.parse(large), { n: 2 }]);
  });

  test('goes on behind what it finds', async () => {
    const path = newPath();
    for (const n of [0, 1, 2]) {
      const log = new JournalWriter(path, 0);
      log.append(`{"n":${n}}`);
      await log.close();
    }
    assert.deepEqual(entriesIn(path), [{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  test('cuts a torn end and puts the cut on record', async () => {
    const path = newPath();
    const first = new JournalWriter(path, 0);
    first.append('{"n":0}');
    await first.close();
    const whole = batchOf('{"n":1}', '{"n":2}');
    const torn = whole.subarray(0, whole.length - 1);
    appendFileSync(segmentPath(path, 0), torn);
    const log = new JournalWriter(path, 0);
    log.append('{"n":3}');
    await log.close();
    const [kept, gap, next, ...rest] = entriesIn(path) as Record<string, unknown>[];
    assert.deepEqual([kept, next, rest], [{ n: 0 }, { n: 3 }, []]);
    assert.deepEqual({ ...gap, time: '' }, { type: 'gap', time: '', cause: 'torn-write', bytes: torn.length });
  });

  test('heals every torn end of a batch, and one that is nothing but zeros', async () => {
    const whole = batchOf('{"n":1}', '{"n":2}');
    for (let length = 1; length < whole.length; length++) {
      for (const torn of [whole.subarray(0, length), Buffer.alloc(length)]) {
        const path = newPath();
        writeFileSync(segmentPath(path, 0), torn);
        await new JournalWriter(path, 0).close();
        assert.equal((entriesIn(path) as { cause: string }[])[0]?.cause, 'torn-write');
      }
    }
  });

  test('says that the process before it ended without closing', async () => {
    const path = newPath();
    writeFileSync(segmentPath(path, 7), batchOf('{"n":7}'));
    const log = new JournalWriter(path, 0);
    assert.equal(log.entries, 8);
    await log.close();
    const [, gap] = entriesIn(path) as Record<string, unknown>[];
    assert.deepEqual({ ...gap, time: '' }, { type: 'gap', time: '', cause: 'unclean-end' });
  });

  test('cuts nothing where whole batches follow a damaged one: they were acknowledged', () => {
    const path = newPath();
    const damaged = batchOf('{"n":0}');
    damaged[20] = (damaged[20] as number) ^ 1;
    writeFileSync(segmentPath(path, 0), Buffer.concat([damaged, batchOf('{"n":1}')]));
    assert.throws(() => new JournalWriter(path, 0), /damaged at byte 0: records follow/);
    assert.equal(readFileSync(segmentPath(path, 0)).length, 2 * damaged.length);
  });

  test('goes on in another segment when one is full', async () => {
    const path = newPath();
    const log = new JournalWriter(path, 5, { segmentBytes: 100 });
    for (let n = 0; n < 50; n++) await durable(log, log.append(`{"n":${n}}`));
    await log.close();
    assert.deepEqual(
      entriesIn(path),
      Array.from({ length: 50 }, (_, n) => ({ n })),
    );
    assert.ok(segmentStarts(realFileSystem, path).length > 5);
    const again = new JournalWriter(path, 0, { segmentBytes: 100 });
    assert.equal(again.entries, 55);
    await again.close();
  });

  test('refuses what is no entry, and anything after its close', async () => {
    const path = newPath();
    const log = new JournalWriter(path, 0);
    for (const entry of ['', 'x'.repeat(65_536), 'é'.repeat(40_000)])
      assert.throws(() => log.append(entry), RangeError);
    log.append(`"${'x'.repeat(65_533)}"`);
    await log.close();
    await log.close();
    assert.equal(entriesIn(path).length, 1);
    assert.throws(() => log.append('{}'), /closed/);
    assert.equal(log.healthy, false);
  });

  test('refuses entries while it is held up, and says afterwards how many', async () => {
    const path = newPath();
    const log = new JournalWriter(path, 0);
    log.holdUp(true);
    assert.equal(log.healthy, false);
    assert.throws(() => log.append('{}'), /cannot keep up/);
    log.holdUp(false);
    await durable(log, log.append('{}'));
    await log.close();
    const [gap] = entriesIn(path) as Record<string, unknown>[];
    assert.deepEqual({ ...gap, time: '' }, { type: 'gap', time: '', cause: 'overload', lost: 1 });
  });

  test('writes at its close what still waits', async () => {
    const path = newPath();
    const log = new JournalWriter(path, 0, { commitIntervalMs: 1000 });
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 20; n++) log.append('{}');
      await new Promise(setImmediate);
    }
    await log.close();
    assert.equal(entriesIn(path).length, 60);
  });

  test('lets one callback that throws not stop the others', async () => {
    const log = new JournalWriter(newPath(), 0);
    const thrown: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => thrown.push(error));
    try {
      log.whenDurable(log.append('{}'), () => {
        throw new Error('a mistake of the caller');
      });
      await durable(log, log.append('{}'));
      await until(() => thrown.length === 1);
    } finally {
      for (const listener of others) process.on('uncaughtException', listener);
    }
    await log.close();
  });
});
