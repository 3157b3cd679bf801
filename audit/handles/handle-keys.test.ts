import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { HandleKeys } from './handle-keys.ts';
import { readKeyFile } from './key-file.ts';

const WRAPPING = Buffer.alloc(32, 9);
const NOVEMBER = Date.UTC(2026, 10, 20);
const DECEMBER = Date.UTC(2026, 11, 1);

const work = mkdtempSync(join(tmpdir(), 'portcullis-handles-'));
after(() => rmSync(work, { recursive: true, force: true }));

const newFolder = (): string => join(mkdtempSync(join(work, 'keys-')), 'handles');
const keysIn = (folder: string, isReader = false) => new HandleKeys({ folder, wrappingKey: WRAPPING, isReader });

/** What the file holds, decrypted. */
function contentOf(folder: string, month: string): Buffer {
  const content = readKeyFile({ path: join(folder, month), name: `handles ${month}`, wrappingKey: WRAPPING }, true);
  assert.ok(content !== undefined);
  return content;
}

const sha256 = (...parts: (string | Buffer)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The construction said again, from a whole root: every seed on the way to a subject's place, from the root down. */
function seedsOn(root: Buffer, subject: string): Buffer[] {
  const place = sha256(subject);
  const seeds = [root];
  for (let level = 0; level < 5; level++) {
    const step = Buffer.of(level, place[level] ?? 0);
    seeds.push(sha256(seeds.at(-1) ?? root, step).subarray(0, 16));
  }
  return seeds;
}

describe('handles', () => {
  test('are 64 bits, the same for the same subject, in a month and after a restart', () => {
    const folder = newFolder();
    const first = keysIn(folder).at(NOVEMBER);
    const handle = first.handleOf('erp/res.partner 7');
    assert.match(handle ?? '', /^[0-9a-f]{16}$/);
    assert.equal(first.handleOf('erp/res.partner 7'), handle);
    assert.equal(keysIn(folder).at(NOVEMBER).handleOf('erp/res.partner 7'), handle);
    assert.notEqual(first.handleOf('erp/res.partner 8'), handle);
    assert.notEqual(first.handleOf('erp/sale.order 7'), handle);
  });

  test('follow from the month key as documented', () => {
    const folder = newFolder();
    const handles = keysIn(folder).at(NOVEMBER);
    const root = contentOf(folder, '2026-11').subarray(1);
    assert.equal(root.length, 16);
    const property = fc.property(fc.string({ unit: 'grapheme' }), (subject) => {
      const seed = seedsOn(root, subject).at(-1) ?? root;
      const expected = sha256(seed.toString('hex'), subject).toString('hex', 0, 8);
      assert.equal(handles.handleOf(subject), expected);
      assert.equal(handles.handleOf(subject), expected);
    });
    fc.assert(property);
  });

  test('are others in another month, whose key is made when it begins', () => {
    const folder = newFolder();
    const keys = keysIn(folder);
    const november = keys.at(NOVEMBER);
    assert.equal(november.takeRotation(), '', 'the first key follows none');
    assert.equal(november.takeRotation(), undefined);
    const december = keys.at(DECEMBER);
    assert.deepEqual([december.month, december.takeRotation()], ['2026-12', '2026-11']);
    assert.equal(keys.at(DECEMBER - 1), november);
    assert.deepEqual([november.from, november.to], [Date.UTC(2026, 10, 1), DECEMBER]);
    assert.notEqual(december.handleOf('erp/res.partner 7'), november.handleOf('erp/res.partner 7'));
    assert.equal(keysIn(folder).at(DECEMBER).takeRotation(), undefined);
    assert.deepEqual(keys.handlesOf('erp/res.partner 7'), [
      { month: '2026-11', handle: november.handleOf('erp/res.partner 7') },
      { month: '2026-12', handle: december.handleOf('erp/res.partner 7') },
    ]);
  });

  test('stay the same when the memory of them turns over', () => {
    const handles = keysIn(newFolder()).at(NOVEMBER);
    const early = handles.handleOf('early');
    for (let n = 0; n < 70_000; n++) handles.handleOf(String(n));
    assert.equal(handles.handleOf('early'), early);
  });
});

describe('destroying the key of a subject', () => {
  test('takes its handle away in every month, and nobody else its own', () => {
    const subjects = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 3, maxLength: 8 });
    const property = fc.property(subjects, fc.nat({ max: 2 }), (all, count) => {
      const folder = newFolder();
      const keys = keysIn(folder);
      const erased = all.slice(0, count + 1);
      const months = [keys.at(NOVEMBER), keys.at(DECEMBER)];
      const before = months.map((month) => all.map((subject) => month.handleOf(subject)));
      for (const subject of erased) {
        assert.deepEqual(keys.erase(subject), ['2026-11', '2026-12']);
        assert.deepEqual(keys.erase(subject), [], 'there is nothing left to destroy');
      }
      const expected = before.map((handles) =>
        handles.map((handle, index) => (index < erased.length ? undefined : handle)),
      );
      assert.deepEqual(
        months.map((month) => all.map((subject) => month.handleOf(subject))),
        expected,
      );
      const later = keysIn(folder);
      const read = [later.at(NOVEMBER), later.at(DECEMBER)];
      assert.deepEqual(
        read.map((month) => all.map((subject) => month.handleOf(subject))),
        expected,
      );
    });
    fc.assert(property, { numRuns: 12 });
  });

  test('leaves no seed in the file from which its handle could be worked out', () => {
    const folder = newFolder();
    const keys = keysIn(folder);
    keys.at(NOVEMBER);
    const root = Buffer.from(contentOf(folder, '2026-11').subarray(1));
    const subjects = ['erp/res.partner 7', 'erp/res.partner 8', 'erp/res.partner 9'];
    for (const subject of subjects) keys.erase(subject);
    const left = contentOf(folder, '2026-11');
    for (const subject of subjects) {
      for (const [level, seed] of seedsOn(root, subject).entries()) {
        assert.equal(left.indexOf(seed), -1, `the seed at level ${level} of ${subject} is still there`);
      }
    }
    const [, neighbour] = seedsOn(root, 'erp/res.partner 10');
    assert.ok(neighbour !== undefined && left.indexOf(neighbour) > 0, 'others are still there');
    assert.ok(left.length < 3 * 5 * 256 * 17 + 100, `${left.length} bytes`);
  });

  test('is finished when it was broken off, wherever that was', () => {
    const folder = newFolder();
    const whole = `${folder}-whole`;
    const keys = keysIn(folder);
    const other = keys.at(NOVEMBER).handleOf('other');
    cpSync(folder, whole, { recursive: true });
    keys.erase('erp/res.partner 7');
    const punctured = readFileSync(join(folder, '2026-11'));
    const old = readFileSync(join(whole, '2026-11'));
    const draft = join(folder, '2026-11.new');
    const states: [string, () => void, boolean][] = [
      ['the draft is not whole', () => writeFileSync(draft, punctured.subarray(0, 1000)), false],
      ['the draft is whole', () => writeFileSync(draft, punctured), true],
      [
        'the old one is overwritten',
        () => {
          writeFileSync(draft, punctured);
          writeFileSync(join(folder, '2026-11'), Buffer.alloc(old.length));
        },
        true,
      ],
    ];
    for (const [name, prepare, isErased] of states) {
      writeFileSync(join(folder, '2026-11'), old);
      rmSync(draft, { force: true });
      prepare();
      for (const isReader of [true, false]) {
        const [found] = keysIn(folder, isReader).handlesOf('other');
        assert.equal(found?.handle, other, name);
        assert.equal(keysIn(folder, isReader).handlesOf('erp/res.partner 7').length, isErased ? 0 : 1, name);
      }
    }
    assert.deepEqual(readdirSync(folder), ['2026-11']);
  });

  test('of whole months goes with the months', () => {
    const folder = newFolder();
    const keys = keysIn(folder);
    const november = keys.at(NOVEMBER);
    keys.at(DECEMBER);
    assert.deepEqual(keys.destroyBefore(DECEMBER - 1), []);
    assert.deepEqual(keys.destroyBefore(DECEMBER), ['2026-11']);
    assert.deepEqual(readdirSync(folder), ['2026-12']);
    assert.equal(november.handleOf('erp/res.partner 7'), undefined);
  });
});

