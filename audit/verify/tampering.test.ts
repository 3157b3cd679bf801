import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { canonicalJson } from '../record/canonical-json.ts';
import { signCheckpoint } from '../tlog/checkpoint.ts';
import { entriesOf } from '../tlog/entry-bundle.ts';
import { framed, historyOf, LOG_SIGNER, ORIGIN, writeLedger } from '../tlog/ledger.fixture.ts';
import { noteSigner } from '../tlog/signed-note.ts';
import type { Finding } from './finding.ts';
import { ledgerFiles } from './ledger-files.ts';
import type { Report } from './report.ts';
import { exchange, sampleEntries } from './sample-entries.fixture.ts';
import { signedHead } from './signed-head.ts';
import { verifyLedger } from './verify-ledger.ts';

const SIZE = 1500;
const SIGNED = [0, 1, 256, 300, 700, 1024, 1300, SIZE];
const ENTRIES = sampleEntries(SIZE);
const forger = noteSigner(ORIGIN, Buffer.alloc(32, 66));

let work = '';
let notes: readonly string[] = [];

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-tamper-'));
  notes = await writeLedger(join(work, 'true'), { entries: ENTRIES, signings: SIGNED.map((size) => ({ size })) });
});
after(() => rm(work, { recursive: true, force: true }));

let copies = 0;

/** A copy of the ledger, changed by `change`, and what is said of it to someone who knows the key. */
async function verified(change: (folder: string) => Promise<unknown>, kept: readonly string[] = []): Promise<Report> {
  const folder = join(work, `copy-${copies++}`);
  await cp(join(work, 'true'), folder, { recursive: true });
  await change(folder);
  return verify(folder, kept);
}

function verify(folder: string, kept: readonly string[] = []): Report {
  const heads = kept.map((note) => signedHead(note, 'the kept checkpoint'));
  return verifyLedger(ledgerFiles(folder), { keys: [LOG_SIGNER.key], kept: heads }, () => undefined);
}

function first(report: Report, code: string): Finding {
  const finding = report.findings.find((candidate) => candidate.code === code);
  assert.ok(finding !== undefined, `no ${code} among ${JSON.stringify(report.findings, undefined, 1)}`);
  assert.equal(report.verdict, 'wrong');
  return finding;
}

async function rewriteBundle(folder: string, index: number, change: (entries: Buffer[]) => Buffer[]): Promise<void> {
  const path = join(folder, `tile/entries/00${index}`);
  const changed = change(entriesOf(await readFile(path)).map((entry) => Buffer.from(entry)));
  await writeFile(path, Buffer.concat(changed.flatMap(framed)));
}

async function swap(folder: string, a: string, b: string): Promise<void> {
  await rename(join(folder, a), join(folder, 'aside'));
  await rename(join(folder, b), join(folder, a));
  await rename(join(folder, 'aside'), join(folder, b));
}

const forged = Buffer.from(canonicalJson({ ...exchange(600), decision: 'refused' }));

/** Lays out the whole ledger anew, over other entries, as one does who has the folder but not the key. */
async function rebuilt(folder: string, entries: readonly (string | Buffer)[]): Promise<void> {
  await rm(join(folder, 'tile'), { recursive: true });
  const kept = ['checkpoint', 'checkpoints.jsonl', 'keys.txt'];
  const texts = await Promise.all(kept.map((name) => readFile(join(folder, name))));
  await writeLedger(folder, { entries, signings: [{ size: entries.length }] });
  await Promise.all(kept.map((name, at) => writeFile(join(folder, name), texts[at] ?? '')));
}

test('an untouched ledger is verified, wherever it is moved to', async () => {
  const report = await verified(async () => undefined);
  assert.deepEqual([report.verdict, report.findings], ['verified', []]);
  assert.equal(report.ledger?.entries, SIZE);
  assert.deepEqual(report.ledger.checkpoints, { checked: SIGNED.length + 1, signatureOnly: 0 });
});

test('an edited entry is found at its index', async () => {
  for (const index of [0, 255, 256, 600, 1499]) {
    const report = await verified(async (folder) => {
      const path = index >= 1280 ? 'tile/entries/005.p/220' : `tile/entries/00${Math.floor(index / 256)}`;
      const bytes = await readFile(join(folder, path));
      const entries = entriesOf(bytes).map((entry) => Buffer.from(entry));
      entries[index % 256] = forged;
      await writeFile(join(folder, path), Buffer.concat(entries.flatMap(framed)));
    });
    const { index: at, end } = first(report, 'entry-changed');
    assert.deepEqual([at, end], [index, index + 1]);
    assert.equal(report.counts['entry-changed'], 1);
  }
});

