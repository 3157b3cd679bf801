import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPTS = fileURLToPath(new URL('../scripts/', import.meta.url));

/** Says where and how it was started; on `wait` it stays until a signal comes, and ends in order. */
const CLI = `
const args: string[] = process.argv.slice(2);
let signals = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    signals++;
    if (signals > 1) return;
    process.stdout.write(name + '\\n');
    if (args[0] === 'wait') setTimeout(() => process.exit(7), 200);
  });
}
process.stdout.write(JSON.stringify({ args, folder: process.cwd() }) + '\\n');
if (args[0] === 'wait' || args[0] === 'stubborn') setInterval(() => undefined, 1000);
else process.exitCode = Number(args[1] ?? 0);
`;

let root: string;
let elsewhere: string;
before(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-launch-')));
  elsewhere = join(root, 'some folder');
  await mkdir(elsewhere);
  await mkdir(join(root, 'node_modules'));
  await cp(SCRIPTS, join(root, 'scripts'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"name":"x","version":"1.0.0","type":"module"}');
  await writeFile(join(root, 'main.ts'), CLI);
  await lockWith({});
});
after(() => rm(root, { recursive: true, force: true }));

const INSTALLED = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };

async function lockWith(more: object): Promise<void> {
  const lock = (packages: object): string =>
    JSON.stringify({ name: 'x', version: '1.0.0', lockfileVersion: 3, packages });
  const own = { '': { name: 'x', version: '1.0.0' } };
  const optional = { 'node_modules/b': { version: '1.0.0', integrity: 'sha512-b', optional: true } };
  const tool = { 'node_modules/c': { version: '1.0.0', integrity: 'sha512-c', dev: true } };
  await writeFile(join(root, 'package-lock.json'), lock({ ...own, ...INSTALLED, ...optional, ...tool, ...more }));
  await writeFile(join(root, 'node_modules', '.package-lock.json'), lock(INSTALLED));
}

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly errors: () => string;
  readonly ended: Promise<number | null>;
}

function run(program: string, args: readonly string[], environment: Record<string, string> = {}): Run {
  const { INIT_CWD: _cwd, npm_lifecycle_event: _event, npm_execpath: _npm, ...inherited } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: elsewhere,
    env: { ...inherited, npm_config_fetch_retries: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => out, errors: () => errors, ended };
}

async function said(of: Run, text: string): Promise<void> {
  while (!of.out().includes(text)) await once(of.child.stdout ?? of.child, 'data');
}

describe('the launcher', () => {
  test('keeps folder, arguments, exit code and standard output', async () => {
    const cli = run(join(root, 'scripts', 'portcullis.mjs'), ['a b', '3']);
    assert.equal(await cli.ended, 3);
    assert.deepEqual(JSON.parse(cli.out()), { args: ['a b', '3'], folder: elsewhere });
    assert.equal(cli.errors(), '');
  });

  test('works where the project is reached by a link', async () => {
    const link = join(root, 'link');
    await symlink(root, link);
    const cli = run(join(link, 'scripts', 'launch.mjs'), ['cli']);
    assert.equal(await cli.ended, 0);
    assert.deepEqual(JSON.parse(cli.out()).args, []);
  });

  test('under npm takes paths from where the caller stands, and only there', async () => {
    const program = join(root, 'scripts', 'launch.mjs');
    const npm = run(program, ['cli'], { INIT_CWD: root, npm_lifecycle_event: 'portcullis' });
    await npm.ended;
    assert.equal(JSON.parse(npm.out()).folder, root);
    const inherited = run(program, ['cli'], { INIT_CWD: root, npm_lifecycle_event: 'test' });
    await inherited.ended;
    assert.equal(JSON.parse(inherited.out()).folder, elsewhere);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`hands on ${signal}, once though it comes twice at a time, and lets the part end in order`, async () => {
      const cli = run(join(root, 'scripts', 'launch.mjs'), ['cli', 'wait']);
      await said(cli, '}\n');
      cli.child.kill(signal);
      cli.child.kill(signal);
      assert.equal(await cli.ended, 7);
      assert.ok(cli.out().endsWith(`}\n${signal}\n`));
    });
  }

  test('kills a part that does not end when the signal is given again', async () => {
    const cli = run(join(root, 'scripts', 'launch.mjs'), ['cli', 'stubborn']);
    await said(cli, '}\n');
    cli.child.kill('SIGINT');
    await said(cli, 'SIGINT\n');
    const again = setInterval(() => cli.child.kill('SIGINT'), 100);
    assert.equal(await cli.ended, 128 + 9);
    clearInterval(again);
  });

  test('under npm ends its part when npm is gone without a word', async () => {
    const middle = join(root, 'npm.mjs');
    const launcher = JSON.stringify(join(root, 'scripts', 'launch.mjs'));
    const start = `spawn(process.execPath, [${launcher}, 'cli', 'wait'], { stdio: 'inherit' });`;
    await writeFile(middle, `import { spawn } from 'node:child_process';\n${start}\n`);
    const npm = run(middle, [], { INIT_CWD: root, npm_lifecycle_event: 'portcullis' });
    await said(npm, '}\n');
    npm.child.kill('SIGKILL');
    // Closed only once the last process that holds it has ended.
    await npm.ended;
    assert.ok(npm.out().endsWith('}\nSIGTERM\n'));
  });

  test('says in one line on standard error what it cannot install', async () => {
    const needs = { name: 'x', version: '1.0.0', type: 'module', dependencies: { d: '1.0.0' } };
    await writeFile(join(root, 'package.json'), JSON.stringify(needs));
    await lockWith({
      '': needs,
      'node_modules/d': { version: '1.0.0', resolved: 'http://127.0.0.1:1/d-1.0.0.tgz', integrity: 'sha512-ZA==' },
    });
    const cli = run(join(root, 'scripts', 'launch.mjs'), ['cli']);
    assert.equal(await cli.ended, 1);
    assert.equal(cli.out(), '');
    assert.match(cli.errors(), /^portcullis: installing packages/);
    assert.match(
      cli.errors(),
      /^portcullis: the packages could not be installed; can the package registry be reached/m,
    );
  });

  test('names its commands when it is asked for another', async () => {
    for (const name of ['', 'constructor', '__proto__']) {
      const cli = run(join(root, 'scripts', 'launch.mjs'), [name]);
      assert.equal(await cli.ended, 2);
      assert.match(cli.errors(), /usage: .*<demo\|test\|cli\|bench\|bench:audit\|corpus>/);
    }
  });
});
