import {
  type ExactOutcome,
  failureOf,
  httpFailure,
  memberOf,
  type Outcome,
  odooMember,
  type Parsed,
  parseJsonBody,
  readJsonBody,
} from './decode-answer.ts';
import { executeKwArguments, type OdooUser } from './execute-kw.ts';
import type { EncodedCall, RawAnswer, TypedCall, TypedOutcome } from './typed-call.ts';
import { writeJson } from './wire/write-json.ts';

/** `object.execute_kw` (Odoo 16 to 21). Arguments may be exact values or plain ones. */
export function encodeJsonRpc(call: TypedCall, user: OdooUser, basePath = ''): EncodedCall {
  return encodeService('object', 'execute_kw', executeKwArguments(call, user), basePath);
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
    body: Buffer.from(writeJson(message)),
  };
}

/** Status 200 with `result` (absent for None) or `error.data`; anything else is known by its status alone. */
export function decodeJsonRpc(answer: RawAnswer): TypedOutcome {
  return decode<unknown>(answer, parseJsonBody(answer), memberOf);
}

/** The same, with the value exact. */
export function decodeJsonRpcExact(answer: RawAnswer): ExactOutcome {
  return decode(answer, readJsonBody(answer), odooMember);
}

function decode<T>(
  answer: RawAnswer,
  parsed: Parsed<T>,
  member: (value: T | undefined, name: string) => T | undefined,
): Outcome<T | null> {
  if (parsed === undefined || answer.status !== 200 || member(parsed.value, 'jsonrpc') !== '2.0')
    return httpFailure(answer);
  const error = member(parsed.value, 'error');
  if (error === undefined) return { ok: true, value: member(parsed.value, 'result') ?? null };
  const data = member(error, 'data');
  return failureOf(member(data, 'name'), member(data, 'message'), 500);
}