test('a deleted, an inserted and two reordered entries are found where they begin', async () => {
  const deleted = await verified((folder) => rewriteBundle(folder, 2, (all) => all.toSpliced(88, 1)));
  assert.equal(first(deleted, 'entry-changed').index, 600);
  assert.equal(first(deleted, 'bundle-torn').index, 512 + 255);
  const inserted = await verified((folder) => rewriteBundle(folder, 2, (all) => all.toSpliced(88, 0, forged)));
  assert.equal(first(inserted, 'entry-changed').index, 600);
  const reordered = await verified((folder) =>
    rewriteBundle(folder, 2, (all) => all.map((entry, at) => all[at === 88 ? 89 : at === 89 ? 88 : at] ?? entry)),
  );
  assert.deepEqual([first(reordered, 'entry-changed').index, first(reordered, 'entry-changed').end], [600, 602]);
});

test('an entry cut in two is found', async () => {
  const report = await verified(async (folder) => {
    const path = join(folder, 'tile/entries/002');
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 10));
  });
  assert.equal(first(report, 'bundle-torn').index, 767);
  assert.equal(first(report, 'entry-changed').index, 767);
});

test('missing files are found', async () => {
  const bundle = await verified((folder) => unlink(join(folder, 'tile/entries/003')));
  assert.deepEqual([first(bundle, 'bundle-missing').index, first(bundle, 'bundle-missing').end], [768, 1024]);
  const tile = await verified((folder) => unlink(join(folder, 'tile/0/003')));
  assert.equal(first(tile, 'tile-missing').index, 768);
  const both = await verified(async (folder) => {
    await unlink(join(folder, 'tile/entries/003'));
    await unlink(join(folder, 'tile/0/003'));
  });
  assert.equal(first(both, 'bundle-missing').index, 768);
  const edge = await verified((folder) => unlink(join(folder, 'tile/1/000.p/5')));
  assert.equal(first(edge, 'tile-missing').file, 'tile/1/000');
});

test('a changed tile is told from a changed entry', async () => {
  for (const [path, at, index] of [
    ['tile/0/002', 88, 600],
    ['tile/0/005.p/220', 3, 1283],
    ['tile/1/000.p/5', 2, 512],
  ] as const) {
    const report = await verified(async (folder) => {
      const bytes = await readFile(join(folder, path));
      bytes.writeUInt8(bytes.readUInt8(at * 32) ^ 1, at * 32);
      await writeFile(join(folder, path), bytes);
    });
    const finding = first(report, 'tile-changed');
    assert.deepEqual([finding.file, finding.index], [path, index]);
    assert.equal(report.counts['entry-changed'], undefined);
  }
});

test('a partial tile of an earlier size is compared, too', async () => {
  const report = await verified(async (folder) => {
    const tile = await readFile(join(folder, 'tile/0/002'));
    await cp(join(folder, 'tile/0/005.p'), join(folder, 'tile/0/002.p'), { recursive: true });
    await writeFile(join(folder, 'tile/0/002.p/188'), tile.subarray(0, 188 * 32));
  });
  // The folder that was copied brought a tile of another place.
  assert.equal(first(report, 'partial-tile-changed').file, 'tile/0/002.p/220');
  assert.equal(report.counts['partial-tile-changed'], 1);
});

test('swapped files are found', async () => {
  const bundles = await verified((folder) => swap(folder, 'tile/entries/001', 'tile/entries/003'));
  assert.deepEqual([first(bundles, 'entry-changed').index, first(bundles, 'entry-changed').end], [256, 512]);
  const tiles = await verified((folder) => swap(folder, 'tile/0/001', 'tile/0/003'));
  assert.deepEqual([first(tiles, 'tile-changed').index, tiles.counts['entry-changed']], [256, undefined]);
  const pairs = await verified(async (folder) => {
    await swap(folder, 'tile/entries/001', 'tile/entries/003');
    await swap(folder, 'tile/0/001', 'tile/0/003');
  });
  // The level above still says what stood there.
  assert.deepEqual([first(pairs, 'entry-changed').index, first(pairs, 'entry-changed').end], [256, 512]);
});

test('a log that was rebuilt around a change contradicts its checkpoints, which say where', async () => {
  const report = await verified((folder) => rebuilt(folder, ENTRIES.with(600, forged.toString())));
  const finding = first(report, 'checkpoint-inconsistent');
  assert.deepEqual([finding.index, finding.end], [300, 700]);
  assert.deepEqual([first(report, 'root-wrong').index, first(report, 'root-wrong').end], [300, 700]);
});

test('a truncated log is found', async () => {
  const cut = await verified((folder) => rebuilt(folder, ENTRIES.slice(0, 1400)));
  assert.equal(first(cut, 'bundle-torn').index, 1400);
  assert.equal(cut.counts['log-truncated'], undefined);
  const whole = await verified(async (folder) => {
    await rebuilt(folder, ENTRIES.slice(0, 1280));
  });
  assert.equal(first(whole, 'bundle-missing').index, 1280);
});

