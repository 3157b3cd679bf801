import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { ApprovalEntry, ChangeEntry } from '../../audit/entry.ts';
import { resolvedEntries } from '../../audit/record/entry-reader.ts';
import { SnapshotStore } from '../../audit/snapshots/snapshot-store.ts';
import { openFolderReader } from '../../audit/tiles/folder-reader.ts';
import { startPortcullis } from '../../main.ts';
import { readSettings } from '../../settings.ts';
import { type House, openHouse } from './house.fixture.ts';

const GRANT = 'salesforce-crm-customer-master-v1';

describe('a change of what is in force', () => {
  let house: House;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.stop());

  /** So many changes with their approvals, once they are under the checkpoint. */
  async function changes(count: number): Promise<(ChangeEntry | ApprovalEntry)[][]> {
    for (let tries = 0; tries < 2000; tries++) {
      const found: (ChangeEntry | ApprovalEntry)[][] = [];
      const log = await openFolderReader(join(house.dataFolder, 'audit')).catch(() => undefined);
      if (log !== undefined) {
        for await (const { entry } of resolvedEntries(log.entries(0, (await log.checkpoint()).size))) {
          if (entry.type === 'change') found.push([entry]);
          if (entry.type === 'approval') found.at(-1)?.push(entry);
        }
      }
      if (found.length >= count) return found;
      await setTimeout(5);
    }
    return assert.fail(`there are no ${count} changes on record`);
  }

  test('is on record at the first start, with the approvals of every grant', async () => {
    const [[change, ...approvals] = []] = await changes(1);
    assert.ok(change?.type === 'change');
    assert.equal(change.from, undefined);
    assert.ok(change.count > 20 && change.documents.every((one) => one.startsWith('added ')));
    const approval = approvals.find((one): one is ApprovalEntry => one.type === 'approval' && one.grant === GRANT);
    assert.equal(approval?.consumer, 'salesforce-crm');
    assert.ok((approval?.approvals.length ?? 0) > 0);
    assert.match(approval?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
  });

  test('says what changed and who approved, and its words can be read afterwards', async () => {
    const path = join(house.company.catalogFolder, 'customer-master/grants.yaml');
    const text = await readFile(path, 'utf8');
    const purpose = 'Another purpose altogether';
    await writeFile(path, text.replace(/purpose: .*/, `purpose: ${purpose}`));
    assert.equal((await house.portcullis.reload()).kind !== 'refused', true);
    const [[first], [change, ...approvals] = []] = (await changes(2)) as [
      [ChangeEntry],
      [ChangeEntry, ...ApprovalEntry[]],
    ];
    assert.equal(change?.from, first?.to);
    assert.equal(change?.count, 1);
    assert.match(change?.documents[0] ?? '', new RegExp(`^changed Grant/${GRANT} sha256:`));
    assert.deepEqual(
      approvals.map(({ grant, purpose: said }) => [grant, said]),
      [[GRANT, purpose]],
    );
    const store = new SnapshotStore(join(house.dataFolder, 'snapshots'));
    const before = JSON.parse(store.document(store.read(first?.to ?? '').documents[`Grant/${GRANT}`] ?? ''));
    const after = JSON.parse(store.document(approvals[0]?.digest ?? ''));
    assert.notEqual(before.spec.purpose, purpose);
    assert.equal(after.spec.purpose, purpose);
    // Who ran under it says so by the same digest.
    const token = await house.token('salesforce-crm');
    await house.call('GET', '/customer-master/v1/customers/10', { token });
    assert.equal((await house.records()).at(-1)?.grantDigest, approvals[0]?.digest);
  });

  test('is none where a gateway starts again with the same documents', async () => {
    const before = (await changes(2)).length;
    await house.portcullis.stop();
    const again = await startPortcullis(readSettings(house.variables), house.variables);
    await again.stop();
    assert.equal((await changes(before)).length, before);
  });
});
