import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenDigest } from '../../admin/callers.ts';
import { type House, openHouse } from './house.fixture.ts';

/** Of the auditor that every audited house knows as `audit-firm`. */
export const AUDITOR_TOKEN = 'token-of-an-auditor-0123456789abcdef';

/** A house with an auditor, and a folder for what they take out; both are gone after `stop`. */
export async function openAuditedHouse(
  variables: Readonly<Record<string, string>> = {},
): Promise<House & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-auditor-'));
  const auditors = join(folder, 'auditors.yaml');
  const firm = { name: 'audit-firm', token: tokenDigest(AUDITOR_TOKEN), until: '2099-12-31' };
  await writeFile(auditors, JSON.stringify({ auditors: [firm] }));
  const house = await openHouse({ variables: { PORTCULLIS_AUDITORS: auditors, ...variables } });
  return {
    ...house,
    folder,
    async stop() {
      await house.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
