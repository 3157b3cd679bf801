import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Witness } from './witness.ts';

/** A checkpoint with its signatures and 63 hashes is a few kilobytes. */
const MOST_BODY_BYTES = 1 << 18;
const PATIENCE_MS = 10_000;

/** The HTTP interface of a witness: `POST /add-checkpoint`, and `GET /<origin hash>/checkpoint` for monitors. */
export function witnessServer(witness: Witness, onFault: (error: Error) => void): Server {
  const server = createServer({ requestTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS, maxHeaderSize: 8192 });
  server.maxConnections = 100;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(witness, request, response).catch((error: unknown) => {
      onFault(error instanceof Error ? error : new Error(String(error)));
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'the checkpoint could not be kept\n');
    });
  });
  return server;
}

async function handle(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  if (hash !== undefined && request.method === 'GET') {
    const note = witness.latest(hash);
    return answer(response, note === undefined ? 404 : 200, note ?? 'nothing was cosigned of this log\n');
  }
  if (path !== '/add-checkpoint') return answer(response, 404, 'there is nothing here\n');
  if (request.method !== 'POST') return answer(response, 405, 'checkpoints are posted\n');
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) {
    response.setHeader('connection', 'close');
    return answer(response, 413, 'the body is too long\n');
  }
  const body = await bodyOf(request);
  const { status, body: text, type } = witness.addCheckpoint(body);
  answer(response, status, text, type);
}

/** A body that turns out to be too long ends the connection. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BODY_BYTES) throw new Error('a body without an announced length was too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
