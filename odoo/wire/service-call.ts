import type { OdooFault } from './fault.ts';
import type { RpcRequest } from './rpc-request.ts';
import { isOdooList, isOdooObject, isTruthy, type OdooObject, type OdooValue, odooObject } from './value.ts';

/** Which major version the database named by a call has. */
export type MajorOf = (database: string | undefined) => number;

type Params = readonly OdooValue[];

const NOTHING: OdooObject = odooObject([]);

/**
 * A call of a service's method (`common`, `object`, `db`), the same over XML-RPC and JSON-RPC. What a client says of
 * itself (`user_agent_env`) is read and thrown away: its `base_location` would rewrite Odoo's own address.
 */
export function readServiceCall(service: string, method: string, params: Params, major: number): RpcRequest {
  switch (service) {
    case 'common':
      return common(method, params);
    case 'object':
      return object(method, params, major);
    case 'db':
      return database(method, params);
    default:
      return refused('builtins.KeyError', service);
  }
}

function refused(name: OdooFault['name'], message: string): RpcRequest {
  return { kind: 'refused', fault: { name, message } };
}

const denied = (): RpcRequest => refused('odoo.exceptions.AccessDenied', 'Access Denied');

/** Names and secrets are text; anything else is nobody's. */
function textOf(value: OdooValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

const LOGIN = { login: ['db', 'login', 'password'], authenticate: ['db', 'login', 'password', 'user_agent_env'] };

function common(method: string, params: Params): RpcRequest {
  switch (method) {
    case 'version':
      return { kind: 'version', form: 'common' };
    case 'about':
      return { kind: 'version', form: isTruthy(params[0]) ? 'about-extended' : 'about' };
    case 'login':
    case 'authenticate': {
      const wrong = arityFault(`exp_${method}`, LOGIN[method], params);
      if (wrong !== undefined) return wrong;
      const [db, login, password] = params;
      return { kind: 'login', database: textOf(db), login: textOf(login), secret: textOf(password) };
    }
    case 'set_loglevel':
      return denied();
    default:
      return refused('builtins.Exception', `Method not found: ${method}`);
  }
}

function arityFault(name: string, names: readonly string[], given: Params): RpcRequest | undefined {
  if (given.length > names.length) {
    const message = `${name}() takes ${names.length} positional arguments but ${given.length} were given`;
    return refused('builtins.TypeError', message);
  }
  const missing = names.slice(given.length);
  return missing.length === 0 ? undefined : refused('builtins.TypeError', missingPositional(name, missing));
}

/** What Python says where arguments are missing. */
export function missingPositional(name: string, missing: readonly string[]): string {
  const quoted = missing.map((one) => `'${one}'`);
  const last = quoted.at(-1) ?? '';
  const list = quoted.length > 2 ? `${quoted.slice(0, -1).join(', ')}, and ${last}` : quoted.join(' and ');
  return `${name}() missing ${missing.length} required positional argument${missing.length === 1 ? '' : 's'}: ${list}`;
}

/** Only what tells nothing is offered; everything else wants a master password, which no client has here. */
function database(method: string, params: Params): RpcRequest {
  switch (method) {
    case 'list':
      return { kind: 'databases' };
    case 'db_exist':
      return { kind: 'database-exists', database: textOf(params[0]) };
    case 'server_version':
      return { kind: 'version', form: 'db' };
    default:
      return denied();
  }
}

function object(method: string, params: Params, major: number): RpcRequest {
  if (method !== 'execute' && method !== 'execute_kw') {
    return refused('builtins.NameError', `Method not available ${method}`);
  }
  const [db, uid, secret, model, name, ...rest] = params;
  if (params.length < 5) {
    return major >= 19
      ? refused('builtins.ValueError', `not enough values to unpack (expected at least 5, got ${params.length})`)
      : refused('builtins.IndexError', 'list index out of range');
  }
  if (typeof model !== 'string' || typeof name !== 'string') {
    return refused('builtins.TypeError', 'names of models and methods are text');
  }
  const [positional, named] = method === 'execute' ? [rest, NOTHING] : keywordArguments(rest);
  if (positional === undefined || named === undefined) return argumentsFault(rest, major);
  return {
    kind: 'call',
    database: textOf(db),
    credential: { type: 'password', uid: userId(uid), secret: textOf(secret) },
    call: { model, method: name, positional, named, form: 'positional' },
  };
}

function keywordArguments([args, named, ...more]: Params): [Params | undefined, OdooObject | undefined] {
  if (!isOdooList(args) || more.length > 0) return [undefined, undefined];
  if (!isTruthy(named)) return [args, NOTHING];
  return [args, isOdooObject(named) ? named : undefined];
}

function argumentsFault(rest: Params, major: number): RpcRequest {
  if (rest.length === 0) {
    return major >= 19
      ? refused('builtins.ValueError', 'not enough values to unpack (expected 2, got 0)')
      : refused('builtins.TypeError', missingPositional('execute_kw', ['args']));
  }
  return refused('builtins.TypeError', 'execute_kw() takes a list of arguments and an object of named ones');
}

/** `int(uid)`: a number or its digits; 0, which is nobody, for all else. */
function userId(value: OdooValue | undefined): number {
  const uid = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof uid === 'number' && Number.isSafeInteger(uid) && uid > 0 ? uid : 0;
}

/** Whether the first argument of a service's method is a database. */
export function namesDatabase(service: string, method: string): boolean {
  return service === 'object' || (service === 'common' && (method === 'login' || method === 'authenticate'));
}