test('a log wound back to an older checkpoint contradicts its history, and a checkpoint that was kept', async () => {
  const back = async (folder: string): Promise<void> => {
    await writeFile(join(folder, 'checkpoint'), notes[5] ?? '');
  };
  const report = await verified(back);
  assert.equal(first(report, 'log-truncated').index, 1024);
  const withHistory = async (folder: string): Promise<void> => {
    await rm(folder, { recursive: true });
    await writeLedger(folder, {
      entries: ENTRIES.slice(0, 1024),
      signings: SIGNED.slice(0, 6).map((size) => ({ size })),
    });
  };
  assert.equal((await verified(withHistory)).verdict, 'verified');
  const kept = await verified(withHistory, notes.slice(-1));
  const { index, end } = first(kept, 'log-truncated');
  assert.deepEqual([index, end], [1024, SIZE]);
});

test('a fork by the holder of the key contradicts what others kept', async () => {
  const fork = async (folder: string): Promise<void> => {
    await rm(folder, { recursive: true });
    const entries = ENTRIES.with(1100, canonicalJson({ ...exchange(1100), decision: 'refused' }));
    await writeLedger(folder, { entries, signings: SIGNED.map((size) => ({ size })) });
  };
  assert.equal((await verified(fork)).verdict, 'verified');
  const report = await verified(fork, notes.slice(-3));
  const { index, end } = first(report, 'checkpoint-inconsistent');
  assert.deepEqual([index, end], [1024, 1300]);
});

test('swapped, edited and foreign checkpoints are found', async () => {
  const swapped = await verified(async (folder) => {
    const list = notes.with(4, notes[5] ?? '').with(5, notes[4] ?? '');
    await writeFile(join(folder, 'checkpoints.jsonl'), historyOf(list));
  });
  assert.equal(first(swapped, 'history-wound-back').index, 700);
  const edited = await verified(async (folder) => {
    await writeFile(
      join(folder, 'checkpoints.jsonl'),
      historyOf(notes.with(4, (notes[4] ?? '').replace('\n700\n', '\n701\n'))),
    );
  });
  assert.ok(first(edited, 'checkpoint-unsigned').message.includes('size 701'));
  const resigned = await verified(async (folder) => {
    const note = signCheckpoint({ origin: ORIGIN, size: 700, root: Buffer.alloc(32, 5) }, [LOG_SIGNER]);
    await writeFile(join(folder, 'checkpoints.jsonl'), historyOf(notes.with(4, note)));
  });
  assert.deepEqual(
    [first(resigned, 'checkpoint-inconsistent').index, first(resigned, 'checkpoint-inconsistent').end],
    [300, 700],
  );
  const foreign = await verified(async (folder) => {
    const note = signCheckpoint({ origin: 'other.example', size: 700, root: Buffer.alloc(32, 5) }, [LOG_SIGNER]);
    await writeFile(join(folder, 'checkpoints.jsonl'), historyOf(notes.with(4, note)));
  });
  first(foreign, 'origin-foreign');
  const garbage = await verified((folder) =>
    writeFile(join(folder, 'checkpoints.jsonl'), 'garbage\n{"time":"","note":""}\n'),
  );
  assert.equal(garbage.counts['history-unreadable'], 2);
});

test('replaced keys are found by who knows the true one', async () => {
  const replaced = async (folder: string): Promise<void> => {
    await rm(folder, { recursive: true });
    const signings = SIGNED.map((size) => ({ size, signers: [forger] }));
    await writeLedger(folder, { entries: ENTRIES.with(600, forged.toString()), signings, keys: [forger.verifierKey] });
  };
  first(await verified(replaced), 'key-untrusted');
  const folder = join(work, 'forged');
  await writeLedger(folder, {
    entries: ENTRIES,
    signings: [{ size: SIZE, signers: [forger] }],
    keys: [forger.verifierKey],
  });
  const unaware = verifyLedger(ledgerFiles(folder), { keys: [], kept: [] }, () => undefined);
  assert.equal(unaware.verdict, 'verified');
  assert.equal(unaware.trust.keys, 'found');
  assert.ok(unaware.unknown.some((line) => line.includes('whose keys they are')));
});

test('one checkpoint signed by another key stands out', async () => {
  const report = await verified(async (folder) => {
    const { root } = signedHead(notes[4] ?? '', '');
    const note = signCheckpoint({ origin: ORIGIN, size: 700, root }, [forger]);
    await writeFile(join(folder, 'checkpoints.jsonl'), historyOf(notes.with(4, note)));
    await writeFile(join(folder, 'keys.txt'), `${LOG_SIGNER.verifierKey}\n${forger.verifierKey}\n`);
  });
  assert.ok(first(report, 'checkpoint-unsigned').message.includes('size 700'));
});
