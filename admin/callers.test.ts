import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { newFolders } from '../audit/journal/journal.fixture.ts';
import { adminCallers, tokenDigest } from './callers.ts';

const newFolder = newFolders(after);
const NOON = Date.parse('2026-11-25T12:00:00Z');
const fileOf = (...auditors: readonly object[]): string => JSON.stringify({ auditors });

describe('who calls the admin API', () => {
  test('is the administrator by the admin token, an auditor by the file until its last day, else nobody', async () => {
    const file = join(newFolder(), 'auditors.yaml');
    const token = tokenDigest('of-the-auditor');
    await writeFile(file, fileOf({ name: 'firm.example', token, until: '2026-11-25' }));
    const identify = await adminCallers('of-the-administrator', file);
    assert.deepEqual(await identify('Bearer of-the-administrator', NOON), {
      name: 'administrator',
      role: 'administrator',
    });
    assert.deepEqual(await identify('Bearer of-the-auditor', NOON), { name: 'firm.example', role: 'auditor' });
    assert.equal(await identify('Bearer of-the-auditor', NOON + 43_200_000), undefined);
    for (const wrong of [
      undefined,
      '',
      'Bearer',
      'Bearer  ',
      'Basic of-the-auditor',
      'Bearer of-the-auditor2',
      `Bearer ${token}`,
    ]) {
      assert.equal(await identify(wrong, NOON), undefined);
    }
  });

  test('follows the file: who is taken out, and all when it is spoilt or gone, are out', async () => {
    const file = join(newFolder(), 'auditors.yaml');
    const auditor = { name: 'firm', token: tokenDigest('a'), until: '2027-01-01' };
    await writeFile(file, fileOf(auditor));
    const identify = await adminCallers('b', file);
    assert.equal((await identify('Bearer a', NOON))?.name, 'firm');
    await writeFile(file, fileOf({ ...auditor, token: tokenDigest('other') }));
    assert.equal(await identify('Bearer a', NOON), undefined);
    assert.equal((await identify('Bearer other', NOON))?.name, 'firm');
    await writeFile(file, 'auditors: 3');
    assert.equal(await identify('Bearer other', NOON), undefined);
    await rm(file);
    assert.equal(await identify('Bearer other', NOON), undefined);
    assert.equal((await identify('Bearer b', NOON))?.role, 'administrator');
  });

  test('is told at the start what is wrong with the file', async () => {
    const file = join(newFolder(), 'auditors.yaml');
    const good = { name: 'firm', token: tokenDigest('a'), until: '2027-01-01' };
    for (const [text, message] of [
      ['[]', /must hold a list/],
      [fileOf({ ...good, name: 'Firm' }), /auditor 1 .* needs a name/],
      [fileOf(good, { ...good, name: 'administrator' }), /auditor 2 .* needs a name/],
      [fileOf({ ...good, token: 'secret' }), /needs "token: sha256:…".*never the token itself/],
      [fileOf({ ...good, until: undefined }), /needs "until"/],
      [fileOf({ ...good, until: 'never' }), /needs "until"/],
    ] as const) {
      await writeFile(file, text);
      await assert.rejects(adminCallers('b', file), message);
    }
    await assert.rejects(adminCallers('b', join(newFolder(), 'none')), /ENOENT/);
    await assert.rejects(adminCallers('', undefined), /empty/);
  });
});
