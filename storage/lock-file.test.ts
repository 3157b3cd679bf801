import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { lockFile } from './lock-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let paths = 0;
const newPath = (): string => join(folder, `ledger-${paths++}`);

describe('one writer', () => {
  test('a second writer is refused while the first one lives', async () => {
    const path = newPath();
    const unlock = await lockFile(path);
    await assert.rejects(lockFile(path), /in use by process/);
    await unlock();
    await (await lockFile(path))();
  });

  test('the lock of a dead process, or of another that now has its number, is taken over', async () => {
    const path = newPath();
    await (await lockFile(path))();
    for (const holder of [
      { pid: 2 ** 22 + 1, started: '1', host: hostname() },
      { pid: process.pid, started: '1', host: hostname() },
      'not a lock at all',
    ]) {
      await writeFile(`${path}.lock`, JSON.stringify(holder));
      await (await lockFile(path))();
    }
  });

  test('the lock of another machine is left alone, and the message says what to do', async () => {
    const path = newPath();
    await (await lockFile(path))();
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 1, started: '1', host: 'elsewhere' }));
    await assert.rejects(lockFile(path), /machine elsewhere; if that one has ended, remove .*\.lock/);
  });

  test('of many who find a stale lock, one wins', async () => {
    const path = newPath();
    await (await lockFile(path))();
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, started: '1', host: hostname() }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(path)));
    const won = results.filter(
      (result): result is PromiseFulfilledResult<() => Promise<void>> => result.status === 'fulfilled',
    );
    assert.equal(won.length, 1);
    await won[0]?.value();
  });
});
