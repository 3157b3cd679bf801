import assert from 'node:assert/strict';
import fs, { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditLog } from '../log.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import { type LedgerFileSystem, realFileSystem } from './ledger-file-system.ts';
import { segmentPath, segmentStarts } from './segment-names.ts';
import { SegmentReader } from './segment-reader.ts';

/** Makes empty folders that are gone after the tests. */
export function newFolders(after: (clean: () => Promise<void>) => void): () => string {
  const top = mkdtempSync(join(tmpdir(), 'portcullis-ledger-'));
  let count = 0;
  after(() => rm(top, { recursive: true, force: true }));
  return () => {
    const folder = join(top, `${count++}`);
    fs.mkdirSync(folder);
    return folder;
  };
}

export function durable(log: Pick<AuditLog, 'whenDurable'>, ticket: number): Promise<void> {
  return new Promise((done, fail) => {
    log.whenDurable(ticket, (error) => (error === undefined ? done() : fail(error)));
  });
}

/** All entries of a journal that nobody writes any more, parsed; its segments must be whole and follow each other. */
export function entriesIn(folder: string): unknown[] {
  const entries: unknown[] = [];
  const starts = segmentStarts(realFileSystem, folder);
  const first = starts[0] ?? 0;
  for (const start of starts) {
    assert.equal(start, first + entries.length, 'a segment begins where the one before it ends');
    const path = segmentPath(folder, start);
    const reader = new SegmentReader(realFileSystem, path);
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
      const found = entriesOf(batch.payload);
      assert.equal(found.length, batch.count);
      entries.push(...found.map((entry) => JSON.parse(entry.toString())));
    }
    assert.equal(reader.position, fs.statSync(path).size, 'the segment ends with a whole batch');
    reader.close();
  }
  return entries;
}

/** A file system that fails as told. Syncs are calls of their own unless writes are told to be durable by themselves. */
export function faultySystem(durableWrites?: number) {
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
  const system: LedgerFileSystem = {
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

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited ten seconds in vain');
    await new Promise((next) => setTimeout(next, 2));
  }
}
