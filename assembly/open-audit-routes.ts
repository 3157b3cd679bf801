import { join } from 'node:path';
import type { ApiRoute } from '../admin/api.ts';
import { ExportJobs } from '../admin/exports/export-jobs.ts';
import { exportRoutes } from '../admin/exports/export-routes.ts';
import { ledgerRoutes } from '../admin/ledger-routes.ts';
import type { AuditReadEntry, ExportEntry } from '../audit/entry.ts';
import { scanLedger } from '../audit/questions/scan.ts';
import { openFolderReader } from '../audit/tiles/folder-reader.ts';
import type { Settings } from '../settings.ts';
import type { AuditTrail } from './open-audit-trail.ts';

export interface AuditRouteParts {
  readonly trail: AuditTrail;
  readonly settings: Settings;
  readonly software: string;
  readonly onFault: (at: string, error: unknown) => void;
}

/** What the admin part serves of the ledger. */
export function openAuditRoutes({ trail, settings, software, onFault }: AuditRouteParts) {
  const { folder, ledger, recorder, handles } = trail;
  const record = (entry: AuditReadEntry | ExportEntry): Promise<void> =>
    new Promise((done, fail) => {
      ledger.whenDurable(recorder.note(entry), (error) => (error === undefined ? done() : fail(error)));
    });
  const jobs = new ExportJobs(
    {
      ...{ folder, software, record },
      signer: ledger.signer,
      handlesOf: (subject) => handles.handlesOf(subject),
      async *rowsOf(question) {
        const reader = await openFolderReader(folder);
        yield* scanLedger(reader, (await reader.checkpoint()).size, question);
      },
    },
    join(settings.dataFolder, 'exports'),
    (error) => onFault('export', error),
  );
  const routes: readonly ApiRoute[] = [...ledgerRoutes({ folder, record }), ...exportRoutes(jobs)];
  return { routes, close: () => jobs.close() };
}
