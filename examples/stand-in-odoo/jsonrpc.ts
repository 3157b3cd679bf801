import type { Method } from './call.ts';
import { findMethod, runCall, type StandInUser } from './dispatch.ts';
import type { Request, Site } from './json2.ts';
import { accessDenied, errorBody, OdooError, typeError, userError, valueError } from './odoo-error.ts';
import { htmlReply, jsonReply, type Reply } from './reply.ts';

/** `POST /jsonrpc` as Odoo 16 to 19 answer it: always 200, errors in the body. */
export function answerJsonRpc(site: Site, request: Request): Reply {
  if (request.method !== 'POST')
    return htmlReply(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.');
  const type = request.headers['content-type']?.split(';')[0]?.trim() ?? '';
  if (type !== 'application/json' && type !== 'application/json-rpc') {
    return site.db.version >= 19
      ? htmlReply(
          415,
          'Unsupported Media Type',
          "Request inferred type is compatible with ['http'] but is type='jsonrpc'.",
        )
      : htmlReply(
          400,
          'Bad Request',
          "Function declared as capable of handling request of type 'json' but called with 'http'",
        );
  }
  let message: unknown;
  try {
    message = JSON.parse(request.body);
  } catch {
    return htmlReply(400, 'Bad Request', 'Invalid JSON data');
  }
  if (!isObject(message)) return htmlReply(400, 'Bad Request', 'Invalid JSON-RPC data');
  const id = message.id ?? null;
  try {
    const params = isObject(message.params) ? message.params : {};
    const args = Array.isArray(params.args) ? params.args : [];
    const result = serve(site, String(params.service), String(params.method), args);
    return jsonReply(200, { jsonrpc: '2.0', id, ...(result === undefined ? {} : { result }) });
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    const code = site.db.version >= 19 ? 0 : 200;
    return jsonReply(200, {
      jsonrpc: '2.0',
      id,
      error: { code, message: 'Odoo Server Error', data: errorBody(error) },
    });
  }
}

function serve(site: Site, service: string, method: string, args: readonly unknown[]): unknown {
  if (service === 'common') return common(site, method, args);
  if (service === 'object') return object(site, method, args);
  if (service === 'db' && (method === 'list' || method === 'db_exist' || method === 'server_version')) {
    if (method === 'list') return [site.database];
    return method === 'db_exist' ? args[0] === site.database : `${site.db.version}.0`;
  }
  if (service === 'db') throw accessDenied();
  throw new OdooError('builtins.KeyError', service, 500);
}

function common(site: Site, method: string, args: readonly unknown[]): unknown {
  const { version } = site.db;
  switch (method) {
    case 'version':
      return {
        server_version: `${version}.0`,
        server_version_info: [version, 0, 0, 'final', 0, ''],
        server_serie: `${version}.0`,
        protocol_version: 1,
      };
    case 'about':
      return 'See http://openerp.com';
    case 'login':
    case 'authenticate': {
      if (method === 'authenticate' && args.length < 4) {
        throw typeError("exp_authenticate() missing 2 required positional arguments: 'password' and 'user_agent_env'");
      }
      checkDatabase(site, args[0]);
      const user = site.users.find(({ login }) => login === args[1]);
      return user !== undefined && opens(user, args[2]) ? user.uid : false;
    }
    default:
      throw new OdooError('builtins.Exception', `Method not found: ${method}`, 500);
  }
}

function object(site: Site, service: string, args: readonly unknown[]): unknown {
  if (args.length < 5) {
    throw site.db.version >= 19
      ? valueError(`not enough values to unpack (expected at least 5, got ${args.length})`)
      : new OdooError('builtins.IndexError', 'list index out of range', 500);
  }
  const [database, uid, password, model, method, ...rest] = args;
  checkDatabase(site, database);
  const user = site.users.find((candidate) => uid !== false && candidate.uid === Number(uid));
  if (user === undefined || !opens(user, password)) throw accessDenied();
  if (service === 'execute') return call(site, user, String(model), String(method), rest, {});
  if (service !== 'execute_kw') throw new OdooError('builtins.NameError', `Method not available ${service}`, 500);
  if (rest.length === 0) {
    throw site.db.version >= 19
      ? valueError('not enough values to unpack (expected 2, got 0)')
      : typeError("execute_kw() missing 1 required positional argument: 'args'");
  }
  const [positional, keywords] = rest;
  return call(
    site,
    user,
    String(model),
    String(method),
    Array.isArray(positional) ? positional : [],
    isObject(keywords) ? keywords : {},
  );
}

function call(
  site: Site,
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
  if (!found.onModel && values.length === 0) throw new OdooError('builtins.IndexError', 'list index out of range', 500);
  const ids = found.onModel ? undefined : values.shift();
  const args = bind(method, found, values, named);
  site.heard({ protocol: 'jsonrpc', uid: user.uid, model, method, ids, args, context });
  return runCall(site.db, user, found, { model, method, ids, args, context });
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
    args[key] = value;
  }
  const missing = method.parameters.slice(0, method.required).find((parameter) => !Object.hasOwn(args, parameter));
  if (missing !== undefined)
    throw typeError(`BaseModel.${name}() missing 1 required positional argument: '${missing}'`);
  return args;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
