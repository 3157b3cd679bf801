import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { installDebianPackages } from './install-debian-packages.ts';

/** A PostgreSQL server for the tests, whose user may make databases. */
export interface TestPostgres {
  readonly url: string;
  /** Where it was found, for people. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** An unprivileged user: PostgreSQL refuses to run as root. Absent where we are none. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const DEBIAN_SERVERS = '/usr/lib/postgresql';
const USER = 'portcullis';
const PATIENCE_MS = 30_000;

/**
 * Finds a PostgreSQL: the one of POSTGRES_URL; one of our own from the installed programs, in a temporary folder (nothing is
 * kept, nobody else's data is touched); or, as root on Debian when CI is set, one installed for the purpose. Throws an
 * Error that says what to do.
 */
export async function findPostgres(env: NodeJS.ProcessEnv, settings: readonly string[] = QUICK): Promise<TestPostgres> {
  const given = env.POSTGRES_URL;
  if (given !== undefined && given !== '') {
    const { hostname, port } = new URL(given);
    if (await listens(hostname, Number(port === '' ? 5432 : port)))
      return { url: given, origin: 'POSTGRES_URL', stop: () => Promise.resolve() };
    throw new Error('The PostgreSQL that POSTGRES_URL names does not answer.');
  }
  const own = await startServer(settings);
  if (own !== undefined) return own;
  if (env.CI !== undefined && installDebianPackages('postgresql')) {
    const installed = await startServer(settings);
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'The tests need a PostgreSQL: install the package postgresql, or set POSTGRES_URL to one whose user may create databases.',
  );
}

/** What is gone with the tests need not survive a power cut. */
const QUICK = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Undefined: no PostgreSQL server is installed. */
async function startServer(settings: readonly string[]): Promise<TestPostgres | undefined> {
  const programs = programFolder();
  if (programs === undefined) return undefined;
  const owner = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-postgres-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
    const password = randomBytes(16).toString('hex');
    initialise(programs, folder, password, owner);
    for (let attempt = 0; attempt < 3; attempt++) {
      const port = await freePort();
      const server = runServer(programs, folder, port, settings, owner);
      const end = stopper(server, remove);
      if (await isUp(programs, server, port)) {
        const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
        return { url, origin: 'started for the tests', stop: end };
      }
      server.kill('SIGQUIT');
      await exited(server);
    }
    throw new Error('PostgreSQL is installed but does not start.');
  } catch (error) {
    remove();
    throw error;
  }
}

/** The newest of Debian's, which keeps them off the path, or the one on the path. */
function programFolder(): string | undefined {
  const versions = existsSync(DEBIAN_SERVERS) ? readdirSync(DEBIAN_SERVERS) : [];
  const folders = versions
    .filter((version) => existsSync(join(DEBIAN_SERVERS, version, 'bin/initdb')))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_SERVERS, version, 'bin'));
  if (folders[0] !== undefined) return folders[0];
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const folder = asked.error === undefined ? asked.stdout.trim() : '';
  return existsSync(join(folder, 'initdb')) ? folder : undefined;
}

function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and this machine has no user postgres or nobody.');
}

function initialise(programs: string, folder: string, password: string, owner: Owner | undefined): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', join(folder, 'data'), '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'].concat([
      '--locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ]),
    { ...owner, encoding: 'utf8', cwd: folder, timeout: PATIENCE_MS },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr.trim().slice(-500)}`);
}

function runServer(
  programs: string,
  folder: string,
  port: number,
  settings: readonly string[],
  owner: Owner | undefined,
): ChildProcess {
  const all = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=60',
    ...settings,
  ];
  const parameters = all.flatMap((setting) => ['-c', setting]);
  const server = spawn(join(programs, 'postgres'), ['-D', join(folder, 'data'), ...parameters], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  });
  server.on('error', () => undefined);
  return server;
}

/** Stops the server and removes its folder; also when the process ends without having asked for it. */
function stopper(server: ChildProcess, remove: () => void): () => Promise<void> {
  const kill = (): void => {
    // At once, without tidying up: nothing is kept.
    server.kill('SIGQUIT');
    remove();
  };
  process.once('exit', kill);
  return async () => {
    process.off('exit', kill);
    server.kill('SIGQUIT');
    await exited(server);
    remove();
  };
}

async function exited(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
}

/** It listens some time before it answers. */
async function isUp(programs: string, server: ChildProcess, port: number): Promise<boolean> {
  const ask = ['-q', '-h', '127.0.0.1', '-p', String(port)];
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    if (spawnSync(join(programs, 'pg_isready'), ask).status === 0) return true;
    await new Promise((again) => setTimeout(again, 20));
  }
  return false;
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => settle(false));
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
