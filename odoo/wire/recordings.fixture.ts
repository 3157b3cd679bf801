import { readFileSync } from 'node:fs';
import type { RawReply, RpcHttpRequest, RpcMessage } from './rpc-request.ts';
import { isOdooList, OdooFloat, type OdooValue } from './value.ts';

type Body = { readonly text?: string; readonly base64?: string };

/** One recorded exchange with a real Odoo. */
export interface Recorded {
  readonly case: string;
  readonly request: { method: string; path: string; headers: [string, string][]; body: Body };
  readonly response: { status: number; headers: [string, string][]; body: Body };
}

export const RELEASES = ['16.0', '17.0', '18.0', '19.0'] as const;

/** Groups of recordings by release. */
export function groupsOf(release: string): readonly string[] {
  const everywhere = ['xmlrpc2', 'xmlrpc1', 'jsonrpc', 'http_edge', 'session'];
  return release === '19.0' ? [...everywhere, 'json2', 'json2_edge'] : everywhere;
}

export function readRecording(release: string, group: string): readonly Recorded[] {
  return readFile(`${release}/${group}`).exchanges;
}

/** Raw bytes of an unmodified client, by connection. */
export function readClient(name: string): readonly { dir: 'request' | 'response'; text: string }[][] {
  return readFile(`clients/${name}`).connections;
}

function readFile(name: string) {
  const url = new URL(`../../../shared/odoo/recordings/${name}.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch {
    throw new Error(`The recordings of real Odoo servers are missing: ${url.pathname} cannot be read.`);
  }
}

export function bytesOf(body: Body): Buffer {
  return body.base64 === undefined ? Buffer.from(body.text ?? '') : Buffer.from(body.base64, 'base64');
}

export function httpRequest(
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer,
): RpcHttpRequest {
  const known = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  return { method, path: path.split('?')[0] ?? '', header: (name) => known.get(name), body };
}

export function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

export function isMessage(read: RpcMessage | RawReply): read is RpcMessage {
  return 'request' in read;
}

/** JSON as Python's `json.dumps` spaces it: clients escape what is not ASCII, Odoo does not. */
export function pythonJson(value: OdooValue, characters: 'all' | 'ascii' = 'all'): string {
  if (value instanceof OdooFloat) return value.text;
  if (typeof value === 'string') return pythonText(value, characters);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isOdooList(value)) return `[${value.map((member) => pythonJson(member, characters)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${pythonText(name, characters)}: ${pythonJson(member, characters)}`,
  );
  return `{${members.join(', ')}}`;
}

function pythonText(text: string, characters: 'all' | 'ascii'): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const written = JSON.stringify(text);
  return characters === 'all' ? written : written.replace(/[^ -~]/g, escaped);
}
