import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Data, Database } from './database.ts';
import type { StandInUser } from './dispatch.ts';
import { htmlReply, type Reply } from './reply.ts';
import { route } from './routes.ts';
import type { HeardCall, Request, Site } from './site.ts';

/**
 * A failure to answer with, once per entry. `before` the call runs: hang, reset, html, error-500, busy, gzip-lie
 * (says gzip, is not), not-json. `after` it has run: reset, so that the outcome is unknown to the caller.
 */
export interface Failure {
  readonly kind: 'hang' | 'reset' | 'reset-after' | 'html' | 'error-500' | 'busy' | 'gzip' | 'gzip-lie' | 'not-json';
  /** Only for calls of this method (`search_read`); absent: any request. */
  readonly method?: string;
}

export interface StandInOptions {
  readonly port?: number;
  readonly version: 16 | 17 | 18 | 19;
  readonly data: Data;
  readonly users: readonly StandInUser[];
  /** Default `odoo<version>`. */
  readonly database?: string;
  /** Time of writes, `YYYY-MM-DD HH:MM:SS.ffffff`; default the machine's. */
  readonly now?: () => string;
  /** Real Odoo closes the connection after each answer. */
  readonly keepAlive?: boolean;
}

export interface StandIn {
  readonly url: string;
  readonly port: number;
  readonly database: string;
  /** Everything that was called, in order. */
  readonly calls: HeardCall[];
  /** How often `model.method` was called. */
  count(modelMethod: string): number;
  /** Failures to come, first one first. */
  readonly failures: Failure[];
  readonly db: Database;
  close(): Promise<void>;
}

const BODY_LIMIT = 16 * 1024 * 1024;

/** Starts a pretended Odoo on 127.0.0.1 with the protocols of its version. It is for demos and tests, never for data that matters. */
export async function startStandInOdoo(options: StandInOptions): Promise<StandIn> {
  const db = new Database(options.version, options.data, options.now ?? machineTime);
  const calls: HeardCall[] = [];
  const failures: Failure[] = [];
  const database = options.database ?? `odoo${options.version}`;
  const site: Site = { db, database, users: options.users, sessions: new Map(), heard: (call) => calls.push(call) };
  const server = createServer((incoming, outgoing) => {
    handle(site, failures, options.keepAlive === true, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    database,
    calls,
    count: (modelMethod) => calls.filter(({ model, method }) => `${model}.${method}` === modelMethod).length,
    failures,
    db,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function machineTime(): string {
  return `${new Date().toISOString().replace('T', ' ').slice(0, -1)}000`;
}

async function handle(
  site: Site,
  failures: Failure[],
  keepAlive: boolean,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming);
  const failure = takeFailure(failures, request);
  if (failure === 'hang') return;
  if (failure === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  const reply = failingReply(failure) ?? route(site, request);
  if (failure === 'reset-after') {
    incoming.socket.resetAndDestroy();
    return;
  }
  const plain = Buffer.from(failure === 'not-json' ? reply.body.slice(0, -1) : reply.body);
  const body = failure === 'gzip' ? gzipSync(plain) : plain;
  outgoing.writeHead(reply.status, {
    server: 'Werkzeug/3.0.1 Python/3.12.3',
    'content-type': reply.contentType,
    'content-length': body.length,
    ...(failure === 'gzip' || failure === 'gzip-lie' ? { 'content-encoding': 'gzip' } : {}),
    ...(keepAlive ? {} : { connection: 'close' }),
    ...reply.headers,
  });
  outgoing.end(body);
}

function failingReply(kind: Failure['kind'] | undefined): Reply | undefined {
  if (kind === 'html') return htmlReply(502, 'Bad Gateway', 'nginx/1.24.0 (erp-proxy.internal)');
  if (kind === 'busy')
    return { ...htmlReply(503, 'Service Unavailable', 'Too many requests'), headers: { 'retry-after': '7' } };
  if (kind === 'error-500') return htmlReply(500, 'Internal Server Error', 'The server encountered an internal error.');
  return undefined;
}

function takeFailure(failures: Failure[], request: Request): Failure['kind'] | undefined {
  const index = failures.findIndex(({ method }) => method === undefined || names(request, method));
  return index < 0 ? undefined : failures.splice(index, 1)[0]?.kind;
}

function names(request: Request, method: string): boolean {
  return request.path.endsWith(`/${method}`) || request.body.includes(`"${method}"`);
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('The request is too large.');
    chunks.push(chunk);
  }
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const bytes = Buffer.concat(chunks);
  return {
    method: incoming.method ?? '',
    path: (incoming.url ?? '').split('?')[0] ?? '',
    headers,
    // Odoo does not undo a content coding of the request.
    bytes,
    body: bytes.toString('utf8'),
  };
}
