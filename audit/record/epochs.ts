import type { LogReader } from '../log-reader.ts';
import { TILE_WIDTH } from '../tlog/tile-path.ts';

// How the entries begin that matter to those behind them: canonical JSON has its members in order.
const EPOCH = Buffer.from('{"environment":');
const DEFINE = Buffer.from('{"id":');

/** Told without parsing. */
export function isEpoch(entry: Buffer): boolean {
  return startsWith(entry, EPOCH) && entry.includes('"type":"epoch"');
}

/** Told without parsing. */
export function isDefine(entry: Buffer): boolean {
  return startsWith(entry, DEFINE) && entry.includes('"type":"define"');
}

/** Where reading must begin to understand the entry at `index`: its epoch, or the first entry that is left. */
export async function epochBefore(log: Pick<LogReader, 'minimum' | 'entries'>, index: number): Promise<number> {
  for (let end = index + 1; end > log.minimum; ) {
    const start = Math.max(log.minimum, Math.floor((end - 1) / TILE_WIDTH) * TILE_WIDTH);
    let found: number | undefined;
    for await (const { first, entries } of log.entries(start, end)) {
      for (const [at, bytes] of entries.entries()) if (isEpoch(bytes)) found = first + at;
    }
    if (found !== undefined) return found;
    end = start;
  }
  return log.minimum;
}

/** Quicker than a view and a comparison: it is asked of every entry. */
function startsWith(bytes: Buffer, start: Buffer): boolean {
  if (bytes.length < start.length) return false;
  for (let at = 0; at < start.length; at++) if (bytes[at] !== start[at]) return false;
  return true;
}
