import assert from 'node:assert/strict';
import fs from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type FileLog, openFileLog } from './file-log.ts';
import type { AuditLog } from './log.ts';
import { type LogFileSystem, realFileSystem } from './log-file.ts';

let folder: string;
let count = 0;
const newPath = (): string => join(folder, `log-${count++}`, 'audit.jsonl');

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-log-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function durable(log: AuditLog, sequence: number): Promise<void> {
  return new Promise((done, fail) => {
    log.whenDurable(sequence, (error) => (error === undefined ? done() : fail(error)));
  });
}

async function linesOf(path: string): Promise<unknown[]> {
  const text = await readFile(path, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'), 'the file ends with a whole line');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** A file system whose writes and syncs can be held back or made to fail. */
/** A file system that fails as told. Syncs are calls of their own unless writes are told to be durable by themselves. */
function faultySystem(durableWrites?: number) {
  const faults = {
    writev: undefined as Error | undefined,
    fdatasync: undefined as Error | undefined,
    /** Bytes that a write takes before it fails or comes back short. */
    take: Infinity,
    held: [] as (() => void)[],
    hold: false,
    syncs: 0,
    flags: 0,
  };
  const system: LogFileSystem = {
    ...realFileSystem,
    durableWrites,
    openSync(path, flags, mode) {
      if (!fs.existsSync(path) || fs.statSync(path).isFile()) faults.flags = flags;
      return realFileSystem.openSync(path, flags, mode);
    },
    writev(fd, buffers, position, done) {
      const go = (): void => {
        const all = Buffer.concat(buffers);
        const part = all.subarray(0, faults.take);
        if (part.length > 0) fs.writeSync(fd, part, 0, part.length, position);
        if (faults.writev !== undefined) done(faults.writev);
        else done(null, part.length);
      };
      if (faults.hold) faults.held.push(() => setImmediate(go));
      else setImmediate(go);
    },
    fdatasync(fd, done) {
      faults.syncs++;
      if (faults.fdatasync !== undefined) setImmediate(done, faults.fdatasync);
      else realFileSystem.fdatasync(fd, done);
    },
  };
  return { faults, system };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited ten seconds in vain');
    await new Promise((next) => setTimeout(next, 2));
  }
}

describe('a log file', () => {
  test('keeps what it was given, in order, and calls back in order', async () => {
    const path = newPath();
    const log = await openFileLog(path);
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
      await linesOf(path),
      heard.map((n) => ({ n, text: 'é€😀' })),
    );
  });

  test('is durable when it says so: nothing is called back before its sync', async () => {
    const path = newPath();
    const { faults, system } = faultySystem();
    const log = await openFileLog(path, { fileSystem: system });
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
    const { O_DSYNC } = fs.constants;
    const { faults, system } = faultySystem(O_DSYNC);
    const log = await openFileLog(newPath(), { fileSystem: system, retryMs: 1 });
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
    const log = await openFileLog(newPath(), { fileSystem: system });
    const waits: Promise<void>[] = [];
    for (let n = 0; n < 1000; n++) waits.push(durable(log, log.append(`{"n":${n}}`)));
    await Promise.all(waits);
    assert.equal(faults.syncs, 1);
    await log.close();
  });

  test('writes records larger than its buffers, and short writes to their end', async () => {
    const path = newPath();
    const { faults, system } = faultySystem();
    const log = await openFileLog(path, { fileSystem: system });
    faults.take = 700_000;
    const large = JSON.stringify({ text: 'x'.repeat(1_500_000) });
    log.append('{"n":1}');
    log.append(large);
    await durable(log, log.append('{"n":2}'));
    await log.close();
    assert.deepEqual(await linesOf(path), [{ n: 1 }, JSON.parse(large), { n: 2 }]);
  });

  test('goes on behind what it finds', async () => {
    const path = newPath();
    for (const n of [0, 1, 2]) {
      const log = await openFileLog(path);
      log.append(`{"n":${n}}`);
      await log.close();
    }
    assert.deepEqual(await linesOf(path), [{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  test('cuts a torn last line and puts the cut on record', async () => {
    const path = newPath();
    const first = await openFileLog(path);
    first.append('{"n":0}');
    await first.close();
    const torn = `{"n":1,"text":"${'y'.repeat(200_000)}`;
    await writeFile(path, torn, { flag: 'a' });
    const log = await openFileLog(path);
    log.append('{"n":2}');
    await log.close();
    const [kept, gap, next, ...rest] = (await linesOf(path)) as Record<string, unknown>[];
    assert.deepEqual([kept, next, rest], [{ n: 0 }, { n: 2 }, []]);
    assert.equal(gap?.type, 'gap');
    assert.equal(gap?.cause, 'torn-line');
    assert.equal(gap?.bytes, torn.length);
  });

  test('heals a file that is nothing but a torn line', async () => {
    const path = newPath();
    const first = await openFileLog(path);
    await first.close();
    await writeFile(path, '{"n":');
    const log = await openFileLog(path);
    await log.close();
    assert.equal((await linesOf(path)).length, 1);
  });

  test('refuses a text of two lines and anything after its close', async () => {
    const log = await openFileLog(newPath());
    assert.throws(() => log.append('{}\n{}'), /one line/);
    await log.close();
    await log.close();
    assert.throws(() => log.append('{}'), /closed/);
    assert.equal(log.healthy, false);
  });

  test('writes at its close what still waits', async () => {
    const path = newPath();
    const log = await openFileLog(path, { commitIntervalMs: 1000 });
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 20; n++) log.append('{}');
      await new Promise(setImmediate);
    }
    await log.close();
    assert.equal((await linesOf(path)).length, 60);
  });

  test('lets one callback that throws not stop the others', async () => {
    const log = await openFileLog(newPath());
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

describe('one writer', () => {
  test('a second writer is refused while the first one lives', async () => {
    const path = newPath();
    const log = await openFileLog(path);
    await assert.rejects(openFileLog(path), /in use by process/);
    await log.close();
    await (await openFileLog(path)).close();
  });

  test('the lock of a dead process, or of another that now has its number, is taken over', async () => {
    const path = newPath();
    await (await openFileLog(path)).close();
    for (const holder of [
      { pid: 2 ** 22 + 1, started: '1', host: hostname() },
      { pid: process.pid, started: '1', host: hostname() },
      'not a lock at all',
    ]) {
      await writeFile(`${path}.lock`, JSON.stringify(holder));
      await (await openFileLog(path)).close();
    }
  });

  test('the lock of another machine is left alone, and the message says what to do', async () => {
    const path = newPath();
    await (await openFileLog(path)).close();
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 1, started: '1', host: 'elsewhere' }));
    await assert.rejects(openFileLog(path), /machine elsewhere; if that one has ended, remove .*audit\.jsonl\.lock/);
  });

  test('of many who find a stale lock, one wins', async () => {
    const path = newPath();
    await (await openFileLog(path)).close();
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, started: '1', host: hostname() }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => openFileLog(path)));
    const won = results.filter((result): result is PromiseFulfilledResult<FileLog> => result.status === 'fulfilled');
    assert.equal(won.length, 1);
    await won[0]?.value.close();
  });
});

describe('a failing disk', () => {
  for (const operation of ['writev', 'fdatasync'] as const) {
    test(`${operation} fails: callers hear it, the log is not healthy, comes back, and the loss is on record`, async () => {
      const path = newPath();
      const { faults, system } = faultySystem();
      const heard: string[] = [];
      const log = await openFileLog(path, {
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
      const [kept, gap, next, ...rest] = (await linesOf(path)) as Record<string, unknown>[];
      assert.deepEqual([kept, next, rest], [{ n: 0 }, { n: 4 }, []]);
      assert.deepEqual({ ...gap, time: '' }, { v: 1, type: 'gap', time: '', cause: 'write-failed', lost: 3 });
    });
  }

  test('can be closed while it fails', async () => {
    const { faults, system } = faultySystem();
    const log = await openFileLog(newPath(), { fileSystem: system, retryMs: 1 });
    faults.fdatasync = new Error('EIO');
    await assert.rejects(durable(log, log.append('{}')), /EIO/);
    await log.close();
  });

  test('a log that cannot keep up refuses, stays within its memory, and says how many it refused', async () => {
    const path = newPath();
    const { faults, system } = faultySystem();
    const log = await openFileLog(path, { fileSystem: system, maxWaitingBytes: 10_000 });
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
    const lines = (await linesOf(path)) as Record<string, unknown>[];
    assert.equal(lines.length, taken + 1);
    assert.deepEqual({ ...lines.at(-1), time: '' }, { v: 1, type: 'gap', time: '', cause: 'overload', lost: 2 });
  });
});
