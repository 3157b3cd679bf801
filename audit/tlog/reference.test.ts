import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { signCheckpoint } from './checkpoint.ts';
import { consistencyProof } from './consistency-proof.ts';
import { inclusionProof } from './inclusion-proof.ts';
import { isSignedBy, noteSigner, parseNote } from './signed-note.ts';
import { tilePath } from './tile-path.ts';
import { PlainTree } from './tree.fixture.ts';

/** Built by scripts/test-tlog-reference.ts from the sources of Go's checksum database. */
const PROGRAM = process.env.PORTCULLIS_TEST_TLOG_REFERENCE ?? '';

interface Answer {
  readonly Roots: readonly string[];
  readonly Inclusion: readonly boolean[];
  readonly InclusionProofs: readonly (readonly string[])[];
  readonly Consistency: readonly boolean[];
  readonly ConsistencyProofs: readonly (readonly string[])[];
  readonly Tiles: readonly boolean[];
  readonly TilePaths: readonly string[];
  readonly Notes: readonly boolean[];
  readonly Signed: string;
}

function ask(question: object): Answer {
  assert.notEqual(PROGRAM, '', 'PORTCULLIS_TEST_TLOG_REFERENCE is set by npm test');
  const { stdout, stderr, status } = spawnSync(PROGRAM, {
    input: JSON.stringify(question, (_, value) =>
      isBuffer(value) ? Buffer.from(value.data).toString('base64') : value,
    ),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 50_000,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Answer;
}

function isBuffer(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}

function entriesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => Buffer.from(`entry ${at} ${'x'.repeat(at % 50)}`));
}

const base64 = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('base64'));

test('roots and proofs are those of the Go checksum database', async () => {
  const entries = entriesOf(80);
  const tree = new PlainTree(entries);
  const inclusion = [];
  const consistency = [];
  for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 65, 77, 80]) {
    for (let index = 0; index < size; index++) {
      const proof = await inclusionProof(tree.subtree, index, size);
      inclusion.push({ size, index, proof, root: tree.root(size) });
      const earlier = index + 1;
      const between = await consistencyProof(tree.subtree, earlier, size);
      consistency.push({ size, earlier, proof: between, root: tree.root(size), earlierRoot: tree.root(earlier) });
    }
  }
  const said = ask({ entries, inclusion, consistency });
  assert.deepEqual(said.Roots, base64(entries.map((_, at) => tree.root(at + 1))));
  assert.ok(said.Inclusion.every((holds) => holds) && said.Inclusion.length === inclusion.length);
  assert.ok(said.Consistency.every((holds) => holds) && said.Consistency.length === consistency.length);
  assert.deepEqual(
    said.InclusionProofs,
    inclusion.map(({ proof }) => base64(proof)),
  );
  assert.deepEqual(
    said.ConsistencyProofs,
    consistency.map(({ proof }) => base64(proof)),
  );
});

test('tiles hold what its tiles hold', async () => {
  const entries = entriesOf(700);
  const { leaves, subtree } = new PlainTree(entries);
  const tiles = [
    { level: 0, index: 0, width: 256, hashes: Buffer.concat(leaves.slice(0, 256)) },
    { level: 0, index: 2, width: 188, hashes: Buffer.concat(leaves.slice(512)) },
    { level: 1, index: 0, width: 2, hashes: Buffer.concat(await Promise.all([subtree(8, 0), subtree(8, 1)])) },
  ];
  const said = ask({ entries, tiles });
  assert.deepEqual(said.Tiles, [true, true, true]);
  // Its paths name the height of a tile, too.
  const ours = tiles.map(({ level, index, width }) => tilePath(level, index, width).replace('tile/', 'tile/8/'));
  assert.deepEqual(said.TilePaths, ours);
});

test('notes go both ways', () => {
  const signer = noteSigner('log.example/x', Buffer.alloc(32, 7));
  const note = signCheckpoint({ origin: 'log.example/x', size: 9, root: Buffer.alloc(32, 1) }, [signer]);
  const seed = Buffer.concat([Buffer.of(1), Buffer.alloc(32, 7)]).toString('base64');
  const said = ask({
    notes: [
      { key: signer.verifierKey, note },
      { key: signer.verifierKey, note: note.replace('\n9\n', '\n8\n') },
    ],
    key: `PRIVATE+KEY+log.example/x+${signer.key.id.toString('hex')}+${seed}`,
    text: 'A text of theirs.\n',
  });
  assert.deepEqual(said.Notes, [true, false]);
  assert.ok(isSignedBy(parseNote(said.Signed), [signer.key]));
});
