import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFileLog } from './file-log.ts';

const ROUNDS = 10;
const MODULE = new URL('./file-log.ts', import.meta.url).href;

/** Writes records without end; says the number of each once it is durable, by a write that cannot be lost with the process. */
const WRITER = `
import { writeSync } from 'node:fs';
import { openFileLog } from ${JSON.stringify(MODULE)};
const [path, first] = process.argv.slice(1);
const log = await openFileLog(path, { commitIntervalMs: 2 });
let n = Number(first);
function some() {
  for (let burst = 0; burst < 7; burst++) {
    const mine = n++;
    log.whenDurable(log.append(JSON.stringify({ n: mine, text: 'r'.repeat(mine % 900) })), (error) => {
      if (error === undefined) writeSync(1, mine + '\\n');
    });
  }
  setImmediate(some);
}
some();
`;

/** Runs the writer until it has confirmed `enough` records, kills it, returns the numbers it confirmed. */
async function writeUntilKilled(path: string, first: number, enough: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, path, String(first)], {
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

test('kill -9 at any moment loses no confirmed record and leaves a log that heals', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-kill-'));
  try {
    const path = join(folder, 'audit.jsonl');
    const confirmed: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const said = await writeUntilKilled(path, round * 1_000_000, 1 + round * 137);
      assert.ok(said.length > round * 137, 'the writer was not killed before it confirmed anything');
      confirmed.push(...said);
    }
    await (await openFileLog(path)).close();
    const text = await readFile(path, 'utf8');
    assert.ok(text.endsWith('\n'));
    const numbers = new Set<number>();
    for (const line of text.split('\n').slice(0, -1)) {
      const entry = JSON.parse(line) as { n?: number; type?: string };
      if (entry.n === undefined) assert.equal(entry.type, 'gap');
      else {
        assert.ok(!numbers.has(entry.n), `record ${entry.n} stands there twice`);
        numbers.add(entry.n);
      }
    }
    for (const number of confirmed) assert.ok(numbers.has(number), `confirmed record ${number} is lost`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
