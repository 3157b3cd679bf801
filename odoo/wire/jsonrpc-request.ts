import { badBody, typeRefused } from './html-reply.ts';
import { jsonRpcFault, jsonRpcReply } from './json-reply.ts';
import { readJson } from './read-json.ts';
import type { Protocol, RawReply, RpcHttpRequest, RpcMessage, RpcRequest } from './rpc-request.ts';
import { type MajorOf, missingPositional, namesDatabase, readServiceCall } from './service-call.ts';
import { isOdooList, isOdooObject, type OdooObject, type OdooValue, odooObject } from './value.ts';
import { WireError } from './wire-error.ts';

const JSON_TYPE = /^application\/json(?:-rpc)?[ \t]*(?:;|$)/i;

/** What a route makes of a message's params: the request, and the database it names. */
export interface ReadParams {
  readonly request: RpcRequest;
  readonly database?: string | undefined;
  /** An error that Odoo answers without the message's id. */
  readonly isOutside?: boolean;
  /** Of a button: it is answered with an action to go on with, or with false. */
  readonly isButton?: boolean;
}

/** The frame of a JSON-RPC message, on `/jsonrpc` and on the session routes. `rule` is the route as Odoo declares it. */
export function readJsonRpcFrame(
  request: RpcHttpRequest,
  protocol: Protocol,
  rule: string,
  majorOf: MajorOf,
  read: (params: OdooObject, majorOf: MajorOf) => ReadParams,
): RpcMessage | RawReply {
  if (!JSON_TYPE.test(request.header('content-type') ?? '')) {
    return typeRefused(rule, 'jsonrpc', request.body.length > 0, majorOf(undefined));
  }
  let message: OdooValue;
  try {
    // A GET has no body to speak of: what Odoo reads there is empty, and so no JSON.
    message = readJson(request.method === 'POST' ? request.body : Buffer.alloc(0));
  } catch (error) {
    if (error instanceof WireError) return badBody('Invalid JSON data');
    throw error;
  }
  // A batch, too: it would be many calls on one record of the exchange.
  if (!isOdooObject(message)) return badBody('Invalid JSON-RPC data');
  const given = paramsOf(message.params);
  const { request: understood, database, isOutside, isButton } = given === undefined ? NO_OBJECT : read(given, majorOf);
  const id = isOutside === true ? null : (message.id ?? null);
  return {
    protocol,
    request: understood,
    reply: (value, headers) => jsonRpcReply(id, isButton === true && !isOdooObject(value) ? false : value, headers),
    fail: (fault, headers) => jsonRpcFault(id, fault, majorOf(database), headers),
  };
}

const NO_OBJECT: ReadParams = {
  request: { kind: 'refused', fault: { name: 'builtins.ValueError', message: 'params must be an object' } },
};

/** Python's `dict(params)`: an object, or an empty list. */
function paramsOf(params: OdooValue | undefined): OdooObject | undefined {
  if (params === undefined || (isOdooList(params) && params.length === 0)) return odooObject([]);
  return isOdooObject(params) ? params : undefined;
}

/** `/jsonrpc`: `{service, method, args}`; anything beside them is ignored. */
export function readServiceParams(params: OdooObject, majorOf: MajorOf): ReadParams {
  const missing = ['service', 'method', 'args'].filter((name) => params[name] === undefined);
  const { service, method } = params;
  if (missing.length > 0) {
    const handler = majorOf(undefined) >= 19 ? 'JSONRPC' : 'RPC';
    return wrongType(missingPositional(`${handler}.jsonrpc`, missing));
  }
  const args = argumentsOf(params.args);
  if (typeof service !== 'string' || typeof method !== 'string' || args === undefined) {
    return wrongType('service and method are text, args is a list');
  }
  const named = args[0];
  const database = typeof named === 'string' && namesDatabase(service, method) ? named : undefined;
  return { request: readServiceCall(service, method, args, majorOf(database)), database };
}

export function wrongType(message: string): ReadParams {
  return { request: { kind: 'refused', fault: { name: 'builtins.TypeError', message } } };
}

/** Python's `*args`: of an object, its names. */
function argumentsOf(args: OdooValue | undefined): readonly OdooValue[] | undefined {
  if (isOdooObject(args)) return Object.keys(args);
  return isOdooList(args) ? args : undefined;
}
