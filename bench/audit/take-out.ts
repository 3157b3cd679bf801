import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeExport } from '../../audit/export/write-export.ts';
import { scanLedger } from '../../audit/questions/scan.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { noteSigner } from '../../audit/tlog/signed-note.ts';
import { ledgerFiles } from '../../audit/verify/ledger-files.ts';
import { verifyLedger } from '../../audit/verify/verify-ledger.ts';
import type { Figure } from './figures.ts';

const MEGABYTE = 2 ** 20;

/** Verifies a ledger offline, and exports all of its calls to CSV. */
export async function measureTakingOut(folder: string): Promise<Figure[]> {
  const { ledger, seconds } = verifyLedger(ledgerFiles(folder), { keys: [], kept: [] }, () => undefined);
  const entries = ledger?.entries ?? 0;
  const reader = await openFolderReader(folder);
  const { size } = await reader.checkpoint();
  let most = 0;
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const { rows } = await writeExport({
    folder,
    rows: scanLedger(reader, size, { types: ['access'] }),
    question: '{"types":["access"]}',
    formats: ['csv'],
    out: join(folder, '..', 'export.zip'),
    signer: noteSigner('bench.example/ledger', randomBytes(32)),
    software: '0.0.0',
    now: new Date(),
    progress: () => {
      most = Math.max(most, process.memoryUsage.rss());
    },
    record: () => Promise.resolve(),
  });
  const took = (performance.now() - start) / 1000;
  return [
    { what: 'verified offline, every entry', value: entries / seconds, unit: 'entries/s', goal: { atLeast: 200_000 } },
    {
      what: `exported to CSV with proof, ${rows.toLocaleString('en')} rows`,
      value: rows / took,
      unit: 'rows/s',
      goal: { atLeast: 100_000 },
    },
    { what: 'memory that the export added at most', value: Math.max(0, most - before) / MEGABYTE, unit: 'MB' },
  ];
}
