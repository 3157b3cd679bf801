import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { openDatabase } from '../open-database.ts';
import { selfTest } from './self-test.ts';

const OPEN_DATABASE = new URL('../open-database.ts', import.meta.url).href;

/** Writes a row after the other and says of each that it is kept. */
const WRITER = `
const { openDatabase } = await import(${JSON.stringify(OPEN_DATABASE)});
const database = await openDatabase({ place: { folder: process.argv[1] } });
await database.query('CREATE TABLE IF NOT EXISTS told (n bigint PRIMARY KEY)');
const [{ next }] = await database.query('SELECT coalesce(max(n), 0) + 1 AS next FROM told');
for (let n = next; ; n++) {
  await database.query('INSERT INTO told VALUES ($1)', [n]);
  console.log(n);
}
`;

function startWriter(folder: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', WRITER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Kills the writer once it has told of `count` rows; the last that it told of. */
async function killAfter(writer: ChildProcess, count: number): Promise<number> {
  let last = 0;
  let told = 0;
  assert.ok(writer.stdout);
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (++told === count) writer.kill('SIGKILL');
  }
  return last;
}

describe('the embedded database', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-embedded-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is made whole or not at all', async () => {
    await mkdir(join(folder, 'files.new'));
    await writeFile(join(folder, 'files.new', 'PG_VERSION'), 'half of a database');
    const database = await openDatabase({ place: { folder } });
    assert.deepEqual(await database.query('SELECT 1 AS a'), [{ a: 1 }]);
    await database.close();
    assert.equal(existsSync(join(folder, 'files.new')), false);
  });

  it('is opened by one process only, and given back at its end', async () => {
    const database = await openDatabase({ place: { folder } });
    await assert.rejects(openDatabase({ place: { folder } }), /in use by process \d+/);
    await database.close();
    await (await openDatabase({ place: { folder } })).close();
  });

  it('loses nothing that it said is kept when its process is killed', async () => {
    for (const count of [1, 30, 111]) {
      const last = await killAfter(startWriter(folder), count);
      const database = await openDatabase({ place: { folder } });
      const [row] = await database.query<{ most: number; n: number }>('SELECT max(n) AS most, count(*) AS n FROM told');
      await database.close();
      assert.ok(row !== undefined && row.most >= last && row.most <= last + 1, `${row?.most} of ${last}`);
      assert.equal(row.n, row.most);
    }
  });

  it('does not let its log grow without end', async () => {
    const database = await openDatabase({ place: { folder } });
    await database.query('CREATE TABLE filler (a text)');
    for (let at = 0; at < 30; at++) {
      await database.query(`INSERT INTO filler SELECT repeat(md5(n::text), 30) FROM generate_series(1, 10000) n`);
      await database.query('TRUNCATE filler');
    }
    const log = join(folder, 'files', 'pg_wal');
    const sizes = await Promise.all(
      (await readdir(log)).map(async (name) => {
        const file = await stat(join(log, name));
        return file.isFile() ? file.size : 0;
      }),
    );
    await database.close();
    const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(size > 0 && size <= 256 * 1024 * 1024, `${size} bytes of log after 300 MB were written`);
  });

  it('ends what nobody waits for when it is closed', async () => {
    const writer = startWriter(folder);
    assert.ok(writer.stdout);
    await once(writer.stdout, 'data');
    await assert.rejects(openDatabase({ place: { folder } }), /in use/);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    await (await openDatabase({ place: { folder } })).close();
  });
});

describe('the self-test of the embedded database', () => {
  const engine = (major: number, fsync: string, onWrite: () => void) => ({
    query: (sql: string) => {
      if (sql.includes('emit_message')) onWrite();
      return Promise.resolve({ rows: [{ major, fsync }] });
    },
  });
  it('passes where a commit is synced', () => {
    const work = { syncs: 3 };
    return selfTest(
      engine(18, 'on', () => {
        work.syncs++;
      }),
      work,
    );
  });
  it('refuses an engine that does not sync', () =>
    assert.rejects(
      selfTest(
        engine(18, 'on', () => {}),
        { syncs: 3 },
      ),
      /does not reach the disk/,
    ));
  it('refuses an engine that was told not to', () => {
    const work = { syncs: 3 };
    return assert.rejects(
      selfTest(
        engine(18, 'off', () => {
          work.syncs++;
        }),
        work,
      ),
      /does not reach the disk/,
    );
  });
  it('refuses an engine that was not tried', () =>
    assert.rejects(
      selfTest(
        engine(19, 'on', () => {}),
        { syncs: 0 },
      ),
      /PostgreSQL 19/,
    ));
});
