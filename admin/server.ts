import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

export interface AdminServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM texts; absent: plain http, for loopback or behind a proxy that ends TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A server that listens already, so that its address is known before what it serves is made. */
export interface AdminServer {
  readonly port: number;
  /** Until then every request is answered with 503. */
  serve(handler: RequestListener): void;
  /** Stops listening and waits for requests under way, at most 5 seconds. */
  close(): Promise<void>;
}

const GRACE_MS = 5000;

export async function startAdminServer({ host, port, tls }: AdminServerOptions): Promise<AdminServer> {
  let handler: RequestListener = (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end();
  const listener: RequestListener = (request, response) => handler(request, response);
  const limits = { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 5000, maxHeaderSize: 16_384 };
  const server =
    tls === undefined
      ? createServer(limits, listener)
      : createSecureServer(
          // Certificates are asked for, not demanded: they bind tokens (RFC 8705 §3), they do not identify clients.
          { ...limits, cert: tls.certificate, key: tls.key, requestCert: true, rejectUnauthorized: false },
          listener,
        );
  server.maxHeadersCount = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    serve(next) {
      handler = next;
    },
    async close() {
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}
