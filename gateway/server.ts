import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { isCanonicalPath } from './canonical-path.ts';
import { HttpExchange } from './http-exchange.ts';
import type { Ending, Journal } from './journal.ts';
import { runExchange } from './pipeline.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { Snapshot } from './plan.ts';
import { type ProblemCode, problemBody, problemStatus, type Refusal, refuse } from './problems.ts';
import { readBody } from './read-body.ts';
import { httpReply } from './reply.ts';
import type { TraceContext } from './telemetry/trace-context.ts';

/** Bounds of every request, in bytes, milliseconds and counts. */
export interface ServerLimits {
  readonly headerBytes: number;
  readonly headerCount: number;
  readonly targetBytes: number;
  readonly bodyBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
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

/** The data plane's front: sockets, limits, ids. Everything it refuses itself is a problem document too. */
export function createGateway(dependencies: GatewayDependencies): Gateway {
  const { limits, tls } = dependencies;
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    // Node looks every 30 s by default, which would double the time a slow client gets.
    connectionsCheckingInterval: CHECK_MS,
    requireHostHeader: true,
    insecureHTTPParser: false,
    noDelay: true,
  };
  const server: Server =
    tls === undefined
      ? createServer(options)
      : createTlsServer({
          ...options,
          cert: tls.cert,
          key: tls.key,
          minVersion: 'TLSv1.2',
          // A client certificate is asked for, not demanded: binding (RFC 8705) is decided per consumer.
          ...(tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: false }),
        });
  server.maxConnections = limits.connections;
  server.maxHeadersCount = limits.headerCount;

  const host: PipelineHost = {
    journal: dependencies.journal,
    readBody: (exchange) => readBody(exchange.request, limits.bodyBytes),
    onFault: dependencies.onFault,
    onEnd: dependencies.onEnd,
  };
  let draining = false;
  let underWay = 0;
  let onIdle: (() => void) | undefined;

  server.on('request', (request, response) => {
    underWay += 1;
    dependencies.onBegin();
    const exchange = accept(request);
    // One listener for both: a listener costs more than what it does here.
    response.on('close', () => {
      exchange.abort();
      underWay -= 1;
      if (underWay === 0) onIdle?.();
    });
    void runExchange(exchange, httpReply(response), host);
  });
  server.on('clientError', refuseConnection);
  // Tunnels and protocol switches are not served: no raw bytes ever pass.
  server.on('connect', (_request, socket: Socket) => refuseConnection(undefined, socket));
  server.on('upgrade', (_request, socket: Socket) => refuseConnection(undefined, socket));

  function accept(request: IncomingMessage): HttpExchange {
    const snapshot = dependencies.current();
    const target = request.url ?? '';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const early = admit(request, target, path, limits, draining);
    const matched = early === undefined ? snapshot.router.match(request.method ?? '', path) : undefined;
    const routed = matched !== undefined && 'plan' in matched;
    const trace = dependencies.traceContext(singleHeader(request, 'traceparent'));
    const exchange = new HttpExchange(request, {
      id: randomUUID(),
      receivedAt: Date.now(),
      snapshot,
      plan: routed ? matched.plan : snapshot.unrouted,
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

  return {
    listen: (port, address) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, address, () => {
          server.off('error', reject);
          resolve({ port: (server.address() as AddressInfo).port });
        });
      }),
    drain: (graceMs) =>
      new Promise((resolve) => {
        draining = true;
        server.close(() => resolve());
        server.closeIdleConnections();
        onIdle = () => server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), graceMs).unref();
      }),
  };
}

/** What can be refused by looking at the request line and the headers alone. */
function admit(
  request: IncomingMessage,
  target: string,
  path: string,
  limits: ServerLimits,
  draining: boolean,
): Refusal | undefined {
  // node:http lets HTTP/0.9 requests pass; they have no headers and no way to carry our refusals.
  if (request.httpVersion !== '1.1' && request.httpVersion !== '1.0')
    return refuse('request-malformed', 'Use HTTP/1.1.');
  if (!hasOneHost(request)) return refuse('request-malformed', 'Send exactly one Host header.');
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return refuse('content-encoding-unsupported', 'The only transfer coding is chunked.', {
      headers: ['connection', 'close'],
    });
  }
  if (draining) return refuse('draining', undefined, { headers: ['connection', 'close'] });
  if (target.length > limits.targetBytes)
    return refuse('uri-too-long', `At most ${limits.targetBytes} bytes are accepted.`);
  if (request.rawHeaders.length / 2 > limits.headerCount) {
    return refuse('header-too-large', `At most ${limits.headerCount} headers are accepted.`);
  }
  if (!isCanonicalPath(path))
    return refuse('path-not-canonical', 'Send the path without dot segments, empty segments or needless encoding.');
  return undefined;
}

/** RFC 9112 §3.2: a 1.1 request without, or with more than one, or with an empty Host is malformed. */
function hasOneHost(request: IncomingMessage): boolean {
  const { rawHeaders } = request;
  let hosts = 0;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host' && rawHeaders[at + 1] !== '') hosts += 1;
    else if (name.length === 4 && name.toLowerCase() === 'host') return false;
  }
  return hosts === 1;
}

function singleHeader(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** node:http's parser refused the bytes: answer in our form, then close. */
function refuseConnection(error: (Error & { code?: string }) | undefined, socket: Socket): void {
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const code: ProblemCode = error?.code === 'HPE_HEADER_OVERFLOW' ? 'header-too-large' : 'request-malformed';
  const status = problemStatus(code);
  const body = problemBody(refuse(code), randomUUID());
  socket.end(
    `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}\r\nconnection: close\r\n` +
      `content-type: application/problem+json\r\ncache-control: no-store\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
