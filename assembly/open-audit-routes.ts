import { join } from 'node:path';
import type { ApiRoute } from '../admin/api.ts';
import { ExportJobs } from '../admin/exports/export-jobs.ts';
import { exportRoutes } from '../admin/exports/export-routes.ts';
import { ledgerRoutes } from '../admin/ledger-routes.ts';
import { answerFromIndex } from '../admin/questions/answer-from-index.ts';
import { indexStatusRoute } from '../admin/questions/index-status.ts';
import { LedgerAsker } from '../admin/questions/ledger-asker.ts';
import { questionRoutes } from '../admin/questions/question-routes.ts';
import { usageRoute } from '../admin/questions/usage-route.ts';
import type { AuditReadEntry, ExportEntry } from '../audit/entry.ts';
import { ask } from '../audit/questions/ask.ts';
import type { Question } from '../audit/questions/question.ts';
import { scanLedger } from '../audit/questions/scan.ts';
import { noteDurably } from '../audit/record/note-durably.ts';
import { openFolderReader } from '../audit/tiles/folder-reader.ts';
import type { InForce } from '../lineage/landscape.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../storage/database.ts';
import type { AuditIndex } from './open-audit-index.ts';
import type { AuditTrail } from './open-audit-trail.ts';

export interface AuditRouteParts {
  readonly trail: AuditTrail;
  readonly index: AuditIndex;
  readonly settings: Settings;
  readonly software: string;
  /** What names mean, and who owns what. */
  readonly inForce: () => InForce;
  readonly onFault: (at: string, error: unknown) => void;
}

/** What the admin part serves of the ledger. */
export function openAuditRoutes({ trail, index, settings, software, inForce, onFault }: AuditRouteParts) {
  const { folder, ledger, recorder, handles } = trail;
  const record = (entry: AuditReadEntry | ExportEntry): Promise<void> => noteDurably(ledger, recorder, entry);
  const jobs = new ExportJobs(
    {
      ...{ folder, software, record },
      signer: ledger.signer,
      handlesOf: (subject) => handles.handlesOf(subject),
      rowsOf: (question, signal) =>
        rowsOf({ folder, origin: ledger.origin, database: index.database() }, question, signal),
    },
    join(settings.dataFolder, 'exports'),
    (error) => onFault('export', error),
  );
  const handlesOf = (subject: string) => handles.handlesOf(subject);
  const answer = answerFromIndex({ database: () => index.upToDate(), record });
  const asker = new LedgerAsker({ inForce, handlesOf, origin: ledger.origin, now: Date.now });
  const routes: readonly ApiRoute[] = [
    ...ledgerRoutes({ folder, record }),
    ...questionRoutes(answer, asker),
    usageRoute(answer),
    indexStatusRoute(() => index.upToDate()),
    ...exportRoutes(jobs),
  ];
  return { routes, close: () => jobs.close() };
}

interface RowSources {
  readonly folder: string;
  readonly origin: string;
  /** The index, where there is one. */
  readonly database: Database | undefined;
}

/** The index tells which entries; where it does not reach, and where there is none, the ledger itself is read. */
async function* rowsOf({ folder, origin, database }: RowSources, question: Question, signal: AbortSignal) {
  const reader = await openFolderReader(folder);
  const { size } = await reader.checkpoint();
  const { logs, rows } = database === undefined ? { logs: [], rows: [] } : await ask(database, question);
  const known = logs.find((log) => log.origin === origin);
  for await (const row of rows) {
    signal.throwIfAborted();
    if (row.origin === origin && row.index < size) yield row;
  }
  yield* scanLedger(reader, size, question, { from: known?.indexed, signal });
}
