import { open } from 'node:fs/promises';
import type { AuditRecord, GapRecord } from './record.ts';

const BLOCK_BYTES = 1 << 16;
const NEWLINE = 0x0a;

/**
 * The last `count` entries of a log file, oldest first, read from its end; a line that is still being written is left
 * out. Throws when a line is not an entry, and the system's error when there is no such file.
 */
export async function readRecent(path: string, count: number): Promise<(AuditRecord | GapRecord)[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const blocks: Buffer[] = [];
    let start = size;
    let lineEnds = 0;
    // One line end more than entries: the one before the first of them.
    while (start > 0 && lineEnds <= count) {
      const from = Math.max(0, start - BLOCK_BYTES);
      const block = Buffer.alloc(start - from);
      await file.read(block, 0, block.length, from);
      for (const byte of block) if (byte === NEWLINE) lineEnds++;
      blocks.unshift(block);
      start = from;
    }
    const lines = Buffer.concat(blocks).toString('utf8').split('\n');
    const whole = lines.slice(start > 0 ? 1 : 0, -1);
    return whole.slice(Math.max(0, whole.length - count)).map(parseEntry);
  } finally {
    await file.close();
  }
}

function parseEntry(line: string): AuditRecord | GapRecord {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry === 'object' && entry !== null && 'type' in entry) return entry as AuditRecord | GapRecord;
  } catch {
    // Said below, without the line: it may be anything.
  }
  throw new Error('the log holds a line that is not a record');
}
