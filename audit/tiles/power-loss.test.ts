import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { durable } from '../journal/journal.fixture.ts';
import { JournalWriter } from '../journal/journal-writer.ts';
import { makeFolder } from '../journal/ledger-file-system.ts';
import { noteSigner } from '../tlog/signed-note.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import { Integrator } from './integrator.ts';
import { checkedEntries, rootOf } from './ledger-check.fixture.ts';
import { MemoryDisk, PowerLoss } from './memory-disk.fixture.ts';

const ORIGIN = 'ledger.test/1';
const signer = noteSigner(ORIGIN, randomBytes(32));
const FOLDER = '/ledger';

/** What the process before the loss of power had promised. */
interface Promised {
  readonly entries: Set<string>;
  /** Size and root of every checkpoint that anybody could have read. */
  readonly checkpoints: { readonly size: number; readonly root: Buffer }[];
}

/** Writes bursts of entries and checkpoints until it is done or the power goes. */
async function run(disk: MemoryDisk, promised: Promised, bursts: readonly number[], durableWrites: boolean) {
  const system = disk.system(durableWrites);
  let number = promised.entries.size;
  let journal: JournalWriter | undefined;
  try {
    makeFolder(system, `${FOLDER}/journal`);
    const signed = readCheckpoint(system, FOLDER)?.size ?? 0;
    const options = { fileSystem: system, segmentBytes: 9000, commitIntervalMs: 0 };
    journal = new JournalWriter(`${FOLDER}/journal`, signed, options);
    const now = Date.now;
    const integrator = new Integrator({ system, folder: FOLDER, origin: ORIGIN, signers: [signer], now });
    integrator.advance(journal.entries);
    for (const burst of bursts) {
      let ticket = 0;
      const written: string[] = [];
      for (let n = 0; n < burst; n++) {
        const entry = JSON.stringify({ n: number++, nonce: promised.checkpoints.length });
        written.push(entry);
        ticket = journal.append(entry);
      }
      await answered(durable(journal, ticket), disk);
      for (const entry of written) promised.entries.add(entry);
      integrator.advance(journal.entries);
      promised.checkpoints.push(readCheckpoint(system, FOLDER) as Promised['checkpoints'][number]);
    }
    await answered(journal.close(), disk);
    integrator.close();
  } catch (error) {
    if (!(error instanceof PowerLoss)) throw error;
    // What is without power does not try again.
    void journal?.close();
  }
}

/** Without power nobody is called back: then this is over, too. */
async function answered(promise: Promise<void>, disk: MemoryDisk): Promise<void> {
  let isAnswered = false;
  const settled = promise.finally(() => {
    isAnswered = true;
  });
  settled.catch(() => undefined);
  for (let turn = 0; !isAnswered; turn++) {
    await new Promise(setImmediate);
    if (turn > 100 && disk.isWithoutPower) throw new PowerLoss('no answer');
  }
  await settled;
}

test('an end of the process or of the power at any operation loses nothing that was acknowledged, and what is left heals and verifies', async () => {
  const burst = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) }, fc.integer({ min: 200, max: 600 }));
  const life = fc.record({
    bursts: fc.array(burst, { minLength: 1, maxLength: 6 }),
    left: fc.nat(260),
    isKilled: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.infiniteStream(fc.integer({ min: 0, max: 999 })),
      async (lives, durableWrites, fates) => {
        const random = (): number => (fates.next().value as number) / 1000;
        const promised: Promised = { entries: new Set(), checkpoints: [] };
        let disk = new MemoryDisk();
        for (const { bursts, left, isKilled } of lives) {
          disk = isKilled ? disk.afterKill(left) : disk.afterPowerLoss(random, left);
          await run(disk, promised, bursts, durableWrites);
        }
        disk = disk.afterPowerLoss(random);
        await run(disk, promised, [1], durableWrites);
        const entries = checkedEntries(disk.system(durableWrites), FOLDER);
        const there = new Set(entries);
        for (const entry of promised.entries) assert.ok(there.has(entry), `${entry} was acknowledged and is lost`);
        for (const { size, root } of promised.checkpoints) {
          assert.ok(rootOf(entries.slice(0, size)).equals(root), `the checkpoint of ${size} entries is contradicted`);
        }
      },
    ),
    { numRuns: Number(process.env.PORTCULLIS_RUNS ?? 60), includeErrorInReport: true },
  );
});
