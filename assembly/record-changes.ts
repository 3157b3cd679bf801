import { join } from 'node:path';
import type { AuditLog } from '../audit/log.ts';
import { noteDurably } from '../audit/record/note-durably.ts';
import type { Recorder } from '../audit/record/recorder.ts';
import { SnapshotStore } from '../audit/snapshots/snapshot-store.ts';
import type { Snapshot } from '../gateway/plan.ts';
import { changeEntries, snapshotDocuments } from '../gateway/snapshot-change.ts';

/** What of the trail a change needs. */
interface ChangeLog {
  readonly recorder: Pick<Recorder, 'note'>;
  readonly ledger: Pick<AuditLog, 'whenDurable'>;
}

/**
 * Puts on record that a snapshot is about to be in force, what it changes and who approved, and keeps its documents, so
 * that the words under which a call ran can be read later. Resolves once all of it is durable; rejects where that cannot
 * be: then the old one stays.
 */
export function changeRecorder(
  dataFolder: string,
  { ledger, recorder }: ChangeLog,
): (snapshot: Snapshot) => Promise<void> {
  const store = new SnapshotStore(join(dataFolder, 'snapshots'));
  let current = store.latest();
  return async (snapshot) => {
    if (current?.id === snapshot.id) return;
    const documents = snapshotDocuments(snapshot);
    await store.keep(documents.kept, documents.texts);
    const time = new Date().toISOString();
    await noteDurably(ledger, recorder, ...changeEntries(current, documents, snapshot, time));
    // Last: where it was broken off before, the next start tells the change again.
    await store.name(snapshot.id);
    current = documents.kept;
  };
}
