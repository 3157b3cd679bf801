import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openFolderReader } from '../tiles/folder-reader.ts';
import { signCheckpoint } from '../tlog/checkpoint.ts';
import { consistencyProof } from '../tlog/consistency-proof.ts';
import { cosignatures, cosigner } from '../tlog/cosignature.ts';
import { LOG_SIGNER, ORIGIN, writeLedger } from '../tlog/ledger.fixture.ts';
import { EMPTY_ROOT } from '../tlog/merkle-hash.ts';
import { parsePolicy } from '../tlog/policy.ts';
import { noteSigner, parseNote } from '../tlog/signed-note.ts';
import { PlainTree } from '../tlog/tree.fixture.ts';
import { ledgerFiles } from '../verify/ledger-files.ts';
import { sampleEntries } from '../verify/sample-entries.fixture.ts';
import { verifyLedger } from '../verify/verify-ledger.ts';
import { formatAddCheckpoint } from './add-checkpoint.ts';
import { cosign } from './cosign.ts';
import { Witness, type WitnessAnswer } from './witness.ts';
import { witnessServer } from './witness-server.ts';
import { originHash, WitnessState } from './witness-state.ts';

const ENTRIES = sampleEntries(700);
const tree = new PlainTree(ENTRIES.map((entry) => Buffer.from(entry)));
const key = cosigner('witness.example/w1', Buffer.alloc(32, 7));
const other = noteSigner(ORIGIN, Buffer.alloc(32, 8));
const NOW = 1793620800;

let work = '';
let count = 0;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-witness-'));
});
after(() => rm(work, { recursive: true, force: true }));

function witness(folder = join(work, `state-${count++}`)): Witness {
  return new Witness([LOG_SIGNER.key], key, new WitnessState(folder), () => NOW);
}

function note(size: number, root = size === 0 ? EMPTY_ROOT : tree.root(size), signers = [LOG_SIGNER]): string {
  return signCheckpoint({ origin: ORIGIN, size, root }, signers);
}

async function body(
  old: number,
  size: number,
  changes: { note?: string; proof?: readonly Buffer[] } = {},
): Promise<string> {
  const proof = changes.proof ?? (await consistencyProof(tree.subtree, old, size));
  return formatAddCheckpoint({ old, proof, note: changes.note ?? note(size) });
}

function status({ status: code }: WitnessAnswer): number {
  return code;
}

test('a log that grows is cosigned, each time from where it was', async () => {
  const one = witness();
  for (const [old, size] of [
    [0, 0],
    [0, 5],
    [5, 5],
    [5, 300],
    [300, 700],
  ] as const) {
    const answer = one.addCheckpoint(await body(old, size));
    assert.equal(answer.status, 200, answer.body);
    const { by } = cosignatures(parseNote(`${note(size)}${answer.body}`), [key.key]);
    assert.deepEqual(
      by.map(({ seconds }) => seconds),
      [NOW],
    );
  }
  const kept = parseNote(one.latest(originHash(ORIGIN)) ?? '');
  assert.deepEqual(
    kept.signatures.map(({ name }) => name),
    [ORIGIN, 'witness.example/w1'],
  );
  assert.equal(one.latest(originHash('other')), undefined);
});

test('refusals are those of the protocol', async () => {
  const one = witness();
  assert.equal(status(one.addCheckpoint(await body(0, 300))), 200);
  const foreign = signCheckpoint({ origin: 'other.example', size: 400, root: tree.root(400) }, [LOG_SIGNER]);
  assert.equal(status(one.addCheckpoint(await body(300, 400, { note: foreign }))), 404);
  assert.equal(status(one.addCheckpoint(await body(300, 400, { note: note(400, tree.root(400), [other]) }))), 403);
  const spoiled = note(400).replace(/.{12}=\n$/, 'AAAAAAAAAAAA=\n');
  assert.equal(status(one.addCheckpoint(await body(300, 400, { note: spoiled }))), 403);
  assert.equal(status(one.addCheckpoint(await body(0, 200, { note: note(200) }))), 409);
  assert.equal(status(one.addCheckpoint(formatAddCheckpoint({ old: 301, proof: [], note: note(300) }))), 400);
  const conflict = one.addCheckpoint(await body(0, 400));
  assert.deepEqual(conflict, { status: 409, body: '300\n', type: 'text/x.tlog.size' });
  assert.equal(status(one.addCheckpoint(await body(300, 400, { proof: [] }))), 422);
  assert.equal(status(one.addCheckpoint(await body(300, 300, { note: note(300, tree.root(299)) }))), 422);
  assert.equal(status(one.addCheckpoint(await body(300, 300, { proof: [EMPTY_ROOT] }))), 422);
  assert.equal(status(witness().addCheckpoint(await body(0, 5, { proof: [EMPTY_ROOT] }))), 422);
  assert.equal(status(witness().addCheckpoint(await body(0, 0, { note: note(0, tree.root(1)) }))), 422);
  const good = await body(300, 400);
  const hash = EMPTY_ROOT.toString('base64');
  for (const malformed of [
    '',
    'old 300',
    good.replace('old ', 'size '),
    good.replace('old 300', 'old 0300'),
    good.replace('old 300\n', 'old 300\nAAAA\n'),
    good.replace('old 300\n', `old 300\n${`${hash}\n`.repeat(64)}`),
    good.slice(0, -1),
  ]) {
    assert.equal(status(one.addCheckpoint(malformed)), 400, malformed.slice(0, 40));
  }
  assert.equal(status(one.addCheckpoint(good)), 200);
});

