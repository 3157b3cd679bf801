import { join } from 'node:path';
import type { ApiRoute } from '../admin/api.ts';
import { askRoutes } from '../admin/ask-routes.ts';
import { ExportJobs } from '../admin/exports/export-jobs.ts';
import { exportRoutes } from '../admin/exports/export-routes.ts';
import { ledgerRoutes } from '../admin/ledger-routes.ts';
import type { AuditReadEntry, ExportEntry } from '../audit/entry.ts';
import { ask } from '../audit/questions/ask.ts';
import type { Question } from '../audit/questions/question.ts';
import { scanLedger } from '../audit/questions/scan.ts';
import { openFolderReader } from '../audit/tiles/folder-reader.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../storage/database.ts';
import type { AuditIndex } from './open-audit-index.ts';
import type { AuditTrail } from './open-audit-trail.ts';

export interface AuditRouteParts {
  readonly trail: AuditTrail;
  readonly index: AuditIndex;
  readonly settings: Settings;
  readonly software: string;
  readonly onFault: (at: string, error: unknown) => void;
}

/** What the admin part serves of the ledger. */
export function openAuditRoutes({ trail, index, settings, software, onFault }: AuditRouteParts) {
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
      rowsOf: (question) => rowsOf(folder, ledger.origin, index.database(), question),
    },
    join(settings.dataFolder, 'exports'),
    (error) => onFault('export', error),
  );
  const { database } = index;
  const routes: readonly ApiRoute[] = [
    ...ledgerRoutes({ folder, record }),
    ...askRoutes({ database, handlesOf: (subject) => handles.handlesOf(subject), record }),
    ...exportRoutes(jobs),
  ];
  return { routes, close: () => jobs.close() };
}

/** The index tells which entries; where it does not reach, and where there is none, the ledger itself is read. */
async function* rowsOf(folder: string, origin: string, database: Database | undefined, question: Question) {
  const reader = await openFolderReader(folder);
  const { size } = await reader.checkpoint();
  const { logs, rows } = database === undefined ? { logs: [], rows: [] } : await ask(database, question);
  const known = logs.find((log) => log.origin === origin);
  for await (const row of rows) if (row.origin === origin && row.index < size) yield row;
  const from = Math.max(reader.minimum, known?.indexed ?? 0);
  for await (const row of scanLedger(reader, size, question)) if (row.index >= from) yield row;
}
