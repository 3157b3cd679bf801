import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Manifest, manifestText, signedManifestText } from '../export/manifest.ts';
import { writeExport } from '../export/write-export.ts';
import { LOG_SIGNER, ORIGIN, writeLedger } from '../tlog/ledger.fixture.ts';
import { type NoteSigner, noteSigner } from '../tlog/signed-note.ts';
import { unpackedFiles, wholeFile } from './archive-files.ts';
import type { Report } from './report.ts';
import { sampleEntries } from './sample-entries.fixture.ts';
import { UnreadableError } from './signed-head.ts';
import { verifyExport } from './verify-export.ts';
import { zipFiles } from './zip-files.ts';

const SOME = [4, 5, 700, 1500, 1501];
const forger = noteSigner(ORIGIN, Buffer.alloc(32, 66));

let work = '';
let archive = '';
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-forged-'));
  await writeLedger(join(work, 'audit'), { entries: sampleEntries(2000) });
  archive = join(work, 'export.zip');
  await writeExport({
    folder: join(work, 'audit'),
    rows: rows(),
    question: '{}',
    formats: ['csv', 'jsonl', 'ocsf'],
    out: archive,
    signer: LOG_SIGNER,
    software: '1',
    now: new Date('2026-11-03T00:00:00.000Z'),
    record: () => Promise.resolve(),
  });
  await mkdir(join(work, 'true'));
  const files = zipFiles(archive);
  for (const name of files.sizes.keys())
    await writeFile(join(work, 'true', name), (await wholeFile(files, name, 1 << 26)) ?? '');
});
after(() => rm(work, { recursive: true, force: true }));

async function* rows(): AsyncGenerator<{ index: number }> {
  for (const index of SOME) yield { index };
}

let copies = 0;

async function codes(change: (folder: string) => Promise<unknown>): Promise<string[]> {
  const folder = join(work, `copy-${copies++}`);
  await cp(join(work, 'true'), folder, { recursive: true });
  await change(folder);
  const report: Report = await verifyExport(
    unpackedFiles(folder),
    { keys: [LOG_SIGNER.key], kept: [] },
    () => undefined,
  );
  const found = report.findings.filter(({ severity }) => severity === 'wrong').map(({ code }) => code);
  assert.equal(report.verdict, found.length === 0 ? 'verified' : 'wrong');
  return [...new Set(found)].sort();
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text);
  await writeFile(path, changed);
}

