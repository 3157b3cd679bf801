import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { isCanonicalPath } from './canonical-path.ts';
import { ClientConnection, type ConnectionHost, type ConnectionLimits } from './clients/client-connection.ts';
import type { ClientRequest } from './clients/client-request.ts';
import { HttpExchange, headerValue } from './http-exchange.ts';
import type { Ending, Journal } from './journal.ts';
import { runExchange } from './pipeline.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { Snapshot } from './plan.ts';
import { type Refusal, refuse } from './problems.ts';
import { randomId } from './random-hex.ts';
import type { TraceContext } from './telemetry/trace-context.ts';

/** Bounds of every request and connection, in bytes, milliseconds and counts. */
export interface ServerLimits extends ConnectionLimits {
  readonly bodyBytes: number;
  readonly connections: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  headerBytes: 16 * 1024,
  headerCount: 100,
  targetBytes: 8 * 1024,
  bodyBytes: 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 65_000,
  connections: 10_000,
};

/** How often slow connections are looked at. */
const CHECK_MS = 1000;

export interface GatewayDependencies {
  /** The snapshot in force now; an exchange finishes on the one it began with. */
  readonly current: () => Snapshot;
  readonly journal: Journal;
  readonly limits: ServerLimits;
  /** TLS certificate and key (PEM), and the authorities of client certificates; absent: plain HTTP. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer | undefined } | undefined;
  readonly traceContext: (traceparent: string | undefined) => TraceContext;
  readonly onFault: (at: string, error: unknown) => void;
  readonly onBegin: () => void;
  readonly onEnd: (exchange: HttpExchange, ending: Ending) => void;
}

export interface Gateway {
  listen(port: number, host: string): Promise<{ port: number }>;
  /** Stops accepting, lets running exchanges finish for at most `graceMs`, then breaks what is left. */
  drain(graceMs: number): Promise<void>;
}

/** The data plane's front: sockets, limits, ids. Everything it refuses itself is a problem document too, and on record. */
export function createGateway(dependencies: GatewayDependencies): Gateway {
  const { limits } = dependencies;
  const connections = new Set<ClientConnection>();
  let isDraining = false;
  let ticker: NodeJS.Timeout | undefined;
  let onDrained: (() => void) | undefined;

  const pipeline: PipelineHost = {
    journal: dependencies.journal,
    bodyBytes: limits.bodyBytes,
    onFault: dependencies.onFault,
    onEnd: dependencies.onEnd,
  };
  const host: ConnectionHost = {
    limits,
    get isDraining() {
      return isDraining;
    },
    onRequest(request) {
      dependencies.onBegin();
      const exchange = beginExchange(request, dependencies, isDraining);
      request.onOver = () => exchange.abort();
      runExchange(exchange, (limit) => request.readBody(limit), request, pipeline);
    },
    onClosed(connection) {
      connections.delete(connection);
      if (isDraining && connections.size === 0) onDrained?.();
    },
    onFault: (error) => dependencies.onFault('request', error),
  };
  const { server, breakHandshakes } = openServer(dependencies, (socket) => {
    // A handshake may end after everything else has.
    if (isDraining) socket.destroy();
    else connections.add(new ClientConnection(socket, host));
  });

  return {
    listen: (port, address) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, address, () => {
          server.off('error', reject);
          ticker = setInterval(() => {
            const now = Date.now();
            for (const connection of connections) connection.check(now);
          }, CHECK_MS);
          resolve({ port: (server.address() as AddressInfo).port });
        });
      }),
    drain: (graceMs) =>
      new Promise((resolve) => {
        isDraining = true;
        const timer = setTimeout(() => {
          for (const connection of connections) connection.socket.destroy();
        }, graceMs);
        server.close();
        breakHandshakes();
        onDrained = () => {
          clearTimeout(timer);
          clearInterval(ticker);
          resolve();
        };
        for (const connection of connections) connection.closeIfIdle();
        if (connections.size === 0) onDrained();
      }),
  };
}

function openServer({ limits, tls }: GatewayDependencies, onConnection: (socket: Socket) => void) {
  if (tls === undefined) {
    const server: Server = createServer({ noDelay: true }, onConnection);
    server.maxConnections = limits.connections;
    return { server, breakHandshakes: () => undefined };
  }
  const server = createTlsServer(
    {
      noDelay: true,
      cert: tls.cert,
      key: tls.key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: limits.headersTimeoutMs,
      ALPNProtocols: ['http/1.1'],
      // A client certificate is asked for, not demanded: binding (RFC 8705) is decided per consumer.
      ...(tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: false }),
    },
    onConnection,
  );
  server.maxConnections = limits.connections;
  // TLS only tells that a handshake failed or took too long.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const handshakes = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    handshakes.set(name, socket);
    socket.once('close', () => handshakes.delete(name));
  });
  server.on('secureConnection', (socket) => handshakes.delete(nameOf(socket)));
  const breakHandshakes = (): void => {
    for (const socket of handshakes.values()) socket.destroy();
  };
  return { server: server as Server, breakHandshakes };
}

/** The same for a socket and for the encrypted one above it. */
function nameOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function beginExchange(request: ClientRequest, dependencies: GatewayDependencies, isDraining: boolean): HttpExchange {
  const snapshot = dependencies.current();
  const { target } = request;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const early = request.refusal ?? admit(path, isDraining);
  const front = snapshot.front?.front.owns(path) ? snapshot.front : undefined;
  const matched = early === undefined && front === undefined ? snapshot.router.match(request.method, path) : undefined;
  const routed = matched !== undefined && 'plan' in matched;
  const trace = dependencies.traceContext(headerValue(request.headers.raw, 'traceparent'));
  const exchange = new HttpExchange(request, {
    id: randomId(),
    receivedAt: Date.now(),
    snapshot,
    plan: routed ? matched.plan : (front ?? snapshot.unrouted),
    path,
    query: mark < 0 ? '' : target.slice(mark + 1),
    pathValues: routed ? matched.pathValues : [],
    traceId: trace.traceId,
    traceFlags: trace.flags,
  });
  exchange.early = early;
  if (matched !== undefined && 'miss' in matched) exchange.missed = matched;
  return exchange;
}

/** What can be refused before a route is looked for. */
function admit(path: string, isDraining: boolean): Refusal | undefined {
  if (isDraining) return refuse('draining');
  if (isCanonicalPath(path)) return undefined;
  return refuse('path-not-canonical', 'Send the path without dot segments, empty segments or needless encoding.');
}
