import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
}

/** Every lock file of the project; each is installed by `npm ci`. */
const LOCK_FILES = ['package-lock.json', 'tools/node/package-lock.json', 'bench/express-gateway/package-lock.json'];

for (const file of LOCK_FILES) {
  describe(file, () => {
    const packages = async () => {
      const text = await readFile(join(import.meta.dirname, '..', file), 'utf8');
      const locked = (JSON.parse(text) as { packages: Record<string, LockedPackage> }).packages;
      return Object.entries(locked).filter(([path]) => path !== '');
    };

    // npm leaves it out for packages of other platforms when it writes the file from what is installed.
    test('says of every package which bytes it is', async () => {
      const all = await packages();
      assert.ok(all.length > 0);
      const without = all.filter(([, { integrity = '' }]) => !/^sha(?:512|1)-[\w+/]+=*$/.test(integrity));
      assert.deepEqual(
        without.map(([path]) => path),
        [],
        'delete these entries and run npm install --package-lock-only',
      );
    });

    test('names no registry: everybody installs from their own', async () => {
      const named = (await packages()).filter(([, { resolved }]) => resolved !== undefined);
      assert.deepEqual(
        named.map(([path]) => path),
        [],
      );
    });
  });
}