/** Makes the manifest fit the files again, signed by whoever. */
async function remade(
  folder: string,
  signer: NoteSigner,
  change = (manifest: Manifest): Manifest => manifest,
): Promise<void> {
  const manifest = change(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest);
  const files = await Promise.all(
    manifest.files.map(async ({ name }) => {
      const bytes = await readFile(join(folder, name));
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
  const text = manifestText({ ...manifest, files });
  await writeFile(join(folder, 'manifest.json'), text);
  const signed = signedManifestText(createHash('sha256').update(text).digest('hex'));
  await writeFile(join(folder, 'manifest.note'), `${signed}\n${signer.signatureLine(signed)}`);
}

test('an untouched export is verified', async () => {
  assert.deepEqual(await codes(async () => undefined), []);
});

test('every changed file is found', async () => {
  for (const name of ['rows.csv', 'rows.jsonl', 'rows.ocsf.jsonl']) {
    const found = await codes((folder) => edit(join(folder, name), (text) => text.replace('salesforce', 'somebody')));
    assert.deepEqual(found, ['file-changed', 'rows-wrong']);
  }
  assert.deepEqual(await codes((folder) => edit(join(folder, 'README.txt'), (text) => `${text} `)), ['file-changed']);
  assert.deepEqual(await codes((folder) => edit(join(folder, 'verify.mjs'), (text) => `${text} `)), ['file-changed']);
  assert.deepEqual(await codes((folder) => unlink(join(folder, 'rows.csv'))), ['file-missing']);
  assert.deepEqual(await codes((folder) => writeFile(join(folder, 'more.csv'), 'x')), ['file-unlisted']);
});

test('even who holds the key cannot let the rows lie', async () => {
  const lie = async (folder: string): Promise<void> => {
    await edit(join(folder, 'rows.csv'), (text) => text.replace('salesforce', 'somebody'));
    await remade(folder, LOG_SIGNER);
  };
  assert.deepEqual(await codes(lie), ['rows-wrong']);
});

test('entries that were changed, taken out, added or moved do not come to the root', async () => {
  const changes: readonly ((text: string) => string)[] = [
    (text) => text.replace('salesforce', 'somebody'),
    (text) => text.replace(/\{"index":700,.*\n/, ''),
    (text) => text.replace(/(\{"index":)700(,.*\n)/, '$1700$2$1701$2'),
    (text) => text.replace('"index":700', '"index":701'),
    (text) => text.replace(/(\{"index":1500,)(.*)\n(\{"index":1501,)(.*)\n/, '$1$4\n$3$2\n'),
  ];
  for (const change of changes) {
    const found = await codes(async (folder) => {
      await edit(join(folder, 'entries.jsonl'), change);
      await remade(folder, LOG_SIGNER);
    });
    assert.ok(found.includes('root-wrong') || found.includes('proof-malformed'), `${change}: ${found}`);
  }
  const hashes = await codes(async (folder) => {
    const bytes = await readFile(join(folder, 'proof.bin'));
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await writeFile(join(folder, 'proof.bin'), bytes);
    await remade(folder, LOG_SIGNER);
  });
  assert.deepEqual(hashes, ['root-wrong']);
  for (const size of [32, -32, 5]) {
    const found = await codes(async (folder) => {
      const bytes = await readFile(join(folder, 'proof.bin'));
      await writeFile(
        join(folder, 'proof.bin'),
        size < 0 ? bytes.subarray(0, size) : Buffer.concat([bytes, Buffer.alloc(size)]),
      );
      await remade(folder, LOG_SIGNER);
    });
    assert.deepEqual(found, ['proof-malformed']);
  }
});

test('a row that is hidden among the supporting entries is missed', async () => {
  const found = await codes(async (folder) => {
    await edit(join(folder, 'entries.jsonl'), (text) => text.replace('{"index":700,', '{"index":700,"support":true,'));
    await remade(folder, LOG_SIGNER);
  });
  assert.deepEqual(found, ['count-wrong', 'rows-wrong']);
});

test('a definition that is not there is missed', async () => {
  const found = await codes(async (folder) => {
    await edit(join(folder, 'entries.jsonl'), (text) => text.replace(/\{"index":1001,.*\n/, ''));
    await remade(folder, LOG_SIGNER);
  });
  assert.ok(found.includes('id-undefined'));
});

test('another manifest, key or checkpoint is found', async () => {
  const renamed = (manifest: Manifest): Manifest => ({ ...manifest, question: '{"consumer":"other"}' });
  assert.deepEqual(
    await codes(async (folder) => {
      const text = manifestText(renamed(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest));
      await writeFile(join(folder, 'manifest.json'), text);
    }),
    ['manifest-changed'],
  );
  assert.deepEqual(await codes((folder) => remade(folder, forger, renamed)), ['manifest-unsigned']);
  const swapped = await codes(async (folder) => {
    await writeLedger(join(work, 'other'), {
      entries: sampleEntries(1800),
      signings: [{ size: 1800, signers: [forger] }],
    });
    await writeFile(join(folder, 'checkpoint'), await readFile(join(work, 'other/checkpoint')));
    await writeFile(join(folder, 'keys.txt'), `${forger.verifierKey}\n`);
    await remade(folder, forger);
  });
  assert.ok(swapped.includes('checkpoint-foreign') && swapped.includes('key-untrusted'));
});

test('an archive that was cut, padded or changed inside is not read as if it were whole', async () => {
  const bytes = await readFile(archive);
  const reading = async (changed: Buffer): Promise<Report> => {
    const path = join(work, `changed-${copies++}.zip`);
    await writeFile(path, changed);
    return verifyExport(zipFiles(path), { keys: [LOG_SIGNER.key], kept: [] }, () => undefined);
  };
  assert.equal((await reading(bytes)).verdict, 'verified');
  for (const changed of [
    bytes.subarray(0, -1),
    bytes.subarray(0, bytes.length / 2),
    Buffer.concat([bytes, Buffer.of(0)]),
    Buffer.concat([Buffer.of(0), bytes]),
    Buffer.alloc(0),
    Buffer.from('PK'),
    Buffer.from(bytes.toString('latin1').replaceAll('rows.csv', '../a.csv'), 'latin1'),
    Buffer.from(bytes.toString('latin1').replaceAll('rows.csv', 'keys.txt'), 'latin1'),
  ]) {
    await assert.rejects(reading(changed), UnreadableError);
  }
  let accepted = 0;
  let tried = 0;
  for (let at = 7; at < bytes.length; at += 211) {
    tried++;
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
    try {
      // A time or a mode in a header may differ: never a content.
      if ((await reading(changed)).verdict === 'verified') accepted++;
    } catch (error) {
      assert.ok(error instanceof UnreadableError, String(error));
    }
  }
  assert.ok(accepted < tried / 10, `${accepted} of ${tried} changed archives were verified`);
});
