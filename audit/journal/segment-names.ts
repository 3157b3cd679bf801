import { join } from 'node:path';
import type { LedgerFileSystem } from './ledger-file-system.ts';

const DIGITS = 20;

/** Path of the segment that begins with entry `first`. */
export function segmentPath(folder: string, first: number): string {
  return join(folder, String(first).padStart(DIGITS, '0'));
}

/** Indices of the first entries of all segments in a journal's folder, ascending. */
export function segmentStarts(system: Pick<LedgerFileSystem, 'readdirSync'>, folder: string): number[] {
  const names = system.readdirSync(folder).filter((name) => /^\d{20}$/.test(name));
  return names.map(Number).sort((a, b) => a - b);
}