test('what was cosigned is remembered by the next process', async () => {
  const folder = join(work, 'kept');
  assert.equal(status(witness(folder).addCheckpoint(await body(0, 300))), 200);
  assert.equal(witness(folder).addCheckpoint(await body(0, 400)).body, '300\n');
  await writeFile(join(folder, originHash(ORIGIN)), 'garbage');
  assert.throws(() => witness(folder).addCheckpoint(formatAddCheckpoint({ old: 0, proof: [], note: note(400) })));
});

async function served(run: (url: string, server: Server) => Promise<void>, one = witness()): Promise<void> {
  const server = witnessServer(one, () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function ledger(entries: readonly string[]) {
  const folder = join(work, `ledger-${count++}`);
  await writeLedger(folder, { entries });
  return { folder, reader: await openFolderReader(folder) };
}

test('a ledger has its checkpoint cosigned, and the verifier knows', async () => {
  await served(async (url) => {
    const early = await ledger(ENTRIES.slice(0, 300));
    assert.equal((await cosign({ ...early, url, key: key.key })).size, 300);
    // This copy does not know what the witness has seen: the witness says it.
    const late = await ledger(ENTRIES);
    const said = await cosign({ ...late, url: `${url}/`, key: key.key });
    assert.deepEqual([said.size, said.time.getTime()], [700, NOW * 1000]);
    assert.equal((await cosign({ ...late, url, key: key.key })).size, 700);
    const policy = parsePolicy(Buffer.from(`log ${LOG_SIGNER.verifierKey}\nwitness W ${key.verifierKey}\nquorum W\n`));
    const report = verifyLedger(ledgerFiles(late.folder), { keys: [], kept: [], policy }, () => undefined);
    assert.deepEqual([report.verdict, report.findings, report.trust.witnesses[0]?.size], ['verified', [], 700]);
    const monitor = await fetch(`${url}/${originHash(ORIGIN)}/checkpoint`);
    assert.equal(await monitor.text(), await readFile(join(late.folder, said.file), 'utf8'));
  });
});

test('a ledger that was changed, wound back or is not signed as it should be is not cosigned', async () => {
  await served(async (url) => {
    const plan = { ...(await ledger(ENTRIES.slice(0, 600))), url, key: key.key };
    await cosign(plan);
    const forked = await ledger(ENTRIES.with(100, '{}'));
    await assert.rejects(cosign({ ...forked, url, key: key.key }), /other entries/);
    const back = await ledger(ENTRIES.slice(0, 500));
    await assert.rejects(cosign({ ...back, url, key: key.key }), /wound back/);
    await assert.rejects(
      cosign({ ...plan, key: cosigner('witness.example/w1', Buffer.alloc(32, 9)).key }),
      /not signed by its key/,
    );
    await assert.rejects(cosign({ ...plan, url: `${url}/nowhere` }), /refused, 404/);
  });
});

test('the server answers nothing but the protocol, and reads no more than it must', async () => {
  await served(async (url) => {
    const asked = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(`${url}${path}`, init)).status;
    assert.equal(await asked('/'), 404);
    assert.equal(await asked('/add-checkpoint'), 405);
    assert.equal(await asked('/add-checkpoint', { method: 'POST', body: 'x' }), 400);
    assert.equal(await asked('/add-checkpoint', { method: 'POST', body: 'x'.repeat(300_000) }), 413);
    assert.equal(await asked(`/${'0'.repeat(64)}/checkpoint`), 404);
    assert.equal(await asked('/../add-checkpoint', { method: 'POST', body: '' }), 400);
    const conflict = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: await body(5, 300) });
    assert.deepEqual(
      [conflict.status, conflict.headers.get('content-type'), await conflict.text()],
      [409, 'text/x.tlog.size', '0\n'],
    );
  });
});

test('a checkpoint that cannot be kept is not cosigned', async () => {
  const folder = join(work, 'full');
  const one = witness(folder);
  await rm(folder, { recursive: true });
  await served(async (url) => {
    const said = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: await body(0, 5) });
    assert.equal(said.status, 500);
    assert.doesNotMatch(await said.text(), /witness\.example/);
  }, one);
});
