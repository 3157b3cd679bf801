import { constants, zstdCompressSync } from 'node:zlib';
import { isAccess, type ResolvedEntry } from '../record/entry-reader.ts';
import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts';
import type { ListRow, ShapeRow, Shapes } from './shape.ts';

/** One entry on its way into the index. */
export interface IndexedEntry {
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly shape: ShapeRow;
  readonly exchange: string | undefined;
  readonly trace: string | undefined;
  readonly subject: string | undefined;
  readonly handles: readonly string[];
  readonly records: number;
}

/** The year 10000: what is later is no time of ours. */
const LATEST_MS = 253_402_300_800_000;

/** Some entries, packed. */
export interface PackedTexts {
  readonly position: number;
  readonly count: number;
  readonly body: Buffer;
}

/** More of them are packed better and read more slowly: 64 take a third of their bytes, and 0.1 ms to unpack. */
const PACK = 64;
/** A quick level: entries are mostly random digits, which nothing packs. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Entries that follow each other in one log, as they go into the index together. */
export class Batch {
  readonly entries: IndexedEntry[] = [];
  readonly texts: PackedTexts[] = [];
  /** Lists that entries refer to, beyond the fields of their shapes. */
  readonly lists = new Set<ListRow>();
  unreadable = 0;
  unresolved = 0;
  handles = 0;
  /** Position behind the last. */
  end: number;
  readonly start: number;
  readonly #shapes: Shapes;
  #open: Buffer[] = [];

  constructor(shapes: Shapes, start: number) {
    this.#shapes = shapes;
    this.start = start;
    this.end = start;
  }

  get size(): number {
    return this.end - this.start;
  }

  /** The next entry; `resolved` is undefined for a definition, and an Error where it could not be read. */
  add(bytes: Buffer, resolved: ResolvedEntry | undefined | Error): void {
    // Of one log pruned to an epoch nothing must stand behind it in the same pack.
    const isEpoch = resolved !== undefined && !(resolved instanceof Error) && resolved.entry.type === 'epoch';
    if (isEpoch || this.#open.length === PACK) this.#pack();
    this.#open.push(bytes);
    const position = this.end++;
    if (resolved === undefined) return;
    const entry = resolved instanceof Error ? undefined : this.#read(position, resolved);
    if (entry === undefined) this.#addUnreadable(position);
    else {
      this.entries.push(entry);
      this.handles += entry.handles.length;
    }
  }

  /** Nothing is added any more. */
  finish(): void {
    this.#pack();
  }

  #addUnreadable(position: number): void {
    this.unreadable++;
    const time = this.entries.at(-1)?.time ?? 0;
    const nothing = { exchange: undefined, trace: undefined, subject: undefined, handles: [], records: 0 };
    this.entries.push({ position, time, shape: this.#shapes.unreadable(), ...nothing });
  }

  /** Undefined where it is not what it should be: a log is only known to be as it was signed. */
  #read(position: number, resolved: ResolvedEntry): IndexedEntry | undefined {
    const { entry, missing } = resolved;
    const time = Date.parse(entry.time);
    if (!(time >= 0 && time < LATEST_MS)) return undefined;
    if (missing.length > 0) this.unresolved++;
    try {
      const shape = this.#shapes.of(resolved);
      const nothing = { exchange: undefined, trace: undefined, subject: undefined, handles: [], records: 0 };
      if (!isAccess(entry)) return { position, time, shape, ...nothing };
      this.#noteLists(resolved);
      const { exchange, trace, subject, handles = [], records = 0 } = entry;
      if (!Array.isArray(handles) || !Number.isSafeInteger(records)) return undefined;
      return { position, time, shape, exchange, trace, subject, handles, records };
    } catch {
      return undefined;
    }
  }

  #noteLists({ entry, lists, missing }: ResolvedEntry): void {
    if (!isAccess(entry) || lists === undefined) return;
    for (const name of ['verdicts', 'ignored', 'notes'] as const) {
      const reference = entry[name];
      if (typeof reference !== 'string' || missing.includes(reference)) continue;
      const list = this.#shapes.list(reference, lists[name]);
      if (list.id === undefined) this.lists.add(list);
    }
  }

  #pack(): void {
    const entries = this.#open;
    if (entries.length === 0) return;
    const size = entries.reduce((sum, { length }) => sum + 2 + length, 0);
    const bundle = Buffer.allocUnsafe(size);
    let at = 0;
    for (const entry of entries) {
      at = bundle.writeUInt16BE(Math.min(entry.length, MOST_ENTRY_BYTES), at);
      at += entry.copy(bundle, at);
    }
    this.texts.push({
      position: this.end - entries.length,
      count: entries.length,
      body: zstdCompressSync(bundle, LEVEL),
    });
    this.#open = [];
  }
}
