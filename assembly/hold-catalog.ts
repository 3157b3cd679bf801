import { join } from 'node:path';
import { formatFault } from '../catalog/fault.ts';
import type { CompileDependencies } from '../gateway/compile.ts';
import { lastGoodFile } from '../gateway/last-good.ts';
import type { Snapshot } from '../gateway/plan.ts';
import { createSnapshotHolder, type LoadOutcome, type SnapshotHolder } from '../gateway/reload.ts';
import type { KeyRing, ReadSecret } from '../gateway/secrets.ts';
import { LoadCounts } from '../gateway/telemetry/load-counts.ts';
import type { Log } from '../gateway/telemetry/log.ts';
import type { Settings } from '../settings.ts';
import { CatalogRefused, refuseUnfitSnapshot } from './refuse-start.ts';

const LAST_GOOD_FILE = 'last-good-catalog';

export interface HoldCatalogParts {
  readonly dependencies: CompileDependencies;
  readonly keys: KeyRing;
  readonly readSecret: ReadSecret;
  /** See SnapshotHolderOptions. */
  readonly record: (snapshot: Snapshot) => Promise<void>;
  readonly log: Log;
  readonly onFault: (at: string, error: unknown) => void;
}

/** The catalog in force. Rejects with CatalogRefused or a SettingsError when neither the folder nor its last good copy can be served. */
export async function holdCatalog(
  settings: Settings,
  { dependencies, keys, readSecret, record, log, onFault }: HoldCatalogParts,
): Promise<{ readonly holder: SnapshotHolder; readonly loads: LoadCounts }> {
  const loads = new LoadCounts();
  const tell = (outcome: LoadOutcome): void => {
    loads.add(outcome, Date.now());
    announce(log, outcome);
  };
  const holder = createSnapshotHolder({
    folder: settings.catalogFolder,
    dependencies,
    lastGood: lastGoodFile(join(settings.dataFolder, LAST_GOOD_FILE), keys.key('last-good-catalog')),
    refuseUnfit: (snapshot) => refuseUnfitSnapshot(snapshot, readSecret),
    record,
    onOutcome: tell,
    onNotKept: (error) => onFault('last-good-catalog', error),
  });
  const begun = await holder.begin();
  if (begun.kind === 'refused') throw new CatalogRefused(begun.faults);
  tell(begun);
  return { holder, loads };
}

/** A folder that cannot be served is told loudly, fault by fault, whatever stands in for it. */
function announce(log: Log, outcome: LoadOutcome): void {
  const isRefused = outcome.kind === 'refused' || (outcome.kind === 'in-force' && outcome.source === 'last-good');
  if (isRefused) {
    const stays = outcome.kind === 'refused' ? 'the old one stays' : 'the last good one is served';
    for (const fault of outcome.faults) log.error(`catalog refused, ${stays}`, { fault: formatFault(fault) });
  }
  if (outcome.kind === 'in-force') {
    log.info('snapshot in force', { snapshot: outcome.snapshot.id, source: outcome.source });
  }
}
