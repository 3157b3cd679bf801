import type { LogReader } from '../log-reader.ts';
import { epochBefore, isDefine, isEpoch } from '../record/epochs.ts';

/** An entry that goes into an export. */
export interface ProvenEntry {
  readonly index: number;
  readonly bytes: Buffer;
  /** Not a row itself: an epoch or a definition that rows need. */
  readonly isSupport: boolean;
}

/**
 * The entries of the rows and, before them, what is needed to read them: the beginnings of their epochs and all that is
 * defined there. In order of the log. Of an epoch without rows nothing is taken.
 */
export async function* provenEntries(
  reader: LogReader,
  rows: AsyncIterable<{ readonly index: number }>,
  size: number,
): AsyncGenerator<readonly ProvenEntry[]> {
  const wanted = rows[Symbol.asyncIterator]();
  let next = await nextIndex(wanted, -1, size);
  if (next === undefined) return;
  let support: ProvenEntry[] = [];
  for await (const { first, entries } of reader.entries(await epochBefore(reader, next), size)) {
    const taken: ProvenEntry[] = [];
    for (let at = 0; at < entries.length && next !== undefined; at++) {
      const bytes = entries[at] as Buffer;
      const index = first + at;
      const begins = isEpoch(bytes);
      if (begins) support = [];
      if (index === next) {
        // Memory holds one epoch's definitions at most.
        taken.push(...support, { index, bytes, isSupport: false });
        support = [];
        next = await nextIndex(wanted, index, size);
      } else if (begins || isDefine(bytes)) {
        support.push({ index, bytes, isSupport: true });
      }
    }
    yield taken;
    if (next === undefined) return;
  }
}

async function nextIndex(
  rows: AsyncIterator<{ readonly index: number }>,
  last: number,
  size: number,
): Promise<number | undefined> {
  const { done, value } = await rows.next();
  // What is not yet under the checkpoint cannot be proven: it is for the next export.
  if (done === true || value.index >= size) return undefined;
  if (value.index <= last) throw new Error('rows are exported in the order of the log');
  return value.index;
}
