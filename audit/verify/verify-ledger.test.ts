import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { batchHeader } from '../journal/batch.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import { cosigner } from '../tlog/cosignature.ts';
import { framed, type LedgerPlan, LOG_SIGNER, ORIGIN, writeLedger } from '../tlog/ledger.fixture.ts';
import { parsePolicy } from '../tlog/policy.ts';
import { type NoteKey, noteSigner } from '../tlog/signed-note.ts';
import { ledgerFiles } from './ledger-files.ts';
import type { Report } from './report.ts';
import { definedId, exchange, sampleEntries, timeOf } from './sample-entries.fixture.ts';
import { signedHead, UnreadableError } from './signed-head.ts';
import type { TrustInput } from './trust.ts';
import { verifyLedger } from './verify-ledger.ts';

let work = '';
let count = 0;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'portcullis-verify-'));
});
after(() => rm(work, { recursive: true, force: true }));

const next = noteSigner(ORIGIN, Buffer.alloc(32, 2));

async function laidOut(plan: LedgerPlan): Promise<string> {
  const folder = join(work, `ledger-${count++}`);
  await writeLedger(folder, plan);
  return folder;
}

function verify(folder: string, input: Partial<TrustInput> = {}): Report {
  return verifyLedger(ledgerFiles(folder), { keys: [LOG_SIGNER.key], kept: [], ...input }, () => undefined);
}

async function verified(entries: readonly (string | Buffer)[]): Promise<Report> {
  return verify(await laidOut({ entries }));
}

/** Samples with others in place of the last. */
function ending(...others: readonly object[]): string[] {
  return [...sampleEntries(20), ...others.map(canonicalJson)];
}

function codes(report: Report): string[] {
  return report.findings.map(({ code, index }) => `${code} ${index ?? ''}`.trim());
}

test('a pruned log is verified by what is left of it', async () => {
  for (const [size, minimum] of [
    [2600, 1000],
    [2560, 2000],
    [700, 0],
  ] as const) {
    const prune = { type: 'prune', time: timeOf(size), actor: 'retention', minimum, before: timeOf(minimum) };
    const entries = [...sampleEntries(size - 1), canonicalJson(prune)];
    const signings = [{ size: 100 }, { size: Math.min(900, size) }, { size: Math.max(minimum, 300) }, { size }].sort(
      (a, b) => a.size - b.size,
    );
    const folder = await laidOut({ entries, minimum, signings });
    const report = verify(folder);
    assert.deepEqual([report.verdict, codes(report)], ['verified', []]);
    const start = minimum - (minimum % 256);
    assert.equal(report.ledger?.entries, size - start);
    assert.equal(report.ledger.checkpoints.signatureOnly, signings.filter((signing) => signing.size < start).length);
  }
});

test('what was pruned in silence is found', async () => {
  const report = verify(await laidOut({ entries: sampleEntries(2600), minimum: 1000 }));
  assert.deepEqual(codes(report), ['prune-unannounced 0']);
});

test('the tiles that stand for pruned entries cannot be changed', async () => {
  const prune = { type: 'prune', time: timeOf(2600), actor: 'a', minimum: 1000, before: timeOf(1000) };
  const folder = await laidOut({ entries: [...sampleEntries(2600), canonicalJson(prune)], minimum: 1000 });
  await writeFile(join(folder, 'tile/1/000.p/10'), Buffer.alloc(320, 1));
  const report = verify(folder);
  assert.equal(report.verdict, 'wrong');
  assert.ok(codes(report).some((code) => code.startsWith('root-wrong')));
  await rm(join(folder, 'tile/1'), { recursive: true });
  assert.ok(codes(verify(folder)).includes('tile-missing 0'));
});

function rotation(index: number, from = LOG_SIGNER.verifierKey, to = next.verifierKey): object {
  return { type: 'key-rotation', time: timeOf(index), of: 'log', from, to };
}

const ROTATED = [...sampleEntries(300), canonicalJson(rotation(300)), ...sampleEntries(1400).slice(1000, 1400)];
const keys = [LOG_SIGNER.verifierKey, next.verifierKey];
const both = [LOG_SIGNER, next];

