import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HandleKeys } from '../audit/handles/handle-keys.ts';
import { createRecorder } from '../audit/record/recorder.ts';
import { benchExchange } from './audit/bench-ledger.ts';

/** `node bench/record.ts`: what a record costs the gateway's thread at best, and how long its entry is. */
/** Rounds so short that some of them run undisturbed, whatever else the machine does. */
const ROUNDS = 300;
const RECORDS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
const handles = new HandleKeys({ folder, wrappingKey: Buffer.alloc(32, 7) });
let ticket = 0;
let bytes = 0;
let longest = 0;
const recorder = createRecorder({
  log: {
    append: (entry) => {
      bytes += entry.length;
      longest = Math.max(longest, entry.length);
      return ticket++;
    },
    whenDurable: () => undefined,
    healthy: true,
    close: () => Promise.resolve(),
  },
  handles,
  origin: 'gateway.bench/ledger',
  environment: 'production',
  software: '0.0.0',
});

function put(customer: number): void {
  recorder.put(benchExchange(customer));
}

function measure(name: string, once: (n: number) => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    for (let n = 0; n < RECORDS; n++) once(round * RECORDS + n);
    best = Math.min(best, ((performance.now() - from) * 1000) / RECORDS);
  }
  process.stdout.write(`${name.padEnd(40)} ${best.toFixed(2)} µs\n`);
}

measure('record of a known customer', (n) => put(n % 5000));
measure('record of a customer never seen before', (n) => put(1_000_000 + n));
const month = handles.at(Date.now());
measure('handle of a known subject', (n) => month.handleOf(`erp/res.partner ${n % 5000}`));
measure('handle of a subject never seen before', (n) => month.handleOf(`erp/sale.order ${n}`));
process.stdout.write(`${'mean entry'.padEnd(40)} ${Math.round(bytes / ticket)} bytes, longest ${longest}\n`);
rmSync(folder, { recursive: true });
