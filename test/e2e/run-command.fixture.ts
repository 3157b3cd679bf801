import { execFile } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
export const CATALOG = join(ROOT, 'examples/distribution/catalog');

/** How a command ended, and what it said. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in a process of its own, on the demo's catalog unless told otherwise. */
export function portcullis(args: readonly string[], variables: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'main.ts'), ...args],
      { env: { ...process.env, PORTCULLIS_CATALOG: CATALOG, ...variables }, maxBuffer: 16 * 1024 * 1024 },
      (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    );
  });
}
