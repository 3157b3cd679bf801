import { join } from 'node:path';
import type { Recorder } from '../audit/record/recorder.ts';
import { SnapshotStore } from '../audit/snapshots/snapshot-store.ts';
import type { Snapshot } from '../gateway/plan.ts';
import { changeEntries, snapshotDocuments } from '../gateway/snapshot-change.ts';

/**
 * Puts on record that a snapshot is about to be in force, what it changes and who approved, and keeps its documents, so
 * that the words under which a call ran can be read later. Throws where that cannot be: then the old one stays.
 */
export function changeRecorder(dataFolder: string, recorder: Recorder): (snapshot: Snapshot) => void {
  const store = new SnapshotStore(join(dataFolder, 'snapshots'));
  let current = store.latest();
  return (snapshot) => {
    if (current?.id === snapshot.id) return;
    const documents = snapshotDocuments(snapshot);
    store.keep(documents.kept, documents.texts);
    const time = new Date().toISOString();
    for (const entry of changeEntries(current, documents, snapshot, time)) recorder.note(entry);
    // Last: where it was broken off before, the next start tells the change again.
    store.name(snapshot.id);
    current = documents.kept;
  };
}
