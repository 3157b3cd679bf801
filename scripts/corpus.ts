import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Fault, formatFault } from '../catalog/fault.ts';
import { parseSource, SOURCE_NAME } from '../catalog/parse-source.ts';
import { type ParsedContract, parseContract } from '../openapi/parse-contract.ts';

/** What became of one document: its size as a contract, or the first fault that keeps it from being one. */
export interface CorpusRow {
  readonly document: string;
  /** Undefined where the document did not become a contract. */
  readonly operations: number | undefined;
  readonly fields: number | undefined;
  readonly ms: number;
  readonly outcome: 'loaded' | 'fault' | 'crash';
  readonly verdict: string;
}

/** Reads every API description of a folder (`.json`, `.yaml`, `.yml`; not of its subfolders), by name. */
export async function readCorpus(folder: string): Promise<CorpusRow[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && SOURCE_NAME.test(entry.name)).map((entry) => entry.name);
  const rows: CorpusRow[] = [];
  for (const name of names.sort()) rows.push(readDocument(name, await readFile(join(folder, name), 'utf8')));
  return rows;
}

function readDocument(document: string, text: string): CorpusRow {
  const start = performance.now();
  const failed = { document, operations: undefined, fields: undefined };
  try {
    const parsed = parseSource(document, text);
    const readable = parsed.content !== undefined;
    const { contract, faults: found } = readable ? parseContract(parsed.content, parsed.source) : NOTHING;
    const faults = [...parsed.faults, ...found];
    const ms = performance.now() - start;
    const errors = faults.filter((fault) => fault.severity === 'error');
    const [first] = errors;
    if (first !== undefined) return { ...failed, ms, outcome: 'fault', verdict: verdictOf(first, errors.length - 1) };
    if (contract === undefined) return { ...failed, ms, outcome: 'crash', verdict: 'neither a contract nor a fault' };
    const verdict = faults.length === 0 ? 'loaded' : `loaded with warnings: ${countByCode(faults)}`;
    const { operations, fieldIds } = contract;
    return { document, operations: operations.size, fields: fieldIds.size, ms, outcome: 'loaded', verdict };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...failed, ms: performance.now() - start, outcome: 'crash', verdict: `crashed: ${message}` };
  }
}

const NOTHING: Pick<ParsedContract, 'contract' | 'faults'> = { contract: undefined, faults: [] };

function verdictOf(fault: Fault, more: number): string {
  return formatFault(fault) + (more === 0 ? '' : ` (and ${more} more)`);
}

function countByCode(faults: readonly Fault[]): string {
  const counts = new Map<string, number>();
  for (const { code } of faults) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
}

/** The rows as lines of text with aligned columns, and a closing line with totals. */
export function corpusTable(rows: readonly CorpusRow[]): string {
  const shown = (count: number | undefined): string => (count === undefined ? '-' : String(count));
  const cells = [
    ['document', 'operations', 'fields', 'ms', 'verdict'],
    ...rows.map((row) => [row.document, shown(row.operations), shown(row.fields), row.ms.toFixed(0), row.verdict]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const count = (outcome: CorpusRow['outcome']): number => rows.filter((row) => row.outcome === outcome).length;
  const ms = rows.reduce((sum, row) => sum + row.ms, 0);
  const total = `${rows.length} documents: ${count('loaded')} loaded, ${count('fault')} with faults, ${count('crash')} crashed; ${ms.toFixed(0)} ms`;
  return `${[...lines, total].join('\n')}\n`;
}

/** Prints the table of a folder; exit code 0 when every document was loaded or has a fault with its place. */
async function main(folder: string | undefined): Promise<number> {
  if (folder === undefined) {
    process.stderr.write('usage: corpus FOLDER: reads every API description in FOLDER and prints what became of it\n');
    return 2;
  }
  const rows = await readCorpus(folder);
  process.stdout.write(corpusTable(rows));
  if (rows.length === 0) process.stderr.write(`No .json, .yaml or .yml file stands in ${folder}.\n`);
  return rows.length > 0 && rows.every((row) => row.outcome !== 'crash') ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main(process.argv[2]);
