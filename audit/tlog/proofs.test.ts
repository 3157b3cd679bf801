import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompactRange, subtreesBetween } from './compact-range.ts';
import { consistencyProof, isConsistent } from './consistency-proof.ts';
import { inclusionProof, isIncluded } from './inclusion-proof.ts';
import { EMPTY_ROOT, leafHash } from './merkle-hash.ts';
import { PlainTree } from './tree.fixture.ts';

/** The trees that the reference implementations of Certificate Transparency are tested with. */
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const sizes = fc.integer({ min: 1, max: 70 });

function treeOf(size: number): PlainTree {
  return new PlainTree(Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`)));
}

test('the published trees have the published roots', () => {
  const entries = INPUTS.map((hex) => Buffer.from(hex, 'hex'));
  const range = new CompactRange();
  assert.equal(range.root().toString('hex'), ROOTS[0]);
  for (const [at, entry] of entries.entries()) {
    range.append(leafHash(entry));
    assert.equal(range.root().toString('hex'), ROOTS[at + 1]);
    assert.equal(new PlainTree(entries).root(at + 1).toString('hex'), ROOTS[at + 1]);
  }
});

test('every entry of every tree is proved, and nothing else by the same proof', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, seed, bit) => {
      const tree = treeOf(size);
      const index = seed % size;
      const leaf = tree.leaves[index] as Buffer;
      const proof = await inclusionProof(tree.subtree, index, size);
      const root = tree.root();
      assert.ok(isIncluded(leaf, index, size, proof, root));
      for (const changed of flips([leaf, root, ...proof], bit)) {
        const [otherLeaf, otherRoot, ...otherProof] = changed as [Buffer, Buffer, ...Buffer[]];
        assert.ok(!isIncluded(otherLeaf, index, size, otherProof, otherRoot));
      }
      for (let other = 0; other < size; other++) {
        if (other !== index) assert.ok(!isIncluded(leaf, other, size, proof, root));
      }
      assert.ok(!isIncluded(leaf, index, size, [...proof, root], root));
      assert.ok(!isIncluded(leaf, index, size, [root, ...proof], root));
      if (proof.length > 0) assert.ok(!isIncluded(leaf, index, size, proof.slice(1), root));
      if (proof.length > 0) assert.ok(!isIncluded(leaf, index, size, proof.slice(0, -1), root));
    }),
    { numRuns: 60 },
  );
});

test('every tree is proved to begin with every smaller one, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, seed, bit) => {
      const tree = treeOf(size);
      const earlier = 1 + (seed % size);
      const proof = await consistencyProof(tree.subtree, earlier, size);
      const [before, after] = [tree.root(earlier), tree.root()];
      assert.ok(isConsistent({ size: earlier, root: before }, { size, root: after }, proof));
      for (const changed of flips([before, after, ...proof], bit)) {
        const [otherBefore, otherAfter, ...otherProof] = changed as [Buffer, Buffer, ...Buffer[]];
        assert.ok(!isConsistent({ size: earlier, root: otherBefore }, { size, root: otherAfter }, otherProof));
      }
      for (let other = 1; other <= size; other++) {
        if (other !== earlier) assert.ok(!isConsistent({ size: other, root: before }, { size, root: after }, proof));
      }
      assert.ok(!isConsistent({ size: earlier, root: before }, { size, root: after }, [...proof, after]));
      if (proof.length > 0)
        assert.ok(!isConsistent({ size: earlier, root: before }, { size, root: after }, proof.slice(1)));
    }),
    { numRuns: 60 },
  );
});

test('the empty tree begins every tree, by no proof', async () => {
  const tree = treeOf(5);
  assert.deepEqual(await consistencyProof(tree.subtree, 0, 5), []);
  const later = { size: 5, root: tree.root() };
  assert.ok(isConsistent({ size: 0, root: EMPTY_ROOT }, later, []));
  assert.ok(!isConsistent({ size: 0, root: tree.root(1) }, later, []));
  assert.ok(!isConsistent({ size: 0, root: EMPTY_ROOT }, later, [tree.root(1)]));
});

test('what is no place in a tree is no proof and asks for none', async () => {
  const tree = treeOf(3);
  const root = tree.root();
  for (const [index, size] of [
    [3, 3],
    [-1, 3],
    [0.5, 3],
    [0, 0],
    [0, Number.NaN],
    [0, 2 ** 60],
  ] as const) {
    assert.ok(!isIncluded(tree.leaves[0] as Buffer, index, size, [], root));
    await assert.rejects(inclusionProof(tree.subtree, index, size), RangeError);
  }
  assert.ok(!isConsistent({ size: 4, root }, { size: 3, root }, []));
  await assert.rejects(consistencyProof(tree.subtree, 4, 3), RangeError);
  assert.ok(!isIncluded(Buffer.alloc(31), 0, 1, [], Buffer.alloc(31)));
});

test('entries and the subtrees between them lead to the root', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.uniqueArray(fc.nat(69)), async (size, picked) => {
      const tree = treeOf(size);
      const shown = picked.filter((index) => index < size).sort((a, b) => a - b);
      const range = new CompactRange();
      let at = 0;
      for (const stop of [...shown, size]) {
        for (const { level, index } of subtreesBetween(at, stop)) range.append(await tree.subtree(level, index), level);
        if (stop < size) range.append(tree.leaves[stop] as Buffer);
        at = stop + 1;
      }
      assert.equal(range.size, size);
      assert.deepEqual(range.root(), tree.root());
    }),
  );
});

/** The hashes with one bit of one of them turned, for each of them in turn. */
function flips(hashes: readonly Buffer[], bit: number): Buffer[][] {
  return hashes.map((_, which) =>
    hashes.map((hash, at) => {
      const copy = Buffer.from(hash);
      if (at === which) copy.writeUInt8(copy.readUInt8((bit >> 3) % 32) ^ (1 << (bit & 7)), (bit >> 3) % 32);
      return copy;
    }),
  );
}
