import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { freePort } from './free-port.ts';
import { installDebianPackages } from './install-debian-packages.ts';

/** A Redis for the tests. */
export interface TestRedis {
  readonly url: string;
  /** Where it was found, for people. */
  readonly origin: string;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/**
 * Finds a Redis: the one of REDIS_URL; one of our own from an installed redis-server (nothing is kept, nobody else's
 * data is touched); one that runs on this machine; or, as root on Debian when CI is set, one installed for the purpose.
 * Throws an Error that says what to do.
 */
export async function findRedis(env: NodeJS.ProcessEnv): Promise<TestRedis> {
  const given = env.REDIS_URL;
  if (given !== undefined && given !== '') {
    const { hostname, port } = new URL(given);
    if (await answers(hostname, Number(port === '' ? 6379 : port))) return found(given, 'REDIS_URL');
    throw new Error('The Redis that REDIS_URL names does not answer.');
  }
  const own = await startServer();
  if (own !== undefined) return own;
  if (await answers('127.0.0.1', 6379)) return found('redis://127.0.0.1:6379', 'running on this machine');
  if (env.CI !== undefined && installDebianPackages('redis-server')) {
    const installed = await startServer();
    if (installed !== undefined) return installed;
  }
  throw new Error('The tests need a Redis: install redis-server, or set REDIS_URL to one that may be written to.');
}

function found(url: string, origin: string): TestRedis {
  return { url, origin, stop: () => Promise.resolve() };
}

/** Undefined: no redis-server is installed. */
async function startServer(): Promise<TestRedis | undefined> {
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error !== undefined) return undefined;
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = await freePort();
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = spawn('redis-server', [...settings, '--dir', tmpdir()], { stdio: 'ignore' });
    const kill = (): void => {
      server.kill('SIGTERM');
    };
    process.once('exit', kill);
    const ended = once(server, 'exit');
    const stop = async (): Promise<void> => {
      kill();
      await ended;
    };
    if (await isUp(server, port)) return { url: `redis://127.0.0.1:${port}`, origin: 'started for the tests', stop };
    await stop();
  }
  throw new Error('redis-server is installed but does not start.');
}

async function isUp(server: ChildProcess, port: number): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    if (await answers('127.0.0.1', port)) return true;
    await new Promise((again) => setTimeout(again, 20));
  }
  return false;
}

/** Whether something there speaks Redis: even a refusal to an unknown caller is an answer. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => settle(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (reply) => settle(/^[+-]/.test(reply.toString('latin1'))));
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
  });
}
