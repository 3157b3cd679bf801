import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

export interface GetJsonLimits {
  readonly maximumBytes: number;
  /** The whole exchange, from look-up of the name to the last byte. */
  readonly timeoutMs: number;
}

const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/** The address when it may be fetched: https, or http to this very machine; no user name in it. Throws otherwise. */
export function fetchableUrl(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new Error('not a URL');
  const plainAllowed = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url.protocol !== 'https:' && !plainAllowed) throw new Error('not an https URL');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw new Error('a URL with credentials or fragment');
  return url;
}

/**
 * Fetches one JSON document over a connection of its own. Redirects are not followed, content codings not accepted;
 * rejects on any status but 200, any media type but JSON, and beyond the limits.
 */
export function getJson(address: string, limits: GetJsonLimits): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const url = fetchableUrl(address);
    const send = url.protocol === 'https:' ? requestSecure : requestPlain;
    const request = send(url, {
      agent: false,
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'portcullis' },
      signal: AbortSignal.timeout(limits.timeoutMs),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readJson(response, limits.maximumBytes).then(resolve, (error: unknown) => {
        request.destroy();
        reject(error);
      });
    });
    request.end();
  });
}

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json *(?:;|$)/i;

async function readJson(response: IncomingMessage, maximumBytes: number): Promise<unknown> {
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  if (!JSON_TYPE.test(response.headers['content-type'] ?? '')) throw new Error('not JSON');
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Error('an encoding not asked for');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks, size).toString('utf8'));
}
