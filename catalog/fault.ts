/** Where a fault stands: file relative to the catalog folder, line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * One thing wrong with a catalog document. `code` is stable (kebab-case, documented in docs/faults.md);
 * `message` says what is wrong and how to mend it in one sentence each.
 */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly place: Place;
  /** A warning is shown but does not stop publication. */
  readonly severity: 'error' | 'warning';
}

/** In the order of files, lines and columns. */
export function byPlace({ place: left }: Fault, { place: right }: Fault): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}

/** The line that `check` prints: `file:line:column code message`. */
export function formatFault(fault: Fault): string {
  const { file, line, column } = fault.place;
  const mark = fault.severity === 'warning' ? ' (warning)' : '';
  return `${file}:${line}:${column} ${fault.code}${mark} ${fault.message}`;
}
