import { readFile } from 'node:fs/promises';
import type { LogEnd } from './record/recent-entries.ts';

const NEWLINE = 0x0a;

/** The entries of a log in one file, as it is now; a line that is still being written is left out. */
export async function readLineLog(path: string): Promise<LogEnd> {
  const bytes = await readFile(path);
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return {
    minimum: 0,
    checkpoint: () => Promise.resolve({ note: '', size: lines.length, root: Buffer.alloc(32) }),
    async *entries(from, to) {
      yield { first: from, entries: lines.slice(from, to) };
    },
  };
}
