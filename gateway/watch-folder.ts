import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Changes come in bursts (an editor writes a file in several steps): wait until the folder has been quiet this long. */
const QUIET_MS = 200;
/** How often is looked whether the folder is still the one that is watched. */
const LOOK_MS = 2000;

/**
 * Calls back when a folder has been quiet after a change below it, and when it went away, came back or was replaced by
 * another one of its name (a volume that is mounted, a link that is set anew). Returns the way to stop.
 */
export function watchFolder(folder: string, onChange: () => void, lookMs = LOOK_MS): () => void {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  /** Which folder is watched; undefined where none is. */
  let watched: string | undefined;
  let isStopped = false;

  function changed(): void {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
    timer.unref();
  }

  function begin(found: string | undefined): void {
    watcher?.close();
    watcher = undefined;
    watched = found;
    if (found === undefined) return;
    try {
      watcher = watch(folder, { recursive: true, persistent: false }, changed);
      watcher.on('error', unwatched);
    } catch {
      unwatched();
    }
  }

  /** Deleted meanwhile, or the system has no watches left: then every look calls back. */
  function unwatched(): void {
    watched = undefined;
  }

  async function look(): Promise<void> {
    const found = await stat(folder).then(identityOf, () => undefined);
    if (isStopped || found === watched) return;
    begin(found);
    changed();
  }

  begin(identityOf(statSync(folder, { throwIfNoEntry: false })));
  const looking = setInterval(() => void look(), lookMs);
  looking.unref();
  return () => {
    isStopped = true;
    clearInterval(looking);
    clearTimeout(timer);
    watcher?.close();
  };
}

function identityOf(status: Stats | undefined): string | undefined {
  return status && `${status.dev}:${status.ino}`;
}
