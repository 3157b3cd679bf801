import type { OdooFault } from './fault.ts';
import { json2Status, jsonRpcCode, lastLine } from './fault-tables.ts';
import type { RawReply } from './rpc-request.ts';
import type { OdooValue } from './value.ts';
import { writeJson } from './write-json.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A bare JSON value, as JSON-2 and the version routes answer; None is null. */
export function bareReply(value: OdooValue | undefined, headers: readonly string[] = []): RawReply {
  return { status: 200, contentType: JSON_TYPE, headers, body: Buffer.from(writeJson(value ?? null)) };
}

/** JSON-2: the status tells the kind of error. */
export function json2Fault(fault: OdooFault, headers: readonly string[] = []): RawReply {
  const { name, message } = fault;
  const status = json2Status(name);
  const args = name.startsWith('werkzeug.') ? [message, status] : [message];
  const body = { name, message, arguments: args, context: {}, debug: lastLine(fault) };
  return {
    status,
    contentType: JSON_TYPE,
    headers: status === 401 ? ['WWW-Authenticate', 'Bearer ', ...headers] : headers,
    body: Buffer.from(writeJson(body)),
  };
}

/** JSON-RPC: always status 200; None has no `result`. */
export function jsonRpcReply(id: OdooValue, value: OdooValue | undefined, headers: readonly string[] = []): RawReply {
  return rpc({ jsonrpc: '2.0', id, result: value }, headers);
}

/** The id is lost, as in Odoo, where an error comes before the route itself is entered. */
export function jsonRpcFault(
  id: OdooValue,
  fault: OdooFault,
  major: number,
  headers: readonly string[] = [],
): RawReply {
  const { name, message } = fault;
  const isNotFound = name === 'werkzeug.exceptions.NotFound';
  const args = isNotFound ? [] : [message];
  const debug = lastLine(fault);
  // The order of members is as each version has it: some clients show them as they come.
  const data =
    major >= 19
      ? { name, message, arguments: args, context: {}, debug }
      : { name, debug, message, arguments: args, context: {} };
  const isOutside = name === 'odoo.http.SessionExpiredException' || (isNotFound && major >= 18);
  return rpc({ jsonrpc: '2.0', id: isOutside ? null : id, error: { ...jsonRpcCode(name, major), data } }, headers);
}

function rpc(message: object, headers: readonly string[]): RawReply {
  return { status: 200, contentType: JSON_TYPE, headers, body: Buffer.from(writeJson(message)) };
}
