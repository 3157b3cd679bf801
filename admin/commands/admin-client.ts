import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type CommandContext, UsageError } from './command.ts';

/** The admin API of a running gateway, as one of its callers. */
export interface AdminClient {
  /** Parsed JSON. Rejects with a message for people where the answer is none that was asked for. */
  json(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
  /** Writes the body of an answer to a file that must not be there yet. */
  download(path: string, file: string): Promise<void>;
}

const DEADLINE_MS = 120_000;

/** The client for `--server`, with the token that the environment holds. */
export function adminClient(server: string, { variable }: Pick<CommandContext, 'variable'>): AdminClient {
  const token = variable('PORTCULLIS_AUDITOR_TOKEN') ?? variable('PORTCULLIS_ADMIN_TOKEN');
  if (token === undefined || token === '') {
    throw new UsageError('--server needs a token: set PORTCULLIS_AUDITOR_TOKEN (or PORTCULLIS_ADMIN_TOKEN).');
  }
  const base = serverUrl(server);
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${base}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Error(`${base} cannot be reached: ${reasonOf(error)}`);
    });
    if (!response.ok) throw new Error(`${base} says ${response.status}: ${await detailOf(response)}`);
    return response;
  };
  return {
    json: async (method, path, body) => (await call(method, path, body)).json(),
    async download(path, file) {
      const { body } = await call('GET', path);
      if (body === null) throw new Error(`${base} sent nothing`);
      await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    },
  };
}

function serverUrl(server: string): string {
  const url = URL.parse(server);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError('--server takes the address of the admin part, such as http://127.0.0.1:8081.');
  }
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol === 'http:' && !isLocal)
    throw new UsageError('--server must be https: a token does not travel in the clear.');
  return url.origin;
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  return error instanceof Error ? error.message : 'unknown';
}

async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as { detail?: unknown };
    return typeof detail === 'string' ? detail.slice(0, 500) : 'without a reason';
  } catch {
    return 'without a reason';
  }
}
