import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { durable, newFolders } from './journal/journal.fixture.ts';
import { realFileSystem } from './journal/ledger-file-system.ts';
import { openLogKey, readLogKey, rotateLogKey, settleLogKey } from './keys/log-key.ts';
import { openLedger } from './ledger.ts';
import { openFolderReader } from './tiles/folder-reader.ts';
import { checkedEntries } from './tiles/ledger-check.fixture.ts';
import { isSignedBy, noteSigner, parseNote, parseVerifierKey } from './tlog/signed-note.ts';

const newFolder = newFolders(after);
const key = { origin: 'ledger.test/1', seed: randomBytes(32) };

describe('a ledger', () => {
  test('keeps entries over restarts under one growing tree, each checkpoint signed', async () => {
    const folder = newFolder();
    for (let run = 0; run < 3; run++) {
      const ledger = await openLedger(folder, { key, checkpointMs: 5 });
      for (let n = 0; n < 150; n++) await durable(ledger, ledger.append(JSON.stringify({ n, run })));
      assert.equal(ledger.entries, 150 * (run + 1));
      await ledger.close();
      assert.equal(ledger.checkpointed, ledger.entries);
      const { note, size } = await (await openFolderReader(folder)).checkpoint();
      assert.equal(size, ledger.entries);
      assert.ok(isSignedBy(parseNote(note), [parseVerifierKey(ledger.verifierKey)]));
    }
    const entries = checkedEntries(realFileSystem, folder).map((entry) => JSON.parse(entry));
    assert.deepEqual(entries[449], { n: 149, run: 2 });
    const history = (await readFile(join(folder, 'checkpoints.jsonl'), 'utf8')).trim().split('\n');
    assert.ok(history.length >= 3);
    for (const line of history)
      assert.ok(
        isSignedBy(parseNote(JSON.parse(line).note), [
          parseVerifierKey(`${(await readFile(join(folder, 'keys.txt'), 'utf8')).trim()}`),
        ]),
      );
  });

  test('has one writer', async () => {
    const folder = newFolder();
    const ledger = await openLedger(folder, { key });
    await assert.rejects(openLedger(folder, { key }), /in use by process/);
    await ledger.close();
    await (await openLedger(folder, { key })).close();
  });

  test('publishes a checkpoint by itself soon after an entry is durable', async () => {
    const folder = newFolder();
    const ledger = await openLedger(folder, { key, checkpointMs: 1 });
    await durable(ledger, ledger.append('{}'));
    const deadline = Date.now() + 10_000;
    while (ledger.checkpointed < 1 && Date.now() < deadline) await new Promise((next) => setTimeout(next, 2));
    assert.equal((await (await openFolderReader(folder)).checkpoint()).size, 1);
    await ledger.close();
  });

  test('refuses to open what was damaged or wound back, and leaves it as it is', async () => {
    const folder = newFolder();
    const ledger = await openLedger(folder, { key });
    for (let n = 0; n < 300; n++) ledger.append(`{"n":${n}}`);
    await ledger.close();
    await assert.rejects(openLedger(folder, { key: { ...key, origin: 'ledger.test/2' } }), /not of ledger.test\/2/);
    const checkpoint = await readFile(join(folder, 'checkpoint'));
    await rm(join(folder, 'checkpoint'));
    // Without its checkpoint it looks like one whose first entries were never signed: the journal tells.
    await (await openLedger(folder, { key })).close();
    assert.equal(checkedEntries(realFileSystem, folder).length, 300);
    await rm(join(folder, 'tile/0/000'));
    await (await openLedger(folder, { key })).close();
    await writeFile(join(folder, 'checkpoint'), checkpoint);
    await rm(join(folder, 'tile/0/001.p/44'));
    await assert.rejects(openLedger(folder, { key }), /damaged: tile\/0\/001\.p\/44 is missing/);
    await rm(join(folder, 'journal'), { recursive: true });
    await assert.rejects(openLedger(folder, { key }), /damaged/);
  });

  test('refuses entries while too many are without a checkpoint', async () => {
    const folder = newFolder();
    const faults: string[] = [];
    const ledger = await openLedger(folder, {
      key,
      mostBehind: 10,
      checkpointMs: 1,
      onFault: (error) => faults.push(error.message),
    });
    await rm(join(folder, 'journal'), { recursive: true });
    const deadline = Date.now() + 10_000;
    while (ledger.healthy && Date.now() < deadline) {
      await durable(ledger, ledger.append('{}'));
    }
    assert.equal(ledger.healthy, false);
    assert.throws(() => ledger.append('{}'), /cannot keep up/);
    while (faults.length === 0 && Date.now() < deadline) await new Promise((next) => setTimeout(next, 2));
    assert.match(faults.join(), /journal/);
    await ledger.close();
  });
});

describe('the key of a log', () => {
  test('gives way to the next, both sign while the change is not signed, and the old one is overwritten', async () => {
    const folder = newFolder();
    const path = join(folder, 'keys', 'audit-log.json');
    const first = await openLogKey(path, 'gateway.example/audit');
    const second = await rotateLogKey(path, first);
    assert.deepEqual(await readLogKey(path), second);
    assert.deepEqual([second.origin, second.previous], [first.origin, first.seed]);
    const ledger = await openLedger(join(folder, 'audit'), { key: second });
    await durable(ledger, ledger.append('{}'));
    await ledger.close();
    const note = parseNote((await (await openFolderReader(join(folder, 'audit'))).checkpoint()).note);
    for (const seed of [first.seed, second.seed]) {
      assert.ok(isSignedBy(note, [parseVerifierKey(noteSigner(first.origin, seed).verifierKey)]));
    }
    const descriptor = await open(path, 'r');
    await settleLogKey(path, second);
    assert.deepEqual(await readLogKey(path), { origin: second.origin, seed: second.seed });
    assert.ok(
      (await descriptor.readFile()).every((byte) => byte === 0),
      'what was in the old file is gone',
    );
    await descriptor.close();
  });

  test('is made once, readable by its owner only, and refused where it is none', async () => {
    const path = join(newFolder(), 'keys', 'audit-log.json');
    const made = await openLogKey(path, 'gateway.example/audit');
    assert.match(made.origin, /^gateway\.example\/audit\/[0-9a-f]{8}$/);
    assert.deepEqual(await openLogKey(path, 'other'), made);
    for (const text of ['', '{}', '{"origin":"a","seed":"AAAA"}', '{"origin":3,"seed":4}']) {
      await writeFile(path, text);
      await assert.rejects(openLogKey(path, 'gateway.example/audit'), /is not the key of a log/);
    }
  });
});
