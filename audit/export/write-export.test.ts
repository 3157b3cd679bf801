import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AccessEntry } from '../entry.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { LOG_SIGNER, writeLedger } from '../tlog/ledger.fixture.ts';
import { type ArchiveFiles, wholeFile } from '../verify/archive-files.ts';
import type { Report } from '../verify/report.ts';
import { exchange, sampleEntries, timeOf } from '../verify/sample-entries.fixture.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { zipFiles } from '../verify/zip-files.ts';
import { csvLine } from './csv-line.ts';
import { EXPORT_FORMATS } from './export-files.ts';
import { OCSF_API_ACTIVITY } from './ocsf-api-activity.fixture.ts';
import { type Exported, type ExportPlan, writeExport } from './write-export.ts';

const GAP = { type: 'gap', time: timeOf(1200), cause: 'overload', lost: 3 };
const ENTRIES = sampleEntries(3000)
  .with(1200, canonicalJson(GAP))
  .with(
    1201,
    canonicalJson({
      ...exchange(1201),
      decision: 'refused',
      code: 'field-hidden',
      reason: '=cmd(), "quoted"',
      status: 403,
    }),
  );

const NO_LISTS = { verdicts: [], returned: [], masked: [], refused: [], written: [], ignored: [], notes: [] };

let work = '';
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-export-'));
  await writeLedger(join(work, 'audit'), { entries: ENTRIES, signings: [{ size: 2900 }] });
});
after(() => rm(work, { recursive: true, force: true }));

let count = 0;

async function exported(indices: readonly number[], plan: Partial<ExportPlan> = {}) {
  const out = plan.out ?? join(work, `export-${count++}.zip`);
  const records: Exported[] = [];
  const result = await writeExport({
    folder: join(work, 'audit'),
    rows: rowsOf(indices),
    question: '{"consumer":"salesforce-crm"}',
    formats: EXPORT_FORMATS,
    out,
    signer: LOG_SIGNER,
    software: '1.2.3',
    now: new Date('2026-11-03T00:00:00.000Z'),
    record: (one) => {
      records.push(one);
      return Promise.resolve();
    },
    ...plan,
  });
  return { out, result, records };
}

async function* rowsOf(indices: readonly number[]): AsyncGenerator<{ index: number }> {
  for (const index of indices) yield { index };
}

function verified(files: ArchiveFiles): Promise<Report> {
  return verifyExport(files, { keys: [LOG_SIGNER.key], kept: [] }, () => undefined);
}

const SOME = [4, 5, 6, 700, 1200, 1201, 1999, 2004, 2899];

