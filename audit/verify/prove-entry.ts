import type { LogReader } from '../log-reader.ts';
import { inclusionProof } from '../tlog/inclusion-proof.ts';
import { formatTlogProof } from '../tlog/tlog-proof.ts';

/** Text of a `.tlog-proof` of one entry against the latest checkpoint; carries the entry as its extra data. */
export async function proveEntry(reader: LogReader, index: number): Promise<string> {
  const { note, size } = await reader.checkpoint();
  if (index >= size) throw new Error(`the checkpoint has entries 0 to ${size - 1} only`);
  if (index < reader.minimum) throw new Error(`entry ${index} was pruned`);
  const hashes = await inclusionProof((level, at) => reader.subtree(level, at), index, size);
  for await (const { entries } of reader.entries(index, index + 1)) {
    const [extra] = entries;
    if (extra !== undefined) return formatTlogProof({ index, hashes, checkpoint: note, extra });
  }
  throw new Error(`entry ${index} is missing`);
}