test('a rotated key is trusted by the old one, and the other way round', async () => {
  const signings = [{ size: 200 }, { size: 301, signers: both }, { size: 701, signers: [next] }];
  const folder = await laidOut({ entries: ROTATED, keys, signings });
  for (const key of [LOG_SIGNER.key, next.key]) {
    const report = verify(folder, { keys: [key] });
    assert.deepEqual([report.verdict, codes(report)], ['verified', []]);
    assert.deepEqual(report.trust.chain, keys);
  }
  const stranger = verify(folder, { keys: [noteSigner(ORIGIN, Buffer.alloc(32, 9)).key] });
  assert.deepEqual(codes(stranger), ['key-untrusted']);
});

test('a rotation that is on record twice is one', async () => {
  const again = (at: number): string[] => ROTATED.with(at, canonicalJson(rotation(at)));
  for (const [at, size] of [
    [305, 301],
    [305, 306],
  ] as const) {
    const signings = [{ size: 200 }, { size, signers: both }, { size: 701, signers: [next] }];
    const report = verify(await laidOut({ entries: again(at), keys, signings }));
    assert.deepEqual([report.verdict, codes(report).filter((code) => code.startsWith('rotation'))], ['verified', []]);
  }
});

test('a key that is not handed over as it should be is not trusted', async () => {
  const cases: readonly [LedgerPlan['signings'] & object, string[], NoteKey][] = [
    [[{ size: 200 }, { size: 701, signers: [next] }], ['rotation-wrong 300', 'checkpoint-unsigned'], LOG_SIGNER.key],
    [[{ size: 200 }, { size: 701 }], ['rotation-wrong 300'], LOG_SIGNER.key],
    [
      [{ size: 200 }, { size: 301, signers: both }, { size: 701 }],
      ['checkpoint-unsigned', 'checkpoint-unsigned'],
      LOG_SIGNER.key,
    ],
    [
      [
        { size: 200, signers: [next] },
        { size: 301, signers: both },
      ],
      ['rotation-wrong 300'],
      next.key,
    ],
  ];
  for (const [signings, expected, key] of cases) {
    const entries = signings.at(-1)?.size === 301 ? ROTATED.slice(0, 301) : ROTATED;
    const report = verify(await laidOut({ entries, keys, signings }), { keys: [key] });
    const found = codes(report).filter((code) => code !== 'key-untrusted');
    assert.deepEqual([...new Set(found)], [...new Set(expected)]);
    assert.equal(report.verdict, 'wrong');
  }
});

test('an entry that is not canonical is found, though it is signed', async () => {
  const report = await verified([
    ...sampleEntries(20),
    '{"type": "gap"}',
    'text',
    Buffer.of(0x22, 0xff, 0x22),
    '[]',
    '',
  ]);
  assert.deepEqual(
    codes(report),
    [20, 21, 22, 23, 24].map((index) => `entry-not-canonical ${index}`),
  );
});

test('ids are held against what they stand for, in their epoch', async () => {
  const list = ['Customer.name'];
  const report = await verified(
    ending(
      { type: 'define', id: 'AAAAAAAAAAAAAAAAAAAAAA', list },
      { type: 'define', id: definedId(list), list },
      { ...exchange(22), returned: definedId(list) },
      { ...exchange(23), masked: 'AAAAAAAAAAAAAAAAAAAAAA' },
      { type: 'epoch', time: timeOf(24), format: 1, origin: ORIGIN, environment: 'e', software: '1' },
      { ...exchange(25), returned: list, verdicts: [] },
      { type: 'define', id: 'x' },
    ),
  );
  assert.deepEqual(codes(report), ['define-wrong 20', 'id-undefined 23', 'id-undefined 25', 'define-wrong 26']);
});

test('a list in parts is one list', async () => {
  const list = Array.from({ length: 7 }, (_, at) => `Customer.field${at}`);
  const id = definedId(list);
  const parts = [list.slice(0, 3), list.slice(3, 6), list.slice(6)];
  const define = (at: number, which = at + 1): object => ({ type: 'define', id, list: parts[at], part: [which, 3] });
  const use = { ...exchange(30), returned: id };
  assert.deepEqual(codes(await verified(ending(define(0), define(1), define(2), use))), []);
  assert.deepEqual(codes(await verified(ending(define(0), define(1), use))), ['id-undefined 22']);
  assert.deepEqual(codes(await verified(ending(define(0), define(2), use))), ['define-wrong 21', 'id-undefined 22']);
  assert.deepEqual(codes(await verified(ending(define(0), define(1), define(1, 3)))), ['define-wrong 22']);
  assert.deepEqual(codes(await verified(ending({ type: 'define', id, list, part: 'x' }))), ['define-wrong 20']);
});

