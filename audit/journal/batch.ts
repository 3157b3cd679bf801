import { crc32 } from 'node:zlib';

/** What every batch begins with. */
export const BATCH_MARK = Buffer.from('PJB1');
const MAGIC = BATCH_MARK.readUInt32BE();
/** Magic, bytes of the entries, count of entries, CRC-32 of what stands before it and of the entries; four bytes each. */
export const BATCH_HEADER_BYTES = 16;
const CRC_AT = 12;
/** More than a writer ever gathers; a length beyond it is not one. */
const MOST_BATCH_BYTES = 1 << 28;

/** What one commit brought to the journal: all of it is there, or none of it counts. */
export interface Batch {
  /** Entries, each behind its length (C2SP tlog-tiles, entry bundles). */
  readonly payload: Buffer;
  readonly count: number;
  /** Where the next batch begins. */
  readonly end: number;
}

/** What stands before the entries of a batch. A batch without entries says that the journal was closed in order. */
export function batchHeader(buffers: readonly Buffer[], bytes: number, count: number): Buffer {
  const header = Buffer.allocUnsafe(BATCH_HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt32BE(bytes, 4);
  header.writeUInt32BE(count, 8);
  let sum = crc32(header.subarray(0, CRC_AT));
  for (const buffer of buffers) sum = crc32(buffer, sum);
  header.writeUInt32BE(sum, CRC_AT);
  return header;
}

/** Bytes of the whole batch that begins at `at`, as far as its header can be trusted; undefined where none begins. */
export function batchBytes(bytes: Buffer, at: number): number | undefined {
  if (at + BATCH_HEADER_BYTES > bytes.length || bytes.readUInt32BE(at) !== MAGIC) return undefined;
  const length = bytes.readUInt32BE(at + 4);
  return length > MOST_BATCH_BYTES ? undefined : BATCH_HEADER_BYTES + length;
}

/** The batch at `at`, or undefined where it is torn or damaged. */
export function readBatch(bytes: Buffer, at: number): Batch | undefined {
  const length = batchBytes(bytes, at);
  if (length === undefined || at + length > bytes.length) return undefined;
  const start = at + BATCH_HEADER_BYTES;
  const payload = bytes.subarray(start, at + length);
  const sum = crc32(payload, crc32(bytes.subarray(at, at + CRC_AT)));
  if (sum !== bytes.readUInt32BE(at + CRC_AT)) return undefined;
  return { payload, count: bytes.readUInt32BE(at + 8), end: at + length };
}
