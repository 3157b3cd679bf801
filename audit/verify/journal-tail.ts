import { readBatch } from '../journal/batch.ts';
import type { LedgerFiles } from './ledger-files.ts';

const FOLDER = 'journal';
const MOST_SEGMENT_BYTES = 1 << 30;

/**
 * How many entries wait in the journal behind `size`: durable, but under no signature yet. Undefined where there is no
 * journal, as in a copy without it.
 */
export function entriesInJournal(files: LedgerFiles, size: number): number | undefined {
  const names = files.list(FOLDER).filter((name) => /^\d{20}$/.test(name));
  if (names.length === 0) return undefined;
  let behind = 0;
  for (const name of names) {
    const bytes = files.read(`${FOLDER}/${name}`, MOST_SEGMENT_BYTES);
    let index = Number(name);
    for (let batch = bytes && readBatch(bytes, 0); bytes && batch; batch = readBatch(bytes, batch.end)) {
      behind += Math.max(0, index + batch.count - Math.max(size, index));
      index += batch.count;
    }
  }
  return behind;
}
