import type { ResolvedEntry } from '../record/entry-reader.ts';
import { subtreesBetween } from '../tlog/compact-range.ts';
import { HASH_BYTES } from '../tlog/merkle-hash.ts';
import { fileSink, HashedFile, type Sink } from './hashed-file.ts';
import { ENTRIES_FILE, ENTRY_LINE_END, entryLineStart, HASHES_FILE, type ManifestFile } from './manifest.ts';
import { ParquetFile } from './parquet-file.ts';
import { ROW_FILES, type RowFile } from './row-files.ts';
import type { TileSubtrees } from './tile-subtrees.ts';

export const EXPORT_FORMATS = ['csv', 'jsonl', 'ocsf', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const LINE_END = Buffer.from(ENTRY_LINE_END);
const FILE_OF: Readonly<Record<Exclude<ExportFormat, 'parquet'>, string>> = {
  csv: 'rows.csv',
  jsonl: 'rows.jsonl',
  ocsf: 'rows.ocsf.jsonl',
};

/** The files of an archive that grow with its rows: entries, the hashes between them, and the rows in each format. */
export class ExportFiles {
  readonly #tiles: TileSubtrees;
  readonly #entries: HashedFile;
  readonly #hashes: HashedFile;
  readonly #rows: readonly { readonly file: HashedFile; readonly form: RowFile }[];
  readonly #parquet: ParquetFile | undefined;
  /** Entry behind the last one that is shown. */
  #at = 0;
  entries = 0;
  written: readonly ManifestFile[] = [];

  private constructor(
    tiles: TileSubtrees,
    [entries, hashes]: readonly [HashedFile, HashedFile],
    rows: readonly { readonly file: HashedFile; readonly form: RowFile }[],
    parquet: ParquetFile | undefined,
  ) {
    this.#tiles = tiles;
    this.#entries = entries;
    this.#hashes = hashes;
    this.#rows = rows;
    this.#parquet = parquet;
  }

  /** `archived` takes the entries, which are the most, straight into the archive; the others wait in `folder`. */
  static async create(
    folder: string,
    archived: Sink,
    formats: readonly ExportFormat[],
    tiles: TileSubtrees,
  ): Promise<ExportFiles> {
    const inFolder = async (name: string): Promise<HashedFile> => new HashedFile(name, await fileSink(folder, name));
    const own = [new HashedFile(ENTRIES_FILE, archived), await inFolder(HASHES_FILE)] as const;
    const rows: { file: HashedFile; form: RowFile }[] = [];
    for (const form of ROW_FILES) {
      if (!formats.some((format) => format !== 'parquet' && FILE_OF[format] === form.name)) continue;
      const file = await inFolder(form.name);
      await file.write(form.header);
      rows.push({ file, form });
    }
    return new ExportFiles(tiles, own, rows, formats.includes('parquet') ? new ParquetFile(folder) : undefined);
  }

  /** Takes the next entry, and its row where it is one. Where this gives a promise, wait for it before the next. */
  add(index: number, bytes: Buffer, row: ResolvedEntry | undefined): Promise<unknown> | undefined {
    const waits = index === this.#at ? [] : [this.#gap(index)];
    this.#at = index + 1;
    this.entries++;
    const start = entryLineStart(index, row === undefined);
    waits.push(this.#entries.write(Buffer.concat([Buffer.from(start), bytes, LINE_END])));
    if (row !== undefined) {
      for (const { file, form } of this.#rows) waits.push(file.write(form.line(row)));
      waits.push(this.#parquet?.write(row));
    }
    return waits.some((wait) => wait !== undefined) ? Promise.all(waits) : undefined;
  }

  /** The hashes behind the last entry, up to the checkpoint; then all files are whole. */
  async end(size: number): Promise<void> {
    await this.#gap(size);
    const files = [this.#entries, this.#hashes, ...this.#rows.map(({ file }) => file)];
    this.written = await Promise.all([
      ...files.map((file) => file.end()),
      ...(this.#parquet ? [this.#parquet.end()] : []),
    ]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#entries, this.#hashes, ...this.#rows.map(({ file }) => file)].map((file) => file.close()));
  }

  #gap(to: number): Promise<void> | undefined {
    if (to === this.#at) return undefined;
    const hashes = [...subtreesBetween(this.#at, to)].map(({ level, index }) => this.#tiles.subtree(level, index));
    return this.#hashes.write(Buffer.concat(hashes, hashes.length * HASH_BYTES));
  }
}
