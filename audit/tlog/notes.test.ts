import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkpointText, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { cosignatures, cosigner } from './cosignature.ts';
import { inclusionProof } from './inclusion-proof.ts';
import { COSIGNATURE, ED25519, isSignedBy, noteSigner, parseNote, parseVerifierKey } from './signed-note.ts';
import { formatTlogProof, parseTlogProof, proofFault } from './tlog-proof.ts';
import { PlainTree } from './tree.fixture.ts';

/** The example of C2SP signed-note. */
const FOO_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const FOO_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
/** The example of C2SP tlog-cosignature; the keys to it are not published. */
const SOFA = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

const log = noteSigner('log.example/1', Buffer.alloc(32, 1));
const other = noteSigner('log.example/1', Buffer.alloc(32, 2));
const witness = cosigner('witness.example/w1', Buffer.alloc(32, 3));
const head = { origin: 'log.example/1', size: 5, root: Buffer.alloc(32, 9) };

test('the published note is signed by the published key', () => {
  const key = parseVerifierKey(FOO_KEY);
  assert.equal(key.type, ED25519);
  assert.ok(isSignedBy(parseNote(FOO_NOTE), [key]));
  assert.ok(!isSignedBy(parseNote(FOO_NOTE.replace('example message', 'example massage')), [key]));
});

test('the published checkpoint with a cosignature is read', () => {
  const note = parseNote(SOFA);
  const checkpoint = parseCheckpoint(note.text);
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(checkpoint.size, 20852163);
  assert.equal(checkpointText(checkpoint), note.text);
  assert.deepEqual(
    note.signatures.map(({ name, signature }) => [name, signature.length]),
    [
      ['example.com/behind-the-sofa', 64],
      ['witness.example.com/w1', 72],
    ],
  );
  // tlog-cosignature names the time of its example.
  assert.equal(note.signatures[1]?.signature.readBigUInt64BE(), 1679315147n);
});

test('no bit of a note can be turned', () => {
  const note = signCheckpoint(head, [log]);
  const bytes = Buffer.from(note);
  const isGood = (text: string): boolean => {
    try {
      return isSignedBy(parseNote(text), [log.key]);
    } catch {
      return false;
    }
  };
  assert.ok(isGood(note));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.ok(!isGood(changed.toString()), `bit ${bit}`);
  }
});

test('signatures of unknown keys are passed over, a wrong one of a known key is not', () => {
  const both = parseNote(signCheckpoint(head, [log, other]));
  assert.ok(isSignedBy(both, [log.key]));
  assert.ok(isSignedBy(both, [other.key]));
  assert.ok(!isSignedBy(both, [noteSigner('log.example/2', Buffer.alloc(32, 1)).key]));
  const text = checkpointText(head);
  const wrong = other.signatureLine(`${text}more\n`);
  const spoiled = parseNote(`${text}\n${log.signatureLine(text)}${wrong}`);
  assert.ok(isSignedBy(spoiled, [log.key]));
  assert.ok(!isSignedBy(spoiled, [log.key, other.key]));
});

