import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAppends } from './audit/appends.ts';
import { type Figure, renderFigures } from './audit/figures.ts';
import { measureIndex } from './audit/index-questions.ts';
import { measurePace } from './audit/pace.ts';
import { measureTakingOut } from './audit/take-out.ts';

/** `npm run bench:audit`: what the ledger bears, each figure beside its goal. */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    /** Entries of the ledger that is asked; of five million it takes a quarter of an hour. */
    records: { type: 'string', default: '200000' },
  },
});
const seconds = Number(values.seconds);
const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
const before = loadavg()[0] ?? 0;
const figures: Figure[] = [];
try {
  figures.push(...(await measureAppends(join(folder, 'appends'), seconds)));
  figures.push(...(await measureTakingOut(join(folder, 'appends'))));
  figures.push(...(await measurePace(join(folder, 'pace'), seconds, 5000)));
  figures.push(...(await measureIndex({ folder, entries: 100_000, asked: Number(values.records), questions: 200 })));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const [cpu] = cpus();
process.stdout.write(
  renderFigures(figures, [
    `Machine: ${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
    `One-minute load average: ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`,
  ]),
);
