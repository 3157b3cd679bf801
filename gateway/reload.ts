import { watch } from 'node:fs';
import type { Fault } from '../catalog/fault.ts';
import { loadCatalog } from '../catalog/load-folder.ts';
import { type CompileDependencies, compileCatalog } from './compile.ts';
import type { Snapshot } from './plan.ts';

/** What became of a try to put a folder into force. */
export type LoadOutcome =
  | { readonly kind: 'in-force'; readonly snapshot: Snapshot; readonly faults: readonly Fault[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] };

/** Holds the snapshot in force. Exchanges take `current()` once and finish on it. */
export interface SnapshotHolder {
  current(): Snapshot;
  /** Loads and compiles the folder beside what runs, and swaps only when there is no fault. */
  load(): Promise<LoadOutcome>;
  /** Loads again whenever the folder changes on disk; returns the way to stop. */
  watch(onOutcome: (outcome: LoadOutcome) => void): () => void;
}

/** Changes come in bursts (an editor writes a file in several steps): wait until the folder has been quiet this long. */
const QUIET_MS = 200;

export function createSnapshotHolder(folder: string, dependencies: CompileDependencies): SnapshotHolder {
  let snapshot: Snapshot | undefined;
  // One load at a time: a later change waits, so that the newest content always ends up in force.
  let running: Promise<unknown> = Promise.resolve();

  async function loadNow(): Promise<LoadOutcome> {
    const { catalog, faults } = await loadCatalog(folder);
    if (snapshot?.id === catalog.id) return { kind: 'unchanged' };
    const compiled = compileCatalog(catalog, dependencies);
    dependencies.contracts.sweep();
    const all = [...faults, ...compiled.faults];
    if (compiled.snapshot === undefined || all.some((fault) => fault.severity === 'error')) {
      return { kind: 'refused', faults: all };
    }
    snapshot = compiled.snapshot;
    return { kind: 'in-force', snapshot, faults: all };
  }

  function load(): Promise<LoadOutcome> {
    const next = running.then(loadNow, loadNow);
    running = next.catch(() => undefined);
    return next;
  }

  return {
    current() {
      if (snapshot === undefined) throw new Error('no snapshot is in force yet');
      return snapshot;
    },
    load,
    watch(onOutcome) {
      let timer: NodeJS.Timeout | undefined;
      const watcher = watch(folder, { recursive: true, persistent: false }, () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          load().then(onOutcome, (error: unknown) =>
            onOutcome({ kind: 'refused', faults: [unreadable(folder, error)] }),
          );
        }, QUIET_MS);
      });
      return () => {
        clearTimeout(timer);
        watcher.close();
      };
    },
  };
}

function unreadable(folder: string, error: unknown): Fault {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
  return {
    code: 'folder-unreadable',
    message: `The catalog folder cannot be read (${reason}). Check that it exists and may be read.`,
    place: { file: folder, line: 1, column: 1 },
    severity: 'error',
  };
}
