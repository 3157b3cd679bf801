import type { AssertionError } from 'node:assert';
import { run } from 'node:test';
import { inspect } from 'node:util';

/** How one test file went. */
export interface FileResult {
  readonly passed: number;
  /** One text per failed test case: its name, where it stands, and why. */
  readonly failures: readonly string[];
  /** What the file printed, the last part of it. */
  readonly output: string;
}

/** A single test case, and a whole file, may take so long; then they have failed. */
const TEST_MS = 60_000;
const FILE_MS = 180_000;
const MOST_OUTPUT = 20_000;

/** The parts of a test event that matter here. */
interface TestEvent {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly error?: Error & { failureType?: string } };
}

/**
 * Runs one test file in a process of its own. Skipped and unfinished tests and a file without tests count as failed: what
 * did not run has not passed.
 */
export async function runTestFile(path: string): Promise<FileResult> {
  let passed = 0;
  let output = '';
  const failures: string[] = [];
  const print = (text: string): void => {
    output = (output + text).slice(-MOST_OUTPUT);
  };
  const events = run({
    files: [path],
    concurrency: 1,
    timeout: TEST_MS,
    signal: AbortSignal.timeout(FILE_MS),
  });
  events.on('test:stdout', ({ message }) => print(message));
  events.on('test:stderr', ({ message }) => print(message));
  events.on('test:pass', (event: TestEvent) => {
    if (event.details.type === 'suite') return;
    if (event.name === path) failures.push('the file has no tests');
    else if (isSet(event.skip) || isSet(event.todo)) failures.push(`${placeOf(event)}\nwas skipped`);
    else passed++;
  });
  events.on('test:fail', (event: TestEvent) => {
    if (event.details.type === 'suite' && event.details.error?.failureType === 'subtestsFailed') return;
    failures.push(`${placeOf(event)}\n${reasonOf(event)}`);
  });
  for await (const event of events) void event;
  return { passed, failures, output };
}

function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

function placeOf(event: TestEvent): string {
  return event.line === undefined ? event.name : `${event.name} (line ${event.line})`;
}

function reasonOf(event: TestEvent): string {
  const { error } = event.details;
  if (error === undefined) return 'failed without saying why';
  // node:test wraps what the test threw; of a file that could not run it only has a word.
  if (typeof error.cause === 'string') return error.cause;
  const cause = error.cause instanceof Error ? error.cause : error;
  const text = cause.stack ?? inspect(cause);
  const own = text
    .split('\n')
    .filter((line) => !/^\s+at .*(?:node:internal|node:async_hooks)/.test(line))
    .join('\n');
  const { actual, expected, generatedMessage } = cause as Partial<AssertionError>;
  // A message of node:assert's own already shows them.
  if (generatedMessage === true) return own;
  return actual === undefined && expected === undefined ? own : `${own}\n${compared(actual, expected)}`;
}

function compared(actual: unknown, expected: unknown): string {
  const shown = (value: unknown): string => inspect(value, { depth: 6 }).slice(0, 2000);
  return `actual: ${shown(actual)}\nexpected: ${shown(expected)}`;
}
