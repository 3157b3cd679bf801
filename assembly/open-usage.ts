import { stat } from 'node:fs/promises';
import type { OpenUsage } from '../admin/commands/command.ts';
import { openIndex } from '../audit/index/open-index.ts';
import { usageOf } from '../audit/index/usage-rows.ts';
import type { Settings } from '../settings.ts';
import { indexPlace } from './open-audit-index.ts';

/**
 * The index of a ledger for one command; undefined where there is none. The embedded one is opened by one process at a
 * time: rejects, saying so, while the gateway has it.
 */
export async function openUsage(settings: Pick<Settings, 'auditIndex' | 'dataFolder'>): Promise<OpenUsage | undefined> {
  const place = indexPlace(settings);
  if (place === undefined) return undefined;
  if ('folder' in place && !(await isThere(place.folder))) return undefined;
  const database = await openIndex(place);
  const [oldest] = await database.query<{ since: Date | null }>(
    'SELECT min(first_time) AS since FROM audit_index.days',
  );
  return { source: usageOf(database), since: oldest?.since?.toISOString(), close: () => database.close() };
}

async function isThere(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => true,
    () => false,
  );
}
