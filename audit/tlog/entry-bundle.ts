/** Longest entry: its length stands in two bytes (C2SP tlog-tiles, Log entries). */
export const MOST_ENTRY_BYTES = 0xffff;

/** The entries of a bundle: each as its length, two bytes, big-endian, and its bytes. Throws an Error where it is torn. */
export function entriesOf(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + 2;
    const end = start > bundle.length ? Number.POSITIVE_INFINITY : start + bundle.readUInt16BE(at);
    if (end > bundle.length) throw new Error(`entry ${entries.length} of a bundle is not whole`);
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}
