import { benchExchange, openBenchLedger } from './bench-ledger.ts';
import { type Figure, percentileOf } from './figures.ts';

/** What waiting for a durable record adds at a steady pace, and how far the checkpoint is behind. */
export async function measurePace(folder: string, seconds: number, perSecond: number): Promise<Figure[]> {
  const { ledger, recorder } = await openBenchLedger(folder);
  const waits = new Float64Array(seconds * perSecond + perSecond);
  let offered = 0;
  let heard = 0;
  let lag = 0;
  let unsignedSince = 0;
  let checkpointed = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
    for (; offered < due; offered++) {
      const put = performance.now();
      ledger.whenDurable(recorder.put(benchExchange(offered % 100_000)), (error) => {
        if (error !== undefined) throw error;
        waits[heard++] = performance.now() - put;
      });
    }
    const now = performance.now();
    if (ledger.checkpointed > checkpointed) {
      checkpointed = ledger.checkpointed;
      unsignedSince = now;
    }
    lag = Math.max(lag, now - (unsignedSince || start));
    await new Promise((next) => setTimeout(next, 1));
  }
  const cpu = process.cpuUsage(cpuBefore);
  await ledger.close();
  const figure = (share: number): number => percentileOf(waits, heard, share);
  const pace = `${perSecond.toLocaleString('en')} records/s`;
  return [
    { what: `strict: wait for the record at ${pace}, median`, value: figure(0.5), unit: 'ms' },
    { what: `strict: wait for the record at ${pace}, p99`, value: figure(0.99), unit: 'ms', goal: { atMost: 5 } },
    { what: `longest time between two checkpoints at ${pace}`, value: lag, unit: 'ms', goal: { atMost: 2000 } },
    { what: `CPU of all threads for each record at ${pace}`, value: (cpu.user + cpu.system) / offered, unit: 'µs' },
  ];
}
