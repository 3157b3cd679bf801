import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { SeenOnFullDisk } from './full-disk.fixture.ts';

/** A name space of its own, in which anybody may mount a small file system (unshare(1), tmpfs(5)). */
const MOUNTED = 'mount -t tmpfs -o size=3m tmpfs "$1" && shift && exec "$@"';

describe('a disk that is full for a while', () => {
  let folder: string;
  let seen: SeenOnFullDisk;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-full-'));
    const house = join(import.meta.dirname, 'full-disk.fixture.ts');
    const command = ['--user', '--map-root-user', '--mount', 'sh', '-c', MOUNTED, 'sh', folder];
    const run = promisify(execFile)('unshare', [...command, process.execPath, house, folder]);
    seen = JSON.parse((await run).stdout) as SeenOnFullDisk;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('strict calls are refused with 503, and monitors are told', () => {
    assert.equal(seen.before, 200);
    assert.deepEqual(seen.full, { status: 503, code: 'record-not-durable' });
    assert.equal(seen.metric, '0');
    assert.equal(seen.health, 503);
  });

  test('they are answered again once there is room, and what was lost is on record', () => {
    assert.equal(seen.after, 200);
    assert.ok(
      seen.gaps.some(({ cause, lost = 0 }) => cause === 'write-failed' && lost > 0),
      JSON.stringify(seen.gaps),
    );
  });

  test('no answer left without its record', () => {
    assert.ok(seen.answered >= 2);
    assert.equal(seen.recorded, seen.answered);
  });
});
