import { FILE_NAME, MOST_FILES } from './archive-files.ts';
import { readAt } from './ledger-files.ts';
import { UnreadableError } from './signed-head.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const END64_LOCATOR = 0x07064b50;
const END64_LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const ZIP64_EXTRA = 0x0001;
const MOST_DIRECTORY_BYTES = 1 << 20;
const FULL = 0xffffffff;
/** Sizes behind the data, and names in UTF-8: all that may be set. */
const KNOWN_FLAGS = 0x0808;
export const STORED = 0;
export const DEFLATED = 8;

/** Where a file lies in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  /** Where its packed bytes begin. */
  readonly start: number;
}

/**
 * Reads the directory of a zip archive (APPNOTE 6.3, with zip64), strictly: it ends the file, its files lie one behind the
 * other before it, have plain names, each once, and are the same as their own headers say. Throws an UnreadableError.
 */
export function zipDirectory(fd: number, bytes: number): ZipEntry[] {
  const { count, start, length, end } = endRecord(fd, bytes);
  if (length > MOST_DIRECTORY_BYTES || count > MOST_FILES || start + length !== end) throw malformed('its directory');
  const directory = readAt(fd, length, start);
  if (directory.length !== length) throw malformed('its directory');
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  let free = 0;
  for (let left = count; left > 0; left--) {
    const { entry, next, header } = centralEntry(directory, at);
    at = next;
    if (names.has(entry.name) || header !== free) throw malformed(entry.name);
    names.add(entry.name);
    const data = header + localBytes(fd, header, entry);
    free = data + entry.packed + descriptorBytes(fd, data + entry.packed, header, entry);
    if (free > start) throw malformed(entry.name);
    entries.push({ ...entry, start: data });
  }
  if (at !== length || free !== start) throw malformed('its directory');
  return entries;
}

function endRecord(fd: number, bytes: number) {
  const record = readAt(fd, END_BYTES, Math.max(0, bytes - END_BYTES));
  if (record.length < END_BYTES || record.readUInt32LE(0) !== END || record.readUInt16LE(20) !== 0)
    throw new UnreadableError('the file is no zip archive, or not a whole one');
  const end = bytes - END_BYTES;
  const plain = {
    count: record.readUInt16LE(10),
    length: record.readUInt32LE(12),
    start: record.readUInt32LE(16),
    end,
  };
  if (plain.count !== 0xffff && plain.length !== FULL && plain.start !== FULL) return plain;
  const locatorAt = end - END64_LOCATOR_BYTES;
  const locator = locatorAt < 0 ? Buffer.alloc(0) : readAt(fd, END64_LOCATOR_BYTES, locatorAt);
  if (locator.length < END64_LOCATOR_BYTES || locator.readUInt32LE(0) !== END64_LOCATOR) throw malformed('its end');
  const at = safe(locator.readBigUInt64LE(8));
  const record64 = at + END64_BYTES > locatorAt ? Buffer.alloc(0) : readAt(fd, END64_BYTES, at);
  if (record64.length < END64_BYTES || record64.readUInt32LE(0) !== END64 || at + END64_BYTES !== locatorAt)
    throw malformed('its end');
  return {
    count: safe(record64.readBigUInt64LE(32)),
    length: safe(record64.readBigUInt64LE(40)),
    start: safe(record64.readBigUInt64LE(48)),
    end: at,
  };
}

function centralEntry(directory: Buffer, at: number) {
  if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL) throw malformed('its directory');
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw malformed('its directory');
  const name = directory.toString('latin1', at + CENTRAL_BYTES, nameEnd);
  const isPlain = (flags & ~KNOWN_FLAGS) === 0 && (method === STORED || method === DEFLATED);
  if (!FILE_NAME.test(name) || !isPlain) throw new UnreadableError(`the archive holds a file that no export has`);
  const fields = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
  const [size = 0, packed = 0, header = 0] = widened(fields, directory.subarray(nameEnd, extraEnd));
  if (method === STORED && size !== packed) throw malformed(name);
  return { entry: { name, method, crc: directory.readUInt32LE(at + 16), size, packed }, header, next };
}

/** Fields that are full stand in the extra field of zip64, in the same order. */
function widened(fields: readonly number[], extra: Buffer): number[] {
  if (!fields.includes(FULL)) return [...fields];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_EXTRA) continue;
    const values = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let next = 0;
    return fields.map((field) => {
      if (field !== FULL) return field;
      if (next + 8 > values.length) throw malformed('a size');
      next += 8;
      return safe(values.readBigUInt64LE(next - 8));
    });
  }
  throw malformed('a size');
}

/** Bytes of a file's own header, which must be of the same file. */
function localBytes(fd: number, at: number, { name, method }: Omit<ZipEntry, 'start'>): number {
  const header = readAt(fd, LOCAL_BYTES + name.length, at);
  const isSame =
    header.length === LOCAL_BYTES + name.length &&
    header.readUInt32LE(0) === LOCAL &&
    header.readUInt16LE(8) === method &&
    header.readUInt16LE(26) === name.length &&
    header.toString('latin1', LOCAL_BYTES) === name;
  if (!isSame) throw malformed(name);
  return header.length + header.readUInt16LE(28);
}

/** Bytes of what may stand behind the data: the sizes again. */
function descriptorBytes(
  fd: number,
  at: number,
  header: number,
  { crc, size, packed }: Omit<ZipEntry, 'start'>,
): number {
  const flags = readAt(fd, 2, header + 6);
  if (flags.length < 2 || (flags.readUInt16LE(0) & 0x0008) === 0) return 0;
  const descriptor = readAt(fd, 24, at);
  const hasMark =
    descriptor.length >= 16 && descriptor.readUInt32LE(0) === 0x08074b50 && descriptor.readUInt32LE(4) === crc;
  if (!hasMark) throw malformed('what stands behind a file');
  const isShort = descriptor.readUInt32LE(8) === packed && descriptor.readUInt32LE(12) === size;
  const isLong =
    descriptor.length === 24 &&
    descriptor.readBigUInt64LE(8) === BigInt(packed) &&
    descriptor.readBigUInt64LE(16) === BigInt(size);
  if (isLong) return 24;
  if (isShort) return 16;
  throw malformed('what stands behind a file');
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a size');
  return Number(value);
}

function malformed(what: string): UnreadableError {
  return new UnreadableError(`the archive is malformed at ${what}`);
}
