import { COLUMNS, type ExportRow } from './export-row.ts';

const END = '\r\n';
/** A spreadsheet takes a text that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

export const CSV_HEADER = `${COLUMNS.join(',')}${END}`;

/** One line of CSV (RFC 4180) with its line end: lists are joined by `;`, a text that could be a formula begins with `'`. */
export function csvLine(row: ExportRow): string {
  let line = '';
  for (const column of COLUMNS) {
    const value = row[column];
    if (column !== COLUMNS[0]) line += ',';
    if (typeof value === 'number') line += value;
    else if (value !== undefined) line += csvText(typeof value === 'string' ? value : value.join(';'));
  }
  return line + END;
}

function csvText(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
