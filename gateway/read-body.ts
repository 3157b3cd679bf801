import type { IncomingMessage } from 'node:http';
import { type Refusal, refuse } from './problems.ts';

const NO_BODY = Buffer.alloc(0);

/** Whole body of a request, or a refusal when it is longer than `limit` bytes. A request without one costs nothing. */
export function readBody(request: IncomingMessage, limit: number): Buffer | Promise<Buffer | Refusal> {
  const declared = request.headers['content-length'];
  if (request.headers['transfer-encoding'] === undefined && (declared === undefined || declared === '0'))
    return NO_BODY;
  if (declared !== undefined && Number(declared) > limit) return Promise.resolve(tooLarge(limit));
  return collect(request, limit);
}

function tooLarge(limit: number): Refusal {
  // The rest of the body is not read: the connection cannot be used again.
  return refuse('body-too-large', `At most ${limit} bytes are accepted.`, { headers: ['connection', 'close'] });
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (result: Buffer | Refusal): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('error', onLost);
      request.off('close', onLost);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) {
        request.pause();
        settle(tooLarge(limit));
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = (): void => settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    const onLost = (): void => settle(refuse('request-malformed', 'The request body ended early.'));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('error', onLost);
    request.on('close', onLost);
  });
}
