import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that the bench has started, and will end by its id. */
export interface Child {
  readonly pid: number;
  /** CPU time of its whole process tree so far, microseconds. */
  cpuMicroseconds(): number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

// Ending by a signal runs no exit handlers by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Starts a command and waits until `port` accepts connections. Rejects with what it wrote to standard error. */
export async function startChild(
  command: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} cannot be started`);
  running.add(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  let isOver = false;
  child.once('exit', () => {
    isOver = true;
    running.delete(child);
  });
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (isOver || tries > 600) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not listen on port ${port}:\n${said}`);
    }
    await sleep(100);
  }
  return {
    pid,
    cpuMicroseconds: () => treeOf(pid).reduce((sum, member) => sum + cpuNanoseconds(member), 0) / 1000,
    async stop() {
      if (isOver) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await once(child, 'exit');
      clearTimeout(timer);
    },
  };
}

/** Path of an installed program; servers often stand where only root's PATH leads. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function treeOf(pid: number): number[] {
  const members = [pid];
  for (const task of list(`/proc/${pid}/task`)) {
    for (const child of read(`/proc/${pid}/task/${task}/children`).split(' ')) {
      if (/^\d+$/.test(child)) members.push(...treeOf(Number(child)));
    }
  }
  return members;
}

/** The first number of schedstat is the time on a CPU, nanoseconds (Documentation/scheduler/sched-stats). */
function cpuNanoseconds(pid: number): number {
  let sum = 0;
  for (const task of list(`/proc/${pid}/task`))
    sum += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]);
  return sum;
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
