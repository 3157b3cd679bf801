import { join } from 'node:path';
import { type Following, follow } from '../audit/index/follow.ts';
import { openIndex } from '../audit/index/open-index.ts';
import type { LogReader } from '../audit/log-reader.ts';
import { openFolderReader } from '../audit/tiles/folder-reader.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../storage/database.ts';

/** The index of the ledger, which comes after it and may be away: calls never wait for it. */
export interface AuditIndex {
  /** Undefined where it is off, or not (or not yet) to be had. */
  readonly database: () => Database | undefined;
  /** The same, once it has read what is in the ledger now; as far as it is where that takes long. */
  readonly upToDate: () => Promise<Database | undefined>;
  /** What is wrong with it, for who watches; undefined where nothing is. */
  readonly problem: () => string | undefined;
  close(): Promise<void>;
}

export interface AuditIndexParts {
  readonly settings: Pick<Settings, 'auditIndex' | 'dataFolder'>;
  /** The ledger's folder. */
  readonly folder: string;
  /** Entries in the ledger now. */
  readonly entries: () => number;
  readonly onFault: (at: string, error: unknown) => void;
}

/** Entries behind the checkpoint that are worth telling. */
const MANY_BEHIND = 100_000;
const RETRY_MS = 10_000;
/** Entries come under a checkpoint, and into the index, within a second. */
const PATIENCE_MS = 3000;

/** Where the index is: a `postgres://` URL, or a folder of the gateway; undefined where there is none. */
export function indexPlace({ auditIndex, dataFolder }: AuditIndexParts['settings']) {
  if (auditIndex === 'off') return undefined;
  return auditIndex === 'embedded' ? { folder: join(dataFolder, 'index') } : { url: auditIndex };
}

/** Opens the index beside everything else and lets it follow the ledger; tries again while it cannot be opened. */
export function openAuditIndex({ settings, folder, entries, onFault }: AuditIndexParts): AuditIndex {
  const place = indexPlace(settings);
  if (place === undefined) {
    return {
      database: () => undefined,
      upToDate: () => Promise.resolve(undefined),
      problem: () => undefined,
      close: () => Promise.resolve(),
    };
  }
  let database: Database | undefined;
  let following: Following | undefined;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;
  const tell = (error: unknown): void => onFault('audit-index', error);
  const open = async (): Promise<void> => {
    try {
      database = await openIndex(place, tell);
      if (!isClosed) following = follow({ database, open: () => openLog(folder), onFault: tell });
    } catch (error) {
      tell(error);
      if (isClosed) return;
      retry = setTimeout(() => {
        opening = open();
      }, RETRY_MS);
      retry.unref();
    }
  };
  let opening = open();
  return {
    database: () => database,
    async upToDate() {
      await following?.reaches(entries(), PATIENCE_MS);
      return database;
    },
    problem() {
      if (following === undefined) return 'it is not open (yet): questions are not answered';
      if (following.isFailing) return 'it cannot follow the ledger';
      return following.behind > MANY_BEHIND ? `it is ${following.behind} entries behind the ledger` : undefined;
    },
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await opening;
      await following?.stop();
      await database?.close();
    },
  };
}

/** Undefined before the first checkpoint. */
async function openLog(folder: string): Promise<LogReader | undefined> {
  try {
    return await openFolderReader(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
