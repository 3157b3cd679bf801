import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenIndex, OpenLedger } from '../admin/commands/command.ts';
import { auditFolder, handleFolder } from '../audit/data-folder.ts';
import { HandleKeys } from '../audit/handles/handle-keys.ts';
import { Indexer } from '../audit/index/indexer.ts';
import { openIndex } from '../audit/index/open-index.ts';
import { emptyIndex } from '../audit/index/rebuild.ts';
import { noteDurably } from '../audit/record/note-durably.ts';
import { openFolderReader } from '../audit/tiles/folder-reader.ts';
import { readSecrets } from '../gateway/read-secrets.ts';
import { type KeyRing, keyRing } from '../gateway/secrets.ts';
import type { CommandSettings } from '../settings.ts';
import { lockFile } from '../storage/lock-file.ts';
import { indexPlace } from './open-audit-index.ts';
import { type AuditTrail, handleWrappingKey, openAuditTrail } from './open-audit-trail.ts';

export interface LocalParts {
  readonly settings: CommandSettings;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly software: string;
}

const IN_USE = 'the running gateway has it: ask the gateway with --server URL and a token in PORTCULLIS_AUDITOR_TOKEN';

/** The index of a data folder, for one command. */
export async function openLocalIndex(
  settings: Pick<CommandSettings, 'auditIndex' | 'dataFolder'>,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<OpenIndex> {
  const place = indexPlace(settings);
  if (place === undefined) throw new Error('PORTCULLIS_AUDIT_INDEX is off: there is no index');
  const log = await openFolderReader(auditFolder(settings.dataFolder)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      `there is no ledger at ${auditFolder(settings.dataFolder)}; --data (PORTCULLIS_DATA) names its folder`,
    );
  });
  if (anew && 'folder' in place) await free(place.folder, removeFiles);
  const index = await free(place, openIndex);
  const indexer = new Indexer({ database: index });
  if (anew && 'url' in place) await emptyIndex(index);
  return {
    index,
    catchUp: (progress) => indexer.catchUp(log, undefined, progress),
    close: () => index.close(),
  };
}

/** The ledger of a data folder, for the questions of one command; its index is brought up to date. */
export async function openLocalLedger({ settings, variables, software }: LocalParts): Promise<OpenLedger> {
  const { index, catchUp, close } = await openLocalIndex(settings);
  try {
    await catchUp();
    const { dataFolder, environment, publicUrl } = settings;
    const keys = secretKeys(settings, variables);
    let trail: AuditTrail | undefined;
    const reader = await openFolderReader(auditFolder(dataFolder));
    const handles = new HandleKeys({
      ...{ folder: handleFolder(dataFolder), isReader: true },
      wrappingKey: handleWrappingKey(keys),
    });
    return {
      index,
      origin: reader.origin,
      handlesOf: (subject) => handles.handlesOf(subject),
      async record(entry) {
        trail ??= await openTrail({ dataFolder, environment, publicUrl }, keys, software);
        if (trail === undefined) return false;
        const { ledger, recorder } = trail;
        await noteDurably(ledger, recorder, entry);
        return true;
      },
      async close() {
        await trail?.ledger.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Handles are made under it: the same as the gateway's. */
function secretKeys({ catalogFolder }: CommandSettings, variables: LocalParts['variables']): KeyRing {
  const demo = variables.PORTCULLIS_DEMO === 'yes';
  try {
    return keyRing(
      readSecrets({ environment: variables, folder: catalogFolder, demo })({ env: 'PORTCULLIS_MASTER_SECRET' }),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : 'PORTCULLIS_MASTER_SECRET cannot be read';
    throw new Error(`${why.replace(/\.$/, '')}: set it as for the gateway, or ask the running gateway with --server`);
  }
}

/** Undefined while a gateway writes the ledger. */
async function openTrail(
  settings: Pick<CommandSettings, 'dataFolder' | 'environment' | 'publicUrl'>,
  keys: KeyRing,
  software: string,
): Promise<AuditTrail | undefined> {
  const onFault = (_at: string, error: unknown): never => {
    throw error;
  };
  try {
    return await openAuditTrail({ settings: { ...settings, commitIntervalMs: 0 }, keys, software, onFault });
  } catch (error) {
    if (isInUse(error)) return undefined;
    throw error;
  }
}

async function removeFiles(folder: string): Promise<void> {
  const files = join(folder, 'files');
  const release = await lockFile(files);
  try {
    await rm(files, { recursive: true, force: true });
  } finally {
    await release();
  }
}

async function free<P, T>(place: P, open: (place: P) => Promise<T>): Promise<T> {
  try {
    return await open(place);
  } catch (error) {
    throw isInUse(error) ? new Error(IN_USE) : error;
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && / in use by process | is locked by process /.test(error.message);
}