test('gaps are listed, times and unknown types are pointed at', async () => {
  const report = await verified(
    ending(
      { type: 'gap', time: timeOf(20), cause: 'overload', lost: 12 },
      { type: 'gap', time: timeOf(21), cause: 'unclean-end' },
      { ...exchange(0), time: '2026-11-02T09:00:00.000Z' },
      exchange(23),
      { ...exchange(24), time: 'today' },
      { type: 'weather', time: '2026-11-02T09:00:00.000Z' },
    ),
  );
  assert.deepEqual(report.ledger?.gaps, {
    count: 2,
    lost: 12,
    list: [
      { index: 20, time: timeOf(20), cause: 'overload', lost: 12 },
      { index: 21, time: timeOf(21), cause: 'unclean-end' },
    ],
  });
  assert.deepEqual(codes(report), ['time-malformed 24', 'time-order 23', 'type-unknown 25']);
  const warned = await verified(sampleEntries(5000).slice(1));
  assert.deepEqual([warned.verdict, codes(warned)], ['verified', ['epoch-missing 0']]);
});

test('what lies in the journal behind the checkpoint is counted', async () => {
  const folder = await laidOut({ entries: sampleEntries(300) });
  assert.equal(verify(folder).ledger?.unsigned, undefined);
  await mkdir(join(folder, 'journal'));
  const batch = (entries: readonly string[]): Buffer => {
    const buffers = entries.map((entry) => Buffer.concat(framed(Buffer.from(entry))));
    const bytes = buffers.reduce((sum, { length }) => sum + length, 0);
    return Buffer.concat([batchHeader(buffers, bytes, entries.length), ...buffers]);
  };
  await writeFile(
    join(folder, 'journal', '298'.padStart(20, '0')),
    Buffer.concat([batch(['a', 'b', 'c']), batch(['d', 'e']), batch(['torn']).subarray(0, 18)]),
  );
  assert.equal(verify(folder).ledger?.unsigned, 3);
});

test('witnesses are asked as the policy says', async () => {
  const w1 = cosigner('w1.example', Buffer.alloc(32, 21));
  const w2 = cosigner('w2.example', Buffer.alloc(32, 22));
  const entries = sampleEntries(300);
  const folder = await laidOut({ entries, signings: [{ size: 200 }, { size: 300 }] });
  const [at200] = await writeLedger(join(work, 'again'), { entries, signings: [{ size: 200 }, { size: 300 }] });
  const { note } = signedHead(at200 ?? '', '');
  await mkdir(join(folder, 'cosigned'));
  await writeFile(join(folder, 'cosigned', 'w1'), `${at200}${w1.cosign(note.text, 1793620800)}`);
  const policy = (quorum: string): TrustInput['policy'] & object =>
    parsePolicy(
      Buffer.from(
        `log ${LOG_SIGNER.verifierKey}\nwitness A ${w1.verifierKey}\nwitness B ${w2.verifierKey}\n${quorum}\n`,
      ),
    );
  const one = verify(folder, { keys: [], policy: policy('group G any A B\nquorum G') });
  assert.deepEqual([one.verdict, codes(one)], ['verified', []]);
  assert.deepEqual(one.trust.witnesses, [{ name: 'A', size: 200, time: '2026-11-02T12:00:00.000Z' }]);
  const two = verify(folder, { keys: [], policy: policy('group G all A B\nquorum G') });
  assert.deepEqual(codes(two), ['quorum-missed']);
  await writeFile(join(folder, 'cosigned', 'w1'), `${at200}${w1.cosign(`${note.text}x\n`, 1793620800)}`);
  assert.deepEqual(codes(verify(folder, { keys: [], policy: policy('quorum A') })), [
    'cosignature-wrong',
    'quorum-missed',
  ]);
});

test('what is no ledger is said to be none', async () => {
  const folder = join(work, 'empty');
  await mkdir(folder);
  assert.throws(() => verify(folder), UnreadableError);
  await writeFile(join(folder, 'checkpoint'), 'x');
  assert.throws(() => verify(folder), UnreadableError);
  const ledger = await laidOut({ entries: sampleEntries(10) });
  await writeFile(join(ledger, 'minimum'), '11');
  assert.throws(() => verify(ledger), UnreadableError);
});

test('an empty log is verified', async () => {
  const report = verify(await laidOut({ entries: [] }));
  assert.deepEqual([report.verdict, report.size, codes(report)], ['verified', 0, []]);
});
