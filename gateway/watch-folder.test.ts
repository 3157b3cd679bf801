import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { watchFolder } from './watch-folder.ts';

async function watched(t: TestContext, name = 'catalog') {
  const root = await mkdtemp(join(tmpdir(), 'portcullis-watch-'));
  const folder = join(root, name);
  let calls = 0;
  let heard: () => void = () => undefined;
  const stops: (() => void)[] = [];
  t.after(async () => {
    for (const stop of stops) stop();
    await rm(root, { recursive: true, force: true });
  });
  return {
    root,
    folder,
    begin: () => {
      stops.push(
        watchFolder(
          folder,
          () => {
            calls++;
            heard();
          },
          20,
        ),
      );
    },
    calls: () => calls,
    /** Runs the change and waits for the call that it leads to. */
    async after(change: () => Promise<unknown>) {
      const called = new Promise<void>((resolve) => {
        heard = resolve;
      });
      // Its timers do not keep a process alive, and neither would this promise.
      const alive = setInterval(() => undefined, 1000);
      await change();
      await called;
      clearInterval(alive);
    },
  };
}

const BOUNDED = { timeout: 20_000 };

test('a burst of changes is one call', BOUNDED, async (t) => {
  const { folder, begin, calls, after } = await watched(t);
  await mkdir(join(folder, 'below'), { recursive: true });
  begin();
  await after(async () => {
    for (const name of ['a', 'b', 'below/c']) await writeFile(join(folder, name), name);
  });
  assert.equal(calls(), 1);
});

test('a folder that goes away and comes back is heard, and its changes after that', BOUNDED, async (t) => {
  const { folder, begin, after } = await watched(t);
  await mkdir(folder);
  begin();
  await after(() => rm(folder, { recursive: true }));
  await after(() => mkdir(folder));
  await after(() => writeFile(join(folder, 'a'), 'a'));
});

test('a folder that is not there at first is heard when it comes', BOUNDED, async (t) => {
  const { folder, begin, after } = await watched(t);
  begin();
  await after(() => mkdir(folder));
  await after(() => writeFile(join(folder, 'a'), 'a'));
});

test('a link that is set to another folder is heard', BOUNDED, async (t) => {
  const { root, folder, begin, after } = await watched(t);
  await mkdir(join(root, 'one'));
  await mkdir(join(root, 'two'));
  await symlink('one', folder);
  begin();
  await after(async () => {
    await symlink('two', `${folder}.next`);
    await rename(`${folder}.next`, folder);
  });
  await after(() => writeFile(join(root, 'two', 'a'), 'a'));
});
