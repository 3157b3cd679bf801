import { join } from 'node:path';

/** The ledger within a gateway's data folder. */
export function auditFolder(dataFolder: string): string {
  return join(dataFolder, 'audit');
}

/** What the ledger is locked by: see lockFile. */
export function writerLock(dataFolder: string): string {
  return join(auditFolder(dataFolder), 'writer');
}

/** The key that signs its checkpoints. */
export function logKeyFile(dataFolder: string): string {
  return join(dataFolder, 'keys', 'audit-log.json');
}

/** The keys of the handles in it. */
export function handleFolder(dataFolder: string): string {
  return join(dataFolder, 'keys', 'handles');
}
