import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('../scripts/test.ts', import.meta.url));

const FILES = {
  'good.test.ts': "import { test } from 'node:test';\ntest('one', () => {});\ntest('two', () => {});\n",
  'bad.test.ts':
    "import assert from 'node:assert/strict';\nimport { describe, test } from 'node:test';\n" +
    "console.log('a word of the test');\n" +
    "describe('group', () => { test('the bad one', () => assert.equal(1, 2, 'sums are off')); test('a good one', () => {}); });\n",
  'skipped.test.ts':
    "import { test } from 'node:test';\ntest('later', { skip: 'no time' }, () => {});\ntest.todo('some day');\n",
  'broken.test.ts': "import './nowhere.ts';\n",
  'empty.test.ts': 'export {};\n',
  'hook.test.ts':
    "import { after, describe, test } from 'node:test';\n" +
    "describe('group', () => { after(() => { throw new Error('the end went wrong'); }); test('fine', () => {}); });\n",
};

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-runner-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
});
after(() => rm(folder, { recursive: true, force: true }));

async function run(...names: string[]): Promise<{ code: number | null; text: string; last: string | undefined }> {
  // A runner inside a test would take itself for a part of that test.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const redis = env.PORTCULLIS_TEST_REDIS_URL;
  const child = spawn(process.execPath, [RUNNER, ...names.map((name) => join(folder, name))], {
    env: { ...env, ...(redis === undefined ? {} : { REDIS_URL: redis }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, text, last: text.trimEnd().split('\n').at(-1) };
}

describe('the test runner', () => {
  test('counts test cases and checks, and ends with their sum', async () => {
    const { code, last } = await run('good.test.ts');
    // Two test cases and the search for a Redis.
    assert.deepEqual({ code, last }, { code: 0, last: '5 passed, 0 failed' });
  });

  test('shows what failed: file, name, reason and what was printed', async () => {
    const { code, text, last } = await run('bad.test.ts', 'good.test.ts');
    assert.deepEqual({ code, last }, { code: 1, last: '6 passed, 1 failed' });
    for (const part of [
      /✗ .*bad\.test\.ts {2}1 passed, 1 failed/,
      /the bad one \(line 4\)/,
      /sums are off/,
      /a word of the test/,
    ]) {
      assert.match(text, part);
    }
    assert.match(text, /✓ .*good\.test\.ts/);
  });

  for (const [name, failures, reason] of [
    ['skipped.test.ts', 2, /was skipped/],
    ['broken.test.ts', 1, /nowhere\.ts/],
    ['empty.test.ts', 1, /the file has no tests/],
    ['hook.test.ts', 1, /the end went wrong/],
    ['no-such.test.ts', 1, /there is no such test file/],
  ] as const) {
    test(`does not take ${name} for a success`, async () => {
      const { code, text, last } = await run(name);
      assert.equal(code, 1);
      assert.match(last ?? '', new RegExp(`^\\d passed, ${failures} failed$`));
      assert.match(text, reason);
    });
  }
});
