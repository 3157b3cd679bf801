import { canonicalJson } from '../record/canonical-json.ts';
import type { ResolvedEntry } from '../record/entry-reader.ts';
import { CSV_HEADER, csvLine } from './csv-line.ts';
import { exportRow } from './export-row.ts';
import { ocsfLine } from './ocsf-line.ts';

/** A file of rows that is text: who verifies derives it again from the proven entries and compares. */
export interface RowFile {
  readonly name: string;
  readonly header: string;
  /** The row's line with its line end. */
  line(row: ResolvedEntry): string;
}

export const ROW_FILES: readonly RowFile[] = [
  { name: 'rows.csv', header: CSV_HEADER, line: csvLine },
  { name: 'rows.jsonl', header: '', line: (row) => `${canonicalJson(exportRow(row))}\n` },
  { name: 'rows.ocsf.jsonl', header: '', line: (row) => ocsfLine(exportRow(row)) },
];
export const PARQUET_FILE = 'rows.parquet';
