import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommandLine } from './command-line.ts';
import type { CommandContext } from './commands/command.ts';

/** Runs a command line that never gets as far as a catalog. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const context: CommandContext = {
    out: (text) => {
      said.out += `${text}\n`;
    },
    err: (text) => {
      said.err += `${text}\n`;
    },
    compileFolder: () => Promise.reject(new Error('no folder is compiled here')),
    variable: () => undefined,
    defaults: {
      version: '1.2.3',
      catalogFolder: '',
      dataFolder: '',
      environment: 'production',
      publicUrl: '',
      tokenUrl: '',
    },
  };
  return { code: await runCommandLine(args, context), ...said };
}

test('an unknown command is told with the one that was meant', async () => {
  const cases: readonly (readonly [args: string[], said: RegExp])[] = [
    [['chek', 'folder'], /^There is no command "chek"; did you mean "check"\?\nusage: /],
    [['srve'], /^There is no command "srve"; did you mean "serve"\?/],
    [['audit'], /^There is no command "audit"; did you mean "audit list"\?/],
    [['audit', 'lst'], /^There is no command "audit lst"; did you mean "audit list"\?/],
    [['adit', 'list'], /^There is no command "adit list"; did you mean "audit list"\?/],
    [['frobnicate'], /^There is no command "frobnicate"\.\n/],
    [['\u001b[31m'], /^There is no command "\?\[31m"/],
    [[], /^usage: portcullis COMMAND/],
  ];
  for (const [args, said] of cases) {
    const { code, out, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(out, '');
    assert.match(err, said);
  }
});

test('an unknown option is told with the one that was meant, and the usage', async () => {
  const cases: readonly (readonly [args: string[], said: RegExp])[] = [
    [
      ['check', 'folder', '--jsn'],
      /^There is no option "--jsn" here; did you mean "--json"\?\nusage: portcullis check /,
    ],
    [['explain', '--cunsomer', 'x', 'GET', '/'], /^There is no option "--cunsomer" here; did you mean "--consumer"\?/],
    [['check', 'folder', '-z'], /^There is no option "-z" here\.\n/],
    [['check', '--environment'], /argument missing\.\n/],
    [['check'], /^Name one catalog folder\.\n/],
    [['explain', '--consumer', 'x', 'GET', '/', 'more'], /^Name a consumer, a method and a path\.\n/],
    [['openapi', '--consumer', 'x', 'orders', 'more'], /^Name a consumer and an interface\.\n/],
    [['types', '--consumer', 'x', 'orders/vx'], /^"orders\/vx" is no interface; write NAME or NAME\/v1\.\n/],
    [['serve', '--port', '5'], /^serve takes no arguments/],
  ];
  for (const [args, said] of cases) {
    const { code, out, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(out, '');
    assert.match(err, said);
  }
});

test('help and version go to the standard output', async () => {
  for (const args of [['help'], ['--help'], ['-h']]) {
    const { code, out, err } = await run(...args);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^usage: portcullis COMMAND[\s\S]*\n {2}audit list /);
  }
  for (const args of [
    ['help', 'check'],
    ['check', '--help'],
    ['check', 'folder', '-h'],
  ]) {
    const { code, out } = await run(...args);
    assert.equal(code, 0);
    assert.match(out, /\nusage: portcullis check FOLDER/);
  }
  assert.equal((await run('--version')).out, '1.2.3\n');
});
