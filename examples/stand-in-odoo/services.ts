import { isObject, type Method } from './call.ts';
import { findMethod, runCall, type StandInUser } from './dispatch.ts';
import { accessDenied, OdooError, typeError, userError, valueError } from './odoo-error.ts';
import { PythonFloat, withoutFloats } from './python-float.ts';
import type { HeardCall, Site } from './site.ts';

/** The services behind XML-RPC and JSON-RPC: `common`, `object` and what `db` tells anyone. */
export function serve(
  site: Site,
  protocol: HeardCall['protocol'],
  service: string,
  method: string,
  args: readonly unknown[],
): unknown {
  if (service === 'common') return common(site, method, args);
  if (service === 'object') return object(site, protocol, method, args);
  if (service === 'db') return databases(site, method, args);
  throw new OdooError('builtins.KeyError', service, 500);
}

export function versionInfo(version: number): Record<string, unknown> {
  return {
    server_version: `${version}.0`,
    server_version_info: [version, 0, 0, 'final', 0, ''],
    server_serie: `${version}.0`,
    protocol_version: 1,
  };
}

function databases(site: Site, method: string, args: readonly unknown[]): unknown {
  if (method === 'list') return [site.database];
  if (method === 'db_exist') return args[0] === site.database;
  if (method === 'server_version') return `${site.db.version}.0`;
  if (method === 'list_lang') return [['en_US', 'English (US)']];
  throw accessDenied();
}

function common(site: Site, method: string, args: readonly unknown[]): unknown {
  switch (method) {
    case 'version':
      return versionInfo(site.db.version);
    case 'about':
      return args[0] ? ['See http://openerp.com', `${site.db.version}.0`] : 'See http://openerp.com';
    case 'login':
    case 'authenticate': {
      if (method === 'authenticate' && args.length < 4) {
        throw typeError("exp_authenticate() missing 2 required positional arguments: 'password' and 'user_agent_env'");
      }
      checkDatabase(site, args[0]);
      return userOf(site, args[1], args[2])?.uid ?? false;
    }
    default:
      throw new OdooError('builtins.Exception', `Method not found: ${method}`, 500);
  }
}

function object(site: Site, protocol: HeardCall['protocol'], service: string, args: readonly unknown[]): unknown {
  if (args.length < 5) {
    throw site.db.version >= 19
      ? valueError(`not enough values to unpack (expected at least 5, got ${args.length})`)
      : new OdooError('builtins.IndexError', 'list index out of range', 500);
  }
  const [database, uid, password, model, method, ...rest] = args;
  checkDatabase(site, database);
  const user = site.users.find((candidate) => uid !== false && candidate.uid === Number(uid));
  if (user === undefined || !opens(user, password)) throw accessDenied();
  const name = String(method);
  if (service === 'execute') return execute(site, protocol, user, String(model), name, rest, {});
  if (service !== 'execute_kw') throw new OdooError('builtins.NameError', `Method not available ${service}`, 500);
  if (rest.length === 0) {
    throw site.db.version >= 19
      ? valueError('not enough values to unpack (expected 2, got 0)')
      : typeError("execute_kw() missing 1 required positional argument: 'args'");
  }
  const [positional, keywords] = rest;
  const list = Array.isArray(positional) ? positional : [];
  return execute(site, protocol, user, String(model), name, list, isObject(keywords) ? keywords : {});
}

/** Calls a method with positional arguments, the ids first where it has any, as execute_kw and call_kw do. */
export function execute(
  site: Site,
  protocol: HeardCall['protocol'],
  user: StandInUser,
  model: string,
  method: string,
  positional: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
): unknown {
  if (site.db.table(model) === undefined) throw userError(`Object ${model} doesn't exist`);
  const found = findMethod(site.db, model, method);
  if (found === undefined) {
    throw new OdooError('builtins.AttributeError', `The method '${model}.${method}' does not exist`, 500);
  }
  const { context, ...named } = keywords;
  const values = [...positional];
  if (!found.onModel && values.length === 0) {
    // An onchange of a record that is not there yet is called without ids.
    throw new OdooError('builtins.IndexError', 'list index out of range', 500);
  }
  const first = found.onModel ? undefined : values.shift();
  if (first instanceof PythonFloat) throw typeError("'float' object is not iterable");
  const args = bind(method, found, values.map(withoutFloats), named);
  const ids = withoutFloats(first);
  site.heard({ protocol, uid: user.uid, model, method, ids, args, context });
  return runCall(site.db, user, found, { model, method, ids, args, context: withoutFloats(context) });
}

function bind(
  name: string,
  method: Method,
  positional: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (positional.length > method.parameters.length) {
    throw typeError(
      `BaseModel.${name}() takes ${method.parameters.length + 1} positional arguments but ${positional.length + 1} were given`,
    );
  }
  const args: Record<string, unknown> = {};
  for (const [index, value] of positional.entries()) args[method.parameters[index] ?? ''] = value;
  for (const [key, value] of Object.entries(named)) {
    if (!method.parameters.includes(key) && method.open !== true) {
      throw typeError(`BaseModel.${name}() got an unexpected keyword argument '${key}'`);
    }
    args[key] = withoutFloats(value);
  }
  const missing = method.parameters.slice(0, method.required).find((parameter) => !Object.hasOwn(args, parameter));
  if (missing !== undefined)
    throw typeError(`BaseModel.${name}() missing 1 required positional argument: '${missing}'`);
  return args;
}

/** The user whose login and password, or API key, these are. */
export function userOf(site: Site, login: unknown, password: unknown): StandInUser | undefined {
  const user = site.users.find((candidate) => candidate.login === login);
  return user !== undefined && opens(user, password) ? user : undefined;
}

function opens(user: StandInUser, password: unknown): boolean {
  if (typeof password !== 'string' || password === '') return false;
  return password === user.password || (user.apiKeys?.includes(password) ?? false);
}

function checkDatabase(site: Site, name: unknown): void {
  if (name === site.database) return;
  const text = `connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "${name}" does not exist\n`;
  throw new OdooError('psycopg2.OperationalError', text, 500);
}
