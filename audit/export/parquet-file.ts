import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { ResolvedEntry } from '../record/entry-reader.ts';
import { COLUMNS, type ExportRow, exportRow, LIST_COLUMNS, OWN_NUMBERS } from './export-row.ts';
import type { ManifestFile } from './manifest.ts';
import { PARQUET_FILE } from './row-files.ts';

/** Rows that are gathered before they are written, column by column. */
const GROUP_ROWS = 10_000;
const LISTS: ReadonlySet<string> = new Set(['approvers', 'handles', ...LIST_COLUMNS]);
const COUNTS: ReadonlySet<string> = new Set(['index', 'records', 'bytes']);
const NUMBERS: ReadonlySet<string> = new Set(OWN_NUMBERS);

/** Writes rows as Apache Parquet, a group at a time. */
export class ParquetFile {
  readonly #path: string;
  readonly #writer: ReturnType<typeof fileWriter>;
  readonly #parquet: ParquetWriter;
  #rows: ExportRow[] = [];

  constructor(folder: string) {
    this.#path = join(folder, PARQUET_FILE);
    this.#writer = fileWriter(this.#path);
    this.#parquet = new ParquetWriter({ writer: this.#writer, schema: schema(), createdBy: 'Portcullis' });
  }

  /** Takes a row; where this gives a promise, wait for it before the next. */
  write(row: ResolvedEntry): Promise<void> | undefined {
    this.#rows.push(exportRow(row));
    return this.#rows.length < GROUP_ROWS ? undefined : this.#flush();
  }

  async end(): Promise<ManifestFile> {
    await this.#flush();
    await this.#parquet.finish();
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.#path)) hash.update(chunk as Buffer);
    const { size } = await stat(this.#path);
    return { name: PARQUET_FILE, bytes: size, sha256: hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    const columnData = COLUMNS.map((name) => ({ name, data: rows.map((row) => cellOf(name, row)) }));
    await this.#parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
  }
}

function cellOf(name: (typeof COLUMNS)[number], row: ExportRow): unknown {
  if (name === 'time') return new Date(row.time);
  const value = row[name];
  return COUNTS.has(name) && typeof value === 'number' ? BigInt(value) : value;
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

function schema(): Schema {
  const columns: Schema = [];
  for (const name of COLUMNS) {
    const column = { name, repetition_type: 'OPTIONAL' } as const;
    if (name === 'time') columns.push({ ...column, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' });
    else if (COUNTS.has(name)) columns.push({ ...column, type: 'INT64' });
    else if (NUMBERS.has(name)) columns.push({ ...column, type: 'DOUBLE' });
    else if (LISTS.has(name)) {
      columns.push(
        { ...column, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      );
    } else columns.push({ ...column, type: 'BYTE_ARRAY', converted_type: 'UTF8' });
  }
  return [{ name: 'root', num_children: COLUMNS.length }, ...columns];
}
