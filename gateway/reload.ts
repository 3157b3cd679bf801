import type { LoadedCatalog } from '../catalog/catalog.ts';
import type { Fault } from '../catalog/fault.ts';
import { loadCatalog, loadCatalogFiles } from '../catalog/load-folder.ts';
import { type CompileDependencies, compileCatalog } from './compile.ts';
import type { KeptCatalog, LastGood } from './last-good.ts';
import type { Snapshot } from './plan.ts';
import { watchFolder } from './watch-folder.ts';

/** `last-good`: the copy on the gateway's disk, because the folder could not be served at the start. */
export type SnapshotSource = 'folder' | 'last-good';

/** What became of a try to put a catalog into force. */
export type LoadOutcome =
  | {
      readonly kind: 'in-force';
      readonly snapshot: Snapshot;
      readonly source: SnapshotSource;
      /** Of what is in force: warnings. Of the folder, where the last good copy stands in for it: all of them. */
      readonly faults: readonly Fault[];
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] };

export interface SnapshotHolderOptions {
  readonly folder: string;
  readonly dependencies: CompileDependencies;
  readonly lastGood: LastGood;
  /** Throws what keeps a snapshot without a fault from being served at the start, such as a client without a secret. */
  readonly refuseUnfit: (snapshot: Snapshot) => void;
  /** Puts a snapshot durably on record before it is in force; where it rejects, the one before stays. */
  readonly record: (snapshot: Snapshot) => Promise<void>;
  /** Hears what became of every load after the first. */
  readonly onOutcome: (outcome: LoadOutcome) => void;
  /** Hears that the catalog in force could not be kept for the next start. */
  readonly onNotKept: (error: unknown) => void;
}

/** Holds the snapshot in force. Exchanges take `current()` once and finish on it. */
export interface SnapshotHolder {
  current(): Snapshot;
  source(): SnapshotSource;
  /** Loads the folder for the first time; where it cannot be served, the last good copy of it. */
  begin(): Promise<LoadOutcome>;
  /** Loads and compiles the folder beside what runs, and swaps only when there is no fault. */
  load(): Promise<LoadOutcome>;
  /** Loads again whenever the folder changes on disk; returns the way to stop. */
  watch(): () => void;
}

export function createSnapshotHolder(options: SnapshotHolderOptions): SnapshotHolder {
  const { folder, dependencies, lastGood, refuseUnfit, record, onOutcome, onNotKept } = options;
  let snapshot: Snapshot | undefined;
  let source: SnapshotSource = 'folder';
  // One load at a time: a later change waits, so that the newest content always ends up in force.
  let running: Promise<unknown> = Promise.resolve();

  function inTurn(work: () => Promise<LoadOutcome>): Promise<LoadOutcome> {
    const next = running.then(work, work);
    running = next.catch(() => undefined);
    return next;
  }

  /** The snapshot of a catalog, or all that keeps it from being one. */
  function compiled({ catalog, faults }: LoadedCatalog): { snapshot: Snapshot | undefined; faults: readonly Fault[] } {
    const result = compileCatalog(catalog, dependencies);
    dependencies.contracts.sweep();
    const all = [...faults, ...result.faults];
    return { snapshot: isFaulty(all) ? undefined : result.snapshot, faults: all };
  }

  async function keep(id: string, { sources }: LoadedCatalog): Promise<void> {
    await lastGood.keep({ id, keptAt: Date.now(), files: sources }).catch(onNotKept);
  }

  async function loadNow(): Promise<LoadOutcome> {
    const loaded = await loadCatalog(folder);
    const isSame = snapshot?.id === loaded.catalog.id;
    if (isSame && source === 'folder') return { kind: 'unchanged' };
    const result = compiled(loaded);
    if (result.snapshot === undefined) return { kind: 'refused', faults: result.faults };
    try {
      await record(result.snapshot);
    } catch (error) {
      return { kind: 'refused', faults: [...result.faults, unrecorded(folder, error)] };
    }
    snapshot = result.snapshot;
    source = 'folder';
    await keep(snapshot.id, loaded);
    return { kind: 'in-force', snapshot, source, faults: result.faults };
  }

  async function beginNow(): Promise<LoadOutcome> {
    const loaded = await loadCatalog(folder);
    const result = compiled(loaded);
    if (result.snapshot !== undefined) {
      refuseUnfit(result.snapshot);
      await record(result.snapshot);
      snapshot = result.snapshot;
      await keep(snapshot.id, loaded);
      return { kind: 'in-force', snapshot, source, faults: result.faults };
    }
    return standIn(result.faults);
  }

  /** What to begin with when the folder is faulty, empty or away. Its faults are what has to be mended, whatever becomes of it. */
  async function standIn(faults: readonly Fault[]): Promise<LoadOutcome> {
    const refused = (why: string): LoadOutcome => ({
      kind: 'refused',
      faults: [...faults, unusable(lastGood.path, why)],
    });
    let kept: KeptCatalog | undefined;
    try {
      kept = await lastGood.read();
    } catch (error) {
      return refused(reasonOf(error));
    }
    if (kept === undefined) return { kind: 'refused', faults };
    const result = compiled(loadCatalogFiles(kept.files, folder));
    if (result.snapshot === undefined) {
      const first = result.faults.find(({ severity }) => severity === 'error');
      return refused(`it has faults, as ${first?.code ?? 'unknown'} in ${first?.place.file ?? 'it'}`);
    }
    try {
      refuseUnfit(result.snapshot);
      await record(result.snapshot);
    } catch (error) {
      return refused(reasonOf(error));
    }
    snapshot = result.snapshot;
    source = 'last-good';
    return { kind: 'in-force', snapshot, source, faults };
  }

  return {
    current() {
      if (snapshot === undefined) throw new Error('no snapshot is in force yet');
      return snapshot;
    },
    source: () => source,
    begin: () => inTurn(beginNow),
    async load() {
      const outcome = await inTurn(loadNow);
      onOutcome(outcome);
      return outcome;
    },
    watch: () =>
      watchFolder(folder, () => {
        inTurn(loadNow)
          .catch((error: unknown): LoadOutcome => ({ kind: 'refused', faults: [unreadable(folder, error)] }))
          .then(onOutcome);
      }),
  };
}

/** In one line, to stand in the middle of a sentence. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.?\n/g, '; ').replace(/\.$/, '') : 'it cannot be used';
}

function isFaulty(faults: readonly Fault[]): boolean {
  return faults.some(({ severity }) => severity === 'error');
}

function unusable(path: string, why: string): Fault {
  const message = `The last good catalog that was kept cannot be used: ${why}. Mend the catalog folder, or restore the copy.`;
  return faultOf('last-good-unusable', message, path);
}

function unrecorded(folder: string, error: unknown): Fault {
  const message = `The change cannot be put on record: ${reasonOf(error)}. Mend the ledger, then change a document or restart.`;
  return faultOf('change-not-recorded', message, folder);
}

function unreadable(folder: string, error: unknown): Fault {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
  const message = `The catalog folder cannot be read (${reason}). Check that it exists and may be read.`;
  return faultOf('folder-unreadable', message, folder);
}

function faultOf(code: string, message: string, file: string): Fault {
  return { code, message, place: { file, line: 1, column: 1 }, severity: 'error' };
}
