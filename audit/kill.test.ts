import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { newFolders } from './journal/journal.fixture.ts';
import { realFileSystem } from './journal/ledger-file-system.ts';
import { openLedger } from './ledger.ts';
import { checkedEntries } from './tiles/ledger-check.fixture.ts';

const newFolder = newFolders(after);
const ROUNDS = Number(process.env.PORTCULLIS_KILLS ?? 10);
const MODULE = new URL('./ledger.ts', import.meta.url).href;
const KEY = { origin: 'ledger.test/1', seed: Buffer.alloc(32, 7) };

/** Writes entries without end; says the number of each once it is durable, by a write that cannot be lost with the process. */
const WRITER = `
import { writeSync } from 'node:fs';
import { openLedger } from ${JSON.stringify(MODULE)};
const [folder, first] = process.argv.slice(1);
const key = { origin: ${JSON.stringify(KEY.origin)}, seed: Buffer.alloc(32, 7) };
const ledger = await openLedger(folder, { key, commitIntervalMs: 2, checkpointMs: 3 });
let n = Number(first);
function say(text) {
  for (;;) {
    try {
      return writeSync(1, text);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
function some() {
  // A disk that is slower than this loop is no fault: then it waits.
  const isBehind = ledger.waitingBytes > 1_000_000;
  for (let burst = 0; burst < 7 && !isBehind; burst++) {
    const mine = n++;
    ledger.whenDurable(ledger.append(JSON.stringify({ n: mine, text: 'r'.repeat(mine % 900) })), (error) => {
      if (error === undefined) say(mine + '\\n');
    });
  }
  setImmediate(some);
}
some();
`;

/** Runs the writer until it has confirmed `enough` entries and some time more, kills it, returns what it confirmed. */
async function writeUntilKilled(folder: string, first: number, enough: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    for (const byte of chunk) if (byte === 0x0a) seen++;
    if (seen >= enough) child.kill('SIGKILL');
  });
  await new Promise((closed) => child.on('close', closed));
  return said.split('\n').slice(0, -1).map(Number);
}

test(`kill -9 at any moment, ${ROUNDS} times, loses no confirmed entry and leaves a ledger that heals and verifies`, async () => {
  const folder = newFolder();
  const confirmed: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const enough = 1 + ((round * 137) % 1500);
    const said = await writeUntilKilled(folder, round * 1_000_000, enough);
    assert.ok(said.length >= enough, 'the writer was not killed before it confirmed anything');
    confirmed.push(...said);
  }
  await (await openLedger(folder, { key: KEY })).close();
  const numbers = new Set<number>();
  let gaps = 0;
  for (const text of checkedEntries(realFileSystem, folder)) {
    const entry = JSON.parse(text) as { n?: number; type?: string };
    if (entry.n === undefined) {
      assert.equal(entry.type, 'gap');
      gaps++;
    } else {
      assert.ok(!numbers.has(entry.n), `entry ${entry.n} stands there twice`);
      numbers.add(entry.n);
    }
  }
  for (const number of confirmed) assert.ok(numbers.has(number), `confirmed entry ${number} is lost`);
  assert.equal(gaps, ROUNDS, 'each end without order is on record');
});
