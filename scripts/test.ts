import { spawn } from 'node:child_process';
import { glob, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkLayers } from './layers.ts';
import { type FileResult, runTestFile } from './run-test-file.ts';
import { findOdoorpc } from './test-odoorpc.ts';
import { findPostgres } from './test-postgres.ts';
import { findRedis } from './test-redis.ts';
import { buildTlogReference } from './test-tlog-reference.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TEST_FILES = '**/*.test.ts';
const NEEDS_TLOG_REFERENCE = join('audit', 'tlog', 'reference.test.ts');
const NOT_OURS = /(?:^|[\\/])(?:node_modules|golden)[\\/]|^bench[\\/]express-gateway[\\/]/;

/** One check of the whole tree: undefined when there is nothing to say against it. */
interface Check {
  readonly name: string;
  run(): Promise<string | undefined>;
}

const LINT = ['ci', '--error-on-warnings', '--diagnostic-level=warn', '--colors=off', '.'];
/** What a tool says beyond this is more of the same. */
const MOST_PRINTED = 6000;

/** In the order in which a mistake is cheapest to find. */
const CHECKS: readonly Check[] = [
  { name: 'types', run: () => tool('typescript/bin/tsc', '-p', '.') },
  { name: 'lint and format', run: () => tool('@biomejs/biome/bin/biome', ...LINT) },
  { name: 'layers', run: layers },
  { name: 'dead code', run: () => tool('knip/bin/knip.js', '--no-progress') },
];

let passed = 0;
let failed = 0;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  // Tests and tools that start `node` get this one.
  process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  process.chdir(ROOT);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  if (args.length === 0) for (const check of CHECKS) await step(check);
  const stops: (() => Promise<void>)[] = [];
  await step({
    name: 'redis',
    run: async () => {
      const redis = await findRedis(process.env);
      stops.push(redis.stop);
      process.env.PORTCULLIS_TEST_REDIS_URL = redis.url;
      return undefined;
    },
  });
  await step({
    name: 'postgres',
    run: async () => {
      const postgres = await findPostgres(process.env);
      stops.push(postgres.stop);
      process.env.PORTCULLIS_TEST_POSTGRES_URL = postgres.url;
      return undefined;
    },
  });
  await step({
    name: 'odoorpc',
    run: () => {
      process.env.PORTCULLIS_TEST_PYTHON = findOdoorpc();
      return Promise.resolve(undefined);
    },
  });
  const files = await testFiles(args);
  // Go takes a while to come: only who asks for what needs it waits for it.
  if (files.includes(NEEDS_TLOG_REFERENCE)) {
    await step({
      name: 'reference of the log formats',
      run: () => {
        process.env.PORTCULLIS_TEST_TLOG_REFERENCE = buildTlogReference();
        return Promise.resolve(undefined);
      },
    });
  }
  await tests(files);
  for (const stop of stops) await stop();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

async function step(check: Check): Promise<void> {
  const start = performance.now();
  const fault = await check.run().catch((error: unknown) => String(error instanceof Error ? error.message : error));
  console.log(`${fault === undefined ? '✓' : '✗'} ${check.name}  ${since(start)}`);
  if (fault === undefined) passed++;
  else {
    failed++;
    console.log(indented(fault));
  }
}

/** Runs a tool of node_modules; what it printed when it is not content. */
async function tool(program: string, ...args: string[]): Promise<string | undefined> {
  const child = spawn(process.execPath, [join('node_modules', program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  return code === 0
    ? undefined
    : Buffer.concat(printed).toString().trim().slice(0, MOST_PRINTED) || `ended with code ${code}`;
}

async function layers(): Promise<string | undefined> {
  const report = await checkLayers(ROOT);
  const faults = [...report.violations, ...report.unseen.map((file) => `not looked at: ${file}`)];
  if (report.modules === 0) faults.push('no file was looked at');
  return faults.length === 0 ? undefined : faults.join('\n');
}

/** All test files, or those that the arguments name: files, folders or patterns. */
async function testFiles(args: readonly string[]): Promise<string[]> {
  if (args.length === 0) return matching(TEST_FILES);
  const files = new Set<string>();
  for (const arg of args) {
    const path = relative(ROOT, resolve(ROOT, arg));
    const kind = await stat(path).catch(() => undefined);
    const named = kind?.isFile() ? [path] : await matching(kind?.isDirectory() ? join(path, TEST_FILES) : arg);
    if (named.length === 0) {
      failed++;
      console.log(`✗ ${arg}\n${indented('there is no such test file')}`);
    }
    for (const file of named) files.add(file);
  }
  return [...files];
}

async function matching(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: ROOT, exclude: (path) => path === 'node_modules' })) {
    if (!NOT_OURS.test(file)) files.push(file);
  }
  return files.sort();
}

async function tests(files: readonly string[]): Promise<void> {
  const start = performance.now();
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const began = performance.now();
      report(file, await runTestFile(resolve(ROOT, file)), began);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  console.log(`${files.length} test files  ${since(start)}`);
}

function report(file: string, result: FileResult, began: number): void {
  passed += result.passed;
  failed += result.failures.length;
  const count = `${result.passed} passed${result.failures.length === 0 ? '' : `, ${result.failures.length} failed`}`;
  console.log(`${result.failures.length === 0 ? '✓' : '✗'} ${file}  ${count}  ${since(began)}`);
  for (const failure of result.failures) console.log(indented(failure));
  if (result.failures.length > 0 && result.output.trim() !== '')
    console.log(indented(`printed:\n${result.output.trim()}`));
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ');
}

function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