test('malformed notes, keys and checkpoints are refused', () => {
  const text = checkpointText(head);
  const line = log.signatureLine(text);
  const trailingBits = line.replace(/.=\n$/, 'B=\n');
  for (const note of [
    '',
    '\n',
    text,
    `${text}\n`,
    `${text}${line}`,
    `${text}\n${line}`.slice(0, -1),
    `${text}\n${line}\n`,
  ]) {
    assert.throws(() => parseNote(note), Error, JSON.stringify(note));
  }
  for (const signature of [
    '— a b c\n',
    '—  AAAAAAA=\n',
    '- log.example/1 AAAAAAA=\n',
    '— log.example/1 AAAA\n',
    trailingBits,
  ]) {
    assert.throws(() => parseNote(`${text}\n${signature}`), Error, signature);
  }
  assert.throws(() => parseNote(`a\tb\n\n${line}`), /control/);
  assert.throws(() => parseNote(`${text}\n${line.repeat(101)}`), /too many/);
  for (const key of [
    '',
    'a+b',
    FOO_KEY.replace('530d903a', '530d903b'),
    FOO_KEY.replace('+AekyeR', '+BekyeR'),
    `${FOO_KEY}=`,
    FOO_KEY.replace('foo', 'f oo'),
    FOO_KEY.replace('foo', 'f\u0085oo'),
  ]) {
    assert.throws(() => parseVerifierKey(key), Error, key);
  }
  for (const bad of [
    text.replace('5', '05'),
    text.replace('5', '-5'),
    text.replace('5', '9007199254740993'),
    text.replace('=', ''),
    text.slice(0, -1),
    `\n${text}`,
    `${text}\n`,
    `${text}\nextension\n`,
  ]) {
    assert.throws(() => parseCheckpoint(bad), /no checkpoint/, JSON.stringify(bad));
  }
  assert.equal(parseCheckpoint(`${text}extension\n`).size, 5);
});

test('a cosignature says who and when, and stands for this note only', () => {
  const text = checkpointText(head);
  const note = parseNote(`${signCheckpoint(head, [log])}${witness.cosign(text, 1679315147)}`);
  assert.equal(parseVerifierKey(witness.verifierKey).type, COSIGNATURE);
  const said = cosignatures(note, [log.key, witness.key]);
  assert.deepEqual(
    said.by.map(({ key, seconds }) => [key.name, seconds]),
    [['witness.example/w1', 1679315147]],
  );
  assert.deepEqual(said.wrong, []);
  const later = parseNote(`${text.replace('5', '6')}\n${witness.cosign(text, 1679315147)}`);
  assert.deepEqual(cosignatures(later, [witness.key]).wrong, [witness.key]);
  assert.deepEqual(cosignatures(note, []), { by: [], wrong: [] });
  const never = parseNote(`${text}\n${witness.cosign(text, 0)}`);
  assert.equal(cosignatures(never, [witness.key]).wrong.length, 1);
});

test('a proof travels as text and holds for one entry', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(), async (size, seed) => {
      const entries = Array.from({ length: size }, (_, at) => Buffer.from(`entry ${at}`));
      const tree = new PlainTree(entries);
      const index = seed % size;
      const checkpoint = signCheckpoint({ origin: 'log.example/1', size, root: tree.root() }, [log]);
      const hashes = await inclusionProof(tree.subtree, index, size);
      const text = formatTlogProof({
        index,
        hashes,
        checkpoint,
        ...(seed % 2 === 0 ? {} : { extra: Buffer.of(1, 2) }),
      });
      const proof = parseTlogProof(text);
      assert.equal(formatTlogProof(proof), text);
      assert.equal(proofFault(proof, entries[index] as Buffer, [log.key]), undefined);
      assert.match(proofFault(proof, Buffer.from('entry'), [log.key]) ?? '', /does not lead/);
      assert.match(proofFault(proof, entries[index] as Buffer, [other.key]) ?? '', /none of the given keys/);
    }),
    { numRuns: 30 },
  );
});

test('malformed proofs are refused', () => {
  const checkpoint = signCheckpoint(head, [log]);
  const good = formatTlogProof({ index: 3, hashes: [Buffer.alloc(32)], checkpoint });
  assert.equal(parseTlogProof(good).index, 3);
  for (const bad of [
    good.replace('@v1', '@v2'),
    good.replace('index 3', 'index 03'),
    good.replace('index 3\n', ''),
    good.replace('index 3', 'extra *\nindex 3'),
    good.replace('AAAA', 'AAA'),
    good.replace('index 3\n', `index 3\n${'A'.repeat(43)}=\n`.repeat(2)),
    good.slice(0, good.indexOf('\n\n')),
    good.replace('index 3\n', `index 3\n${`${'A'.repeat(43)}=\n`.repeat(63)}`),
  ]) {
    assert.throws(() => parseTlogProof(bad), Error, bad.slice(0, 60));
  }
});
