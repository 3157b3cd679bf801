import { auditFolder, handleFolder, logKeyFile } from '../audit/data-folder.ts';
import { HandleKeys } from '../audit/handles/handle-keys.ts';
import { openLogKey } from '../audit/keys/log-key.ts';
import { type Ledger, openLedger } from '../audit/ledger.ts';
import { createRecorder, type Recorder } from '../audit/record/recorder.ts';
import type { KeyRing } from '../gateway/secrets.ts';
import type { Settings } from '../settings.ts';
import { opened } from './named-setting.ts';
import { settleRotation } from './settle-log-key.ts';

/** Where everything is put on record. */
export interface AuditTrail {
  /** Its folder, for who reads. */
  readonly folder: string;
  readonly ledger: Ledger;
  readonly recorder: Recorder;
  readonly handles: HandleKeys;
}

export interface AuditTrailParts {
  readonly settings: Pick<Settings, 'dataFolder' | 'environment' | 'publicUrl' | 'commitIntervalMs'>;
  readonly keys: KeyRing;
  /** Version of the gateway's software. */
  readonly software: string;
  readonly onFault: (at: string, error: unknown) => void;
}

/** Opens the ledger in the data folder, under an origin that is named for the gateway at its first start. */
export async function openAuditTrail(parts: AuditTrailParts): Promise<AuditTrail> {
  const { dataFolder, environment, publicUrl, commitIntervalMs } = parts.settings;
  const folder = auditFolder(dataFolder);
  const name = `${new URL(publicUrl).hostname}/audit/${environment}`;
  const keyFile = logKeyFile(dataFolder);
  const key = await opened('PORTCULLIS_DATA', openLogKey(keyFile, name));
  const onFault = (error: Error): void => parts.onFault('audit-log', error);
  const ledger = await opened('PORTCULLIS_DATA', openLedger(folder, { key, commitIntervalMs, onFault }));
  const handles = new HandleKeys({ folder: handleFolder(dataFolder), wrappingKey: handleWrappingKey(parts.keys) });
  try {
    // A key that cannot be opened is told now, not in the first record.
    await opened('PORTCULLIS_DATA', handleKeyOfNow(handles));
  } catch (error) {
    await ledger.close();
    throw error;
  }
  const recorder = createRecorder({
    log: ledger,
    handles,
    origin: ledger.origin,
    environment,
    software: parts.software,
    onFault: (error) => parts.onFault('audit-handles', error),
  });
  settleRotation({ ledger, recorder }, keyFile, key, (error) => parts.onFault('audit-log-key', error));
  return { folder, ledger, recorder, handles };
}

/** Under which they are encrypted there. */
export function handleWrappingKey(keys: KeyRing): Buffer {
  return keys.key('handle-keys');
}

async function handleKeyOfNow(handles: HandleKeys): Promise<void> {
  handles.at(Date.now());
}
