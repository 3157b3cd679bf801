import { benchExchange, openBenchLedger } from './bench-ledger.ts';
import type { Figure } from './figures.ts';

/** Entries that are handed over in one turn of the event loop. */
const BURST = 200;
const MOST_WAITING = 8 * 1024 * 1024;

/** As many records as the ledger takes: durable, in the tree, under a signed checkpoint. */
export async function measureAppends(folder: string, seconds: number): Promise<Figure[]> {
  const { ledger, recorder } = await openBenchLedger(folder);
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let customer = 0;
  let last = 0;
  while (performance.now() - start < seconds * 1000) {
    if (ledger.waitingBytes < MOST_WAITING && ledger.entries - ledger.checkpointed < 500_000) {
      for (let n = 0; n < BURST; n++) last = recorder.put(benchExchange(customer++ % 100_000));
    }
    await new Promise(setImmediate);
  }
  await new Promise<void>((done, fail) => ledger.whenDurable(last, (error) => (error ? fail(error) : done())));
  const durable = performance.now() - start;
  await ledger.close();
  const signed = performance.now() - start;
  const cpu = process.cpuUsage(cpuBefore);
  return [
    { what: 'records durable, as fast as they come', value: (ledger.entries / durable) * 1000, unit: 'records/s' },
    {
      what: 'records durable and under a signed checkpoint',
      value: (ledger.entries / signed) * 1000,
      unit: 'records/s',
      goal: { atLeast: 20_000 },
    },
    { what: 'CPU of all threads for each', value: (cpu.user + cpu.system) / ledger.entries, unit: 'µs' },
  ];
}
