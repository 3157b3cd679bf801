import type { LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { HttpResponse } from './connection.ts';
import { ConnectionPool, type PoolLimits } from './connection-pool.ts';
import type { Origin } from './origin.ts';
import { isRequestTarget } from './request-head.ts';
import { SAFE_METHODS } from './safe-methods.ts';

export type { HttpResponse } from './connection.ts';

/** One request. Header lines come ready-made from `headerLines`; Host and Content-Length are added here. */
export interface HttpRequest {
  readonly method: string;
  /** Changes nothing, whatever its method says: may be sent again when a kept connection turns out closed. Default: by the method. */
  readonly isSafe?: boolean;
  /** Origin-form target: path and query. */
  readonly path: string;
  readonly headerLines: string;
  readonly body: Buffer | undefined;
  /** For connecting, head and a whole body together; for every further piece of a longer body. */
  readonly timeoutMs: number;
  /** Asked now and then whether its signal is aborted; never before a call has lasted 50 ms, so the signal can be made lazily. */
  readonly owner?: { readonly signal: AbortSignal } | undefined;
  /** Bodies up to this size come as one Buffer, longer ones as a stream. Default 64 kB. */
  readonly wholeBytes?: number;
  /** Longer bodies are refused. Default: the client's. */
  readonly maxBodyBytes?: number;
}

/** The requests to one origin. Rejects with UpstreamError. */
export interface OriginClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  readonly connections: number;
}

export interface HttpClientOptions extends Partial<PoolLimits> {
  /** Longest body, bytes. Default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** Certificate authorities (PEM) trusted besides the well-known ones. */
  readonly authorities?: readonly string[];
  readonly lookup?: LookupFunction;
}

/**
 * A lean HTTP/1.1 client for few origins and many small requests: keep-alive pools, one request at a time per
 * connection, strict parsing, one timer for all deadlines. Pools outlive snapshots: the same origin is the same pool.
 */
export interface HttpClient {
  to(origin: Origin): OriginClient;
  close(): void;
}

/** Deadlines are kept to within this many milliseconds. */
const TICK_MS = 25;
const WHOLE_BYTES = 64 * 1024;

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const limits: PoolLimits = {
    maxConnections: options.maxConnections ?? 256,
    maxWaiting: options.maxWaiting ?? 1024,
    idleTimeoutMs: options.idleTimeoutMs ?? 4000,
    maxAgeMs: options.maxAgeMs ?? 300_000,
  };
  const { authorities } = options;
  const dial = {
    lookup: options.lookup,
    secureContext:
      authorities === undefined
        ? undefined
        : createSecureContext({ ca: [...rootCertificates, ...authorities], minVersion: 'TLSv1.2' }),
  };
  const defaultMaxBody = options.maxBodyBytes ?? 64 * 1024 * 1024;
  const pools = new Map<string, ConnectionPool>();
  let ticker: NodeJS.Timeout | undefined;
  let isClosed = false;

  function tick(): void {
    const now = Date.now();
    let isActive = false;
    for (const pool of pools.values()) {
      pool.check(now);
      isActive ||= pool.isActive;
    }
    if (isActive) return;
    clearInterval(ticker);
    ticker = undefined;
  }

  function send(pool: ConnectionPool, host: string, request: HttpRequest): Promise<HttpResponse> {
    if (isClosed) return Promise.reject(new Error('the client is closed'));
    if (!isRequestTarget(request.path)) return Promise.reject(new Error('the request target cannot be sent'));
    ticker ??= setInterval(tick, TICK_MS);
    return new Promise((resolve, reject) => {
      pool.submit({
        method: request.method,
        isSafe: request.isSafe ?? SAFE_METHODS.has(request.method),
        head: `${request.method} ${request.path} HTTP/1.1\r\n${host}${request.headerLines}`,
        body: request.body,
        wholeBytes: request.wholeBytes ?? WHOLE_BYTES,
        maxBodyBytes: request.maxBodyBytes ?? defaultMaxBody,
        timeoutMs: request.timeoutMs,
        startedAt: Date.now(),
        owner: request.owner,
        resolve,
        reject,
      });
    });
  }

  return {
    to(origin) {
      let pool = pools.get(origin.key);
      if (pool === undefined) {
        pool = new ConnectionPool(origin, limits, dial);
        pools.set(origin.key, pool);
      }
      const own = pool;
      const host = `host: ${origin.authority}\r\n`;
      return {
        request: (request) => send(own, host, request),
        get connections() {
          return own.size;
        },
      };
    },
    close() {
      isClosed = true;
      clearInterval(ticker);
      for (const pool of pools.values()) pool.close();
    },
  };
}
