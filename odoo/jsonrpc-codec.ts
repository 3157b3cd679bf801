import { failureOf, httpFailure, memberOf, parseJsonBody } from './decode-answer.ts';
import type { EncodedCall, RawAnswer, TypedCall, TypedOutcome } from './typed-call.ts';

/** Who calls: JSON-RPC sends the key with each call, beside the user id that `authenticate` gave. */
export interface JsonRpcUser {
  readonly database: string;
  readonly uid: number;
  readonly apiKey: string;
}

/** Order of the positional arguments. Overrides of these methods may rename them, so names are not relied upon. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  search: ['domain', 'offset', 'limit', 'order'],
  search_count: ['domain', 'limit'],
  search_read: ['domain', 'fields', 'offset', 'limit', 'order'],
  read: ['fields', 'load'],
  create: ['vals_list'],
  write: ['vals'],
  unlink: [],
  copy: ['default'],
  fields_get: ['allfields', 'attributes'],
  name_search: ['name', 'domain', 'operator', 'limit'],
  name_create: ['name'],
  default_get: ['fields'],
  read_group: ['domain', 'fields', 'groupby', 'offset', 'limit', 'orderby', 'lazy'],
};

/** `object.execute_kw` (Odoo 16 to 21): ids first, then positional arguments up to the first that is missing, the rest by name. */
export function encodeJsonRpc(call: TypedCall, user: JsonRpcUser, basePath = ''): EncodedCall {
  const order = Object.hasOwn(POSITIONS, call.method) ? (POSITIONS[call.method] ?? []) : [];
  const named = new Map(Object.entries(call.args));
  const positional: unknown[] = call.ids === undefined ? [] : [call.ids];
  for (const name of order) {
    if (!named.has(name)) break;
    positional.push(named.get(name));
    named.delete(name);
  }
  const keywords = { ...Object.fromEntries(named), context: call.context };
  const args = [user.database, user.uid, user.apiKey, call.model, call.method, positional, keywords];
  return encodeService('object', 'execute_kw', args, basePath);
}

/** `common.authenticate`. The user agent is always empty: a `base_location` in it would rewrite Odoo's own address. */
export function encodeAuthenticate(database: string, login: string, apiKey: string, basePath = ''): EncodedCall {
  return encodeService('common', 'authenticate', [database, login, apiKey, {}], basePath);
}

/** `common.version`: open to anyone, asked before anything is known of the server. */
export function encodeVersion(basePath = ''): EncodedCall {
  return encodeService('common', 'version', [], basePath);
}

function encodeService(service: string, method: string, args: readonly unknown[], basePath: string): EncodedCall {
  const message = { jsonrpc: '2.0', method: 'call', params: { service, method, args }, id: 1 };
  return {
    path: `${basePath}/jsonrpc`,
    headers: ['content-type', 'application/json', 'accept', 'application/json'],
    body: Buffer.from(JSON.stringify(message)),
  };
}

/** Status 200 with `result` (absent for None) or `error.data`; anything else is known by its status alone. */
export function decodeJsonRpc(answer: RawAnswer): TypedOutcome {
  const parsed = parseJsonBody(answer);
  if (parsed === undefined || answer.status !== 200 || memberOf(parsed.value, 'jsonrpc') !== '2.0')
    return httpFailure(answer);
  const error = memberOf(parsed.value, 'error');
  if (error === undefined) return { ok: true, value: memberOf(parsed.value, 'result') ?? null };
  const data = memberOf(error, 'data');
  return failureOf(memberOf(data, 'name'), memberOf(data, 'message'), 500);
}
