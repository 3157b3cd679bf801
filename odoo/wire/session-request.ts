import { type ReadParams, wrongType } from './jsonrpc-request.ts';
import type { RpcHttpRequest } from './rpc-request.ts';
import { type MajorOf, missingPositional } from './service-call.ts';
import { isOdooList, isOdooObject, type OdooObject, odooObject } from './value.ts';

export type SessionRoute = 'authenticate' | 'get_session_info' | 'destroy' | 'version_info' | 'call_kw' | 'call_button';

/** What the params of a session route ask for. Of `call_kw` the body decides: what else stands in the path is ignored. */
export function readSessionParams(
  request: RpcHttpRequest,
  route: SessionRoute,
  params: OdooObject,
  majorOf: MajorOf,
): ReadParams {
  switch (route) {
    case 'version_info':
      return { request: { kind: 'version', form: 'webclient' } };
    case 'get_session_info':
      return { request: { kind: 'session-info', token: sessionToken(request) } };
    case 'destroy':
      return { request: { kind: 'close-session', token: sessionToken(request) } };
    case 'authenticate':
      return openSession(params);
    default:
      return callOf(request, route, params, majorOf);
  }
}

function openSession(params: OdooObject): ReadParams {
  const { db, login, password } = params;
  const missing = ['db', 'login', 'password'].filter((name) => params[name] === undefined);
  if (missing.length > 0) return wrongType(missingPositional('Session.authenticate', missing));
  if (typeof login !== 'string' || typeof password !== 'string') return wrongType('login and password are text');
  const database = typeof db === 'string' ? db : undefined;
  return { request: { kind: 'open-session', database, login, secret: password }, database };
}

function callOf(request: RpcHttpRequest, route: SessionRoute, params: OdooObject, majorOf: MajorOf): ReadParams {
  const { model, method, args, kwargs } = params;
  const missing = ['model', 'method', 'args', 'kwargs'].filter((name) => params[name] === undefined);
  if (missing.length > 0) {
    // Since 18 Odoo looks whether the method only reads, before it enters the route.
    const early = missing.find((name) => name === 'model' || name === 'method');
    if (majorOf(undefined) >= 18 && early !== undefined) {
      return {
        request: { kind: 'refused', fault: { name: 'builtins.KeyError', message: early } },
        isOutside: true,
      };
    }
    return wrongType(missingPositional(`DataSet.${route}`, missing));
  }
  if (typeof model !== 'string' || typeof method !== 'string') return wrongType('model and method are text');
  if (!isOdooList(args)) return wrongType('args is a list');
  const named = kwargs === null || kwargs === false ? odooObject([]) : kwargs;
  if (!isOdooObject(named)) return wrongType('kwargs is an object');
  return {
    request: {
      kind: 'call',
      database: undefined,
      credential: { type: 'session', token: sessionToken(request) },
      call: { model, method, positional: args, named, form: 'positional' },
    },
    isButton: route === 'call_button',
  };
}

const TOKEN = /^[\w-]{1,256}$/;

/** The cookie `session_id`; undefined where there is none, or more than one of different values. */
function sessionToken(request: RpcHttpRequest): string | undefined {
  const tokens = new Set<string>();
  // Several headers arrive joined by commas.
  for (const pair of (request.header('cookie') ?? '').split(/[;,]/)) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (name.trim() === 'session_id') tokens.add(value.trim());
  }
  const [token] = tokens;
  return tokens.size === 1 && token !== undefined && TOKEN.test(token) ? token : undefined;
}