describe('a key file', () => {
  test('opens under its own key and name only, and is readable by its owner only', () => {
    const folder = newFolder();
    const keys = keysIn(folder);
    const handle = keys.at(NOVEMBER).handleOf('x');
    const path = join(folder, '2026-11');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    const wrong = new HandleKeys({ folder, wrappingKey: Buffer.alloc(32, 1) });
    assert.throws(() => wrong.at(NOVEMBER), /2026-11 cannot be opened: it is damaged, or was made under another/);
    cpSync(path, join(folder, '2026-12'));
    assert.throws(() => keysIn(folder).at(DECEMBER), /2026-12 cannot be opened/);
    const bytes = readFileSync(path);
    for (const at of [0, 25, 40, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      assert.throws(() => keysIn(folder).at(NOVEMBER), /cannot be opened/);
    }
    writeFileSync(path, bytes);
    assert.equal(keysIn(folder).at(NOVEMBER).handleOf('x'), handle);
    assert.throws(() => new HandleKeys({ folder, wrappingKey: Buffer.alloc(16) }), /32 bytes/);
  });

  test('is only looked at by a reader', () => {
    const folder = newFolder();
    assert.deepEqual(keysIn(folder, true).handlesOf('x'), []);
    assert.throws(() => keysIn(folder, true).at(NOVEMBER), /only read/);
    assert.throws(() => keysIn(folder, true).erase('x'), /only read/);
    assert.throws(() => keysIn(folder, true).destroyBefore(NOVEMBER), /only read/);
  });
});
