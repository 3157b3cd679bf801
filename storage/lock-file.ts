import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Who holds a lock: process id, its start time in clock ticks since boot ('' where the system does not tell), machine. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

/**
 * Takes the exclusive right to write `path`, kept as a file `<path>.lock`; returns its release. The lock of a process
 * that no longer runs is taken over. Throws an Error for people when a living process holds it, or one on another
 * machine, whose life cannot be seen from here.
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const lockPath = `${path}.lock`;
  const mine = JSON.stringify({ pid: process.pid, started: await startTime(process.pid), host: hostname() });
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await create(lockPath, mine)) return () => release(lockPath, mine);
    const held = await readFile(lockPath, 'utf8').catch(() => undefined);
    if (held === undefined) continue;
    await refuseLiving(path, lockPath, held);
    await removeStale(lockPath, held);
  }
  throw new Error(`${path} cannot be locked: other processes keep taking ${lockPath}`);
}

async function create(lockPath: string, content: string): Promise<boolean> {
  // Written aside and linked into place: nobody ever sees a lock without its holder.
  const aside = `${lockPath}.${randomUUID()}`;
  const file = await open(aside, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(aside, lockPath);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function refuseLiving(path: string, lockPath: string, held: string): Promise<void> {
  const holder = parseHolder(held);
  if (holder === undefined) return;
  if (holder.host !== hostname()) {
    throw new Error(
      `${path} is locked by process ${holder.pid} on the machine ${holder.host}; if that one has ended, remove ${lockPath}`,
    );
  }
  if (await isAlive(holder)) throw new Error(`${path} is in use by process ${holder.pid}; two writers would spoil it`);
}

/** Two processes may find the same stale lock: what was moved away must be what was judged, or it goes back. */
async function removeStale(lockPath: string, judged: string): Promise<void> {
  const aside = `${lockPath}.${randomUUID()}`;
  try {
    await rename(lockPath, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== judged) await link(aside, lockPath).catch(() => undefined);
  await rm(aside, { force: true });
}

async function release(lockPath: string, mine: string): Promise<void> {
  const held = await readFile(lockPath, 'utf8').catch(() => undefined);
  if (held === mine) await rm(lockPath, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, started, host } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof host !== 'string') return undefined;
    return { pid, started, host };
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // The same number may by now belong to another process; in a container it usually does.
  return (await startTime(holder.pid)) === holder.started;
}

/** Field 22 of proc_pid_stat(5); '' where there is no such file. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
