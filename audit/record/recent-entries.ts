import type { DefineEntry } from '../entry.ts';
import type { LogReader } from '../log-reader.ts';
import { EntryReader, type ResolvedEntry } from './entry-reader.ts';
import { isDefine, isEpoch } from './epochs.ts';

/** What is needed of a log to read its end. */
export type LogEnd = Pick<LogReader, 'minimum' | 'checkpoint' | 'entries'>;

/** As many as a bundle holds. */
const BLOCK = 256;
interface IndexedEntry {
  readonly index: number;
  readonly bytes: Buffer;
}

/**
 * The last `count` entries of a log, oldest first, with all that they refer to: reads back to where the last of it is
 * defined, at most to the epoch before them. Throws where the log holds something else than entries.
 */
export async function recentEntries(log: LogEnd, count: number): Promise<readonly ResolvedEntry[]> {
  const { size } = await log.checkpoint();
  let start = size;
  const tail: IndexedEntry[] = [];
  for (let found = 0; found < count && start > log.minimum; ) {
    const block = await blockBefore(log, start);
    start = block.start;
    tail.unshift(...block.entries);
    found += block.entries.filter(({ bytes }) => !isDefine(bytes)).length;
  }
  const first = new EntryReader();
  const missing = new Set(tail.flatMap(({ index, bytes }) => first.read(index, bytes)?.missing ?? []));
  const definitions = await definitionsBefore(log, start, missing);
  const reader = new EntryReader();
  const entries = [...definitions, ...tail].flatMap(({ index, bytes }) => reader.read(index, bytes) ?? []);
  return count === 0 ? [] : entries.slice(-count);
}

/** The `define` entries before `end` that give a meaning to these ids. */
async function definitionsBefore(log: LogEnd, end: number, wanted: Set<string>): Promise<IndexedEntry[]> {
  const found: IndexedEntry[] = [];
  let start = end;
  while (wanted.size > 0 && start > log.minimum) {
    const block = await blockBefore(log, start);
    start = block.start;
    for (const entry of block.entries.toReversed()) {
      if (isEpoch(entry.bytes)) return found.reverse();
      if (!isDefine(entry.bytes)) continue;
      const { id, part } = JSON.parse(entry.bytes.toString()) as DefineEntry;
      if (!wanted.has(id)) continue;
      found.push(entry);
      if (part === undefined || part[0] === 1) wanted.delete(id);
    }
  }
  return found.reverse();
}

async function blockBefore(log: LogEnd, end: number): Promise<{ start: number; entries: IndexedEntry[] }> {
  const start = Math.max(log.minimum, Math.floor((end - 1) / BLOCK) * BLOCK);
  const read: IndexedEntry[] = [];
  for await (const { first, entries } of log.entries(start, end)) {
    for (const [at, bytes] of entries.entries()) read.push({ index: first + at, bytes });
  }
  return { start, entries: read };
}
