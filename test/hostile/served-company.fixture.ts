import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Company, startCompany } from '../../examples/distribution/company.ts';
import { ROOT } from '../e2e/run-command.fixture.ts';

/** What a poisoned system answers; undefined: it is let through to the healthy one. */
export interface Poison {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** A header of its own. */
  readonly more?: string;
  /** Other paths are let through; all are answered where it is left out. */
  readonly path?: RegExp;
}

/** The demo company behind a gateway in a process of its own, between whose systems and it the test may speak. */
export interface ServedCompany {
  readonly company: Company;
  readonly gatewayUrl: string;
  readonly adminUrl: string;
  readonly dataFolder: string;
  /** All that the process has written to its two streams. */
  output(): string;
  /** What all systems answer from now on. */
  poison(answer: Poison | undefined): void;
  /** Ends the gateway; its data stays. */
  end(): Promise<void>;
  close(): Promise<void>;
}

export async function serveCompany(variables: Readonly<Record<string, string>>): Promise<ServedCompany> {
  const work = await mkdtemp(join(tmpdir(), 'portcullis-hostile-'));
  const company = await startCompany({ odooPort: 0, carrierPort: 0, odooVersion: 19, workFolder: work });
  let answer: Poison | undefined;
  const between = await Promise.all(
    [company.odoo.port, company.carrier.port].map((port) => startBetween(port, () => answer)),
  );
  await changeText(join(company.catalogFolder, 'systems.yaml'), (text) =>
    between.reduce((changed, { from, to }) => changed.replaceAll(`127.0.0.1:${from}`, `127.0.0.1:${to}`), text),
  );
  // Nothing is to be turned away before it was read.
  await changeText(join(company.catalogFolder, 'plans.yaml'), (text) =>
    text
      .replaceAll(/perSecond: \d+, burst: \d+/g, 'perSecond: 100000, burst: 100000')
      .replaceAll(/concurrency: \d+/g, 'concurrency: 100'),
  );
  const dataFolder = join(work, 'data');
  const gateway = spawn(process.execPath, [join(ROOT, 'main.ts'), 'serve'], {
    env: {
      ...process.env,
      ...company.variables,
      PORTCULLIS_PORT: '0',
      PORTCULLIS_ADMIN_PORT: '0',
      PORTCULLIS_DATA: dataFolder,
      PORTCULLIS_LOG_LEVEL: 'debug',
      PORTCULLIS_DRAIN_MS: '2000',
      PORTCULLIS_TOKEN_FAILURES: '10000',
      PORTCULLIS_TOKEN_REQUESTS_PER_CLIENT: '1000000',
      PORTCULLIS_TOKEN_REQUESTS_PER_ADDRESS: '1000000',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [gateway.stdout, gateway.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const end = () => endProcess(gateway);
  const close = async () => {
    await end();
    for (const { server } of between) server.close();
    await company.close();
    await rm(work, { recursive: true, force: true });
  };
  try {
    const [gatewayUrl, adminUrl] = await addresses(gateway, () => output);
    const poison = (next: Poison | undefined) => {
      answer = next;
    };
    return { company, gatewayUrl, adminUrl, dataFolder, output: () => output, poison, end, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Passes requests on to a healthy system, or answers them itself. */
async function startBetween(port: number, poison: () => Poison | undefined) {
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const answer = poison();
      if (answer !== undefined && answer.path?.test(incoming.url ?? '') !== false) {
        const { status, type, body, more } = answer;
        outgoing
          .writeHead(status, { 'content-type': type, ...(more === undefined ? {} : { 'x-more': more }) })
          .end(body);
        return;
      }
      const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
        ['host', 'connection', 'content-length'].includes(name) ? [] : [[name, String(value)]],
      );
      const { method = 'GET', url = '/' } = incoming;
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) };
      const response = await fetch(`http://127.0.0.1:${port}${url}`, { method, headers, ...body });
      const whole = Buffer.from(await response.arrayBuffer());
      const type = response.headers.get('content-type');
      outgoing.writeHead(response.status, type === null ? {} : { 'content-type': type }).end(whole);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, from: port, to: (server.address() as AddressInfo).port };
}

async function addresses(gateway: ChildProcess, output: () => string): Promise<[string, string]> {
  for (;;) {
    const [, gatewayUrl] = /^gateway (\S+)$/m.exec(output()) ?? [];
    const [, adminUrl] = /^admin {3}(\S+)$/m.exec(output()) ?? [];
    if (gatewayUrl !== undefined && adminUrl !== undefined) return [gatewayUrl, adminUrl];
    if (gateway.exitCode !== null) throw new Error(`the gateway does not start: ${output()}`);
    await Promise.race([once(gateway.stderr ?? gateway, 'data'), once(gateway, 'exit')]);
  }
}

async function endProcess(gateway: ChildProcess): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return;
  const ended = once(gateway, 'exit');
  gateway.kill('SIGTERM');
  await ended;
}

async function changeText(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}