test('an export is verified by what travels in it alone', async () => {
  const { out, result, records } = await exported(SOME);
  assert.deepEqual(records, [result]);
  assert.equal(result.rows, SOME.length);
  const report = await verified(zipFiles(out));
  assert.deepEqual([report.verdict, report.findings], ['verified', []]);
  // Each of the three epochs with its three definitions.
  assert.deepEqual([report.export?.rows, report.export?.entries], [SOME.length, SOME.length + 12]);
  const folder = join(work, 'unpacked');
  await mkdir(folder);
  const files = zipFiles(out);
  for (const name of files.sizes.keys())
    await writeFile(join(folder, name), (await wholeFile(files, name, 1 << 26)) ?? '');
  for (const words of [[], [out], [folder, '--key', LOG_SIGNER.verifierKey]]) {
    const said = spawnSync(process.execPath, [join(folder, 'verify.mjs'), ...words], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    assert.equal(said.status, 0, said.stdout + said.stderr);
    assert.match(said.stdout, /^VERIFIED/);
  }
});

test('exports of everything, of one row and of none are verified', async () => {
  const all = ENTRIES.slice(0, 2900).flatMap((entry, index) => (entry.includes('"type":"define"') ? [] : [index]));
  for (const indices of [all, [2899], []]) {
    const { out, result } = await exported(indices);
    const report = await verified(zipFiles(out));
    assert.deepEqual([report.verdict, report.findings, result.rows], ['verified', [], indices.length]);
  }
});

test('what is not under the checkpoint yet is left for the next export', async () => {
  const { result } = await exported([2898, 2899, 2950]);
  assert.equal(result.rows, 2);
});

test('rows out of order, definitions as rows, and an export that cannot be recorded leave nothing behind', async () => {
  const before = (await readdir(work)).sort();
  await assert.rejects(exported([6, 5]), /order of the log/);
  await assert.rejects(exported([2]), /no row/);
  await assert.rejects(exported(SOME, { record: () => Promise.reject(new Error('the disk is full')) }), /disk is full/);
  assert.deepEqual((await readdir(work)).sort(), before);
});

test('rows are readable: CSV without formulas, JSON with lists', async () => {
  const { out } = await exported(SOME);
  const files = zipFiles(out);
  const csv = (await wholeFile(files, 'rows.csv', 1 << 20))?.toString() ?? '';
  const lines = csv.split('\r\n');
  assert.equal(lines.length, SOME.length + 2);
  assert.ok(lines[0]?.startsWith('index,time,type,consumer,'));
  assert.ok(lines[6]?.includes(`"'=cmd(), ""quoted"""`), lines[6]);
  assert.ok(lines[1]?.includes('Customer.name;Customer.city;Customer.phone'));
  const json = ((await wholeFile(files, 'rows.jsonl', 1 << 20))?.toString() ?? '').trim().split('\n');
  const rows = json.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    rows.map(({ index }) => index),
    SOME,
  );
  assert.deepEqual(rows[0]?.returned, ['Customer.name', 'Customer.city', 'Customer.phone']);
  assert.equal(rows[4]?.details, canonicalJson(GAP));
});

test('no text of a table is taken for a formula', () => {
  for (const text of ['=1', '+1', '-1', '@a', '\ta', '\ra']) {
    const line = csvLine({
      index: 1,
      entry: { ...(exchange(1) as AccessEntry), reason: text },
      lists: NO_LISTS,
      missing: [],
    });
    assert.ok(line.includes(`'${text}`), line);
  }
});

test('every line is an OCSF event of API Activity', async () => {
  const { out } = await exported(SOME);
  const lines = ((await wholeFile(zipFiles(out), 'rows.ocsf.jsonl', 1 << 20))?.toString() ?? '').trim().split('\n');
  const validate = new Ajv2020({ strict: false }).compile(OCSF_API_ACTIVITY);
  assert.equal(lines.length, SOME.length);
  for (const line of lines) {
    const event = JSON.parse(line) as Record<string, unknown>;
    assert.ok(validate(event), JSON.stringify(validate.errors));
    assert.equal(event.type_uid, Number(event.class_uid) * 100 + Number(event.activity_id));
  }
});

test('another program reads the Parquet file as the same rows', async () => {
  const { out } = await exported(SOME);
  const path = join(work, 'rows.parquet');
  await writeFile(path, (await wholeFile(zipFiles(out), 'rows.parquet', 1 << 20)) ?? '');
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const reader = await connection.runAndReadAll(
    `SELECT "index", epoch_ms("time") AS at, consumer, list_sort(returned) AS returned, len(handles) AS handles, ms, details FROM read_parquet('${path}') ORDER BY "index"`,
  );
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  database.closeSync();
  assert.deepEqual(
    rows.map((row) => Number(row.index)),
    SOME,
  );
  assert.equal(Number(rows[0]?.at), Date.parse(timeOf(4)));
  assert.deepEqual(rows[0]?.returned, ['Customer.city', 'Customer.name', 'Customer.phone']);
  assert.deepEqual([rows[0]?.consumer, rows[0]?.ms, rows[0]?.details], ['salesforce-crm', 3.5, null]);
  assert.equal(Number(rows[0]?.handles), 2);
  assert.equal(rows[4]?.details, canonicalJson(GAP));
});
