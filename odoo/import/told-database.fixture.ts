import { createServer } from 'node:http';
import { createHttpClient } from '../../gateway/upstreams/http-client.ts';
import { createTransport } from '../../gateway/upstreams/transport.ts';
import { type LiveDatabase, openDatabase } from './live-database.ts';

/** Class of the error that a call is answered with. */
export class Refused extends Error {}

export type Tell = (model: string, method: string, args: Readonly<Record<string, unknown>>) => unknown;

export interface ToldDatabase {
  readonly url: string;
  /** Every request as it came: path and body. */
  readonly heard: string[];
  open(protocol?: 'json2' | 'jsonrpc', key?: string): Promise<LiveDatabase>;
  close(): Promise<void>;
}

export const TOLD_KEY = 'key-of-the-told-database';

/** An Odoo on 127.0.0.1 that answers calls with what `tell` says: over JSON-2 from 19 on, over JSON-RPC always. */
export async function tellDatabase(major: number, tell: Tell): Promise<ToldDatabase> {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString('utf8');
    const path = request.url ?? '';
    heard.push(`${path} ${text}`);
    const { status, body } = answer(major, tell, path, text, request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const client = createHttpClient();
  return {
    url,
    heard,
    open: (protocol, key = TOLD_KEY) =>
      openDatabase(
        { url, database: 'told', login: 'bot', key, protocol, allowPlainHttp: false },
        createTransport(client),
      ),
    close: () =>
      new Promise((resolve) => {
        client.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Told {
  readonly status: number;
  readonly body: unknown;
}

function answer(major: number, tell: Tell, path: string, text: string, authorization: string | undefined): Told {
  const info = [major, 0, 0, 'final', 0, ''];
  if (path === '/web/version' && major >= 19)
    return { status: 200, body: { version: `${major}.0`, version_info: info } };
  const json2 = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(path);
  if (json2 !== null && major >= 19) {
    if (authorization !== `bearer ${TOLD_KEY}`)
      return { status: 401, body: { name: 'werkzeug.exceptions.Unauthorized' } };
    const { context: _, ...args } = JSON.parse(text);
    const told = toldBy(tell, json2[1] ?? '', json2[2] ?? '', args);
    return 'value' in told ? { status: 200, body: told.value } : { status: 403, body: told.error };
  }
  const described = /^\/doc-bearer\/([\w.]+)\.json$/.exec(path);
  if (described !== null) {
    const told = toldBy(tell, described[1] ?? '', 'doc', {});
    return 'value' in told ? { status: 200, body: told.value } : { status: 403, body: {} };
  }
  if (path !== '/jsonrpc') return { status: 404, body: {} };
  const { service, method, args } = JSON.parse(text).params;
  if (service === 'common' && method === 'version') return rpc({ value: { server_version_info: info } });
  if (method === 'authenticate') return rpc({ value: args[2] === TOLD_KEY ? 7 : false });
  const [, , , model, name, positional, keywords] = args;
  const { context: _, ...named } = keywords;
  const order: readonly string[] = name === 'search_read' ? ['domain', 'fields'] : ['allfields'];
  const bound = Object.fromEntries(positional.map((value: unknown, index: number) => [order[index] ?? '', value]));
  return rpc(toldBy(tell, model, name, { ...bound, ...named }));
}

function rpc(told: ReturnType<typeof toldBy>): Told {
  const rest = 'value' in told ? { result: told.value } : { error: { code: 200, data: told.error } };
  return { status: 200, body: { jsonrpc: '2.0', id: 1, ...rest } };
}

function toldBy(tell: Tell, model: string, method: string, args: Readonly<Record<string, unknown>>) {
  try {
    return { value: tell(model, method, args) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { error: { name: `odoo.exceptions.${error.message}`, message: 'a text that nobody may read' } };
  }
}
