import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type ClientHouse, DATABASE, KEY, LOGIN } from './client-house.fixture.ts';

/** Whatever a script does: it ends. */
const PATIENCE_MS = 45_000;

/**
 * Runs an integration's script in a process of its own, with an unmodified client library, and answers what it saw. It has
 * the gateway's address and its own key, and nothing else of the environment.
 */
export async function runScript(name: string, { url }: ClientHouse): Promise<Record<string, unknown>> {
  const python = process.env.PORTCULLIS_TEST_PYTHON ?? '/usr/bin/python3';
  const [program, ...flags] = name.endsWith('.py') ? [python, '-I'] : [process.execPath];
  const child = spawn(program ?? '', [...flags, join(import.meta.dirname, 'scripts', name)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    env: { PATH: process.env.PATH ?? '', GATEWAY_URL: url, DATABASE, LOGIN, KEY, PYTHONDONTWRITEBYTECODE: 'yes' },
  });
  let printed = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} ended with ${code ?? 'its time over'}\n${complaint || printed}`);
  return JSON.parse(printed);
}
