import { findMethod, runCall, type StandInUser } from './dispatch.ts';
import { badRequest, errorBody, notFound, OdooError, unauthorized, unprocessable } from './odoo-error.ts';
import { htmlReply, jsonReply, type Reply } from './reply.ts';
import type { Request, Site } from './site.ts';

const PATH = /^\/json\/2\/([^/]+)\/([^/]+)\/?$/;

/** `POST /json/2/<model>/<method>` as Odoo 19 answers it. */
export function answerJson2(site: Site, request: Request): Reply {
  const target = PATH.exec(request.path);
  if (request.method !== 'POST' || target === null) {
    return errorReply(notFound('Did you mean POST /json/2/<model>/<method>?'));
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json' && !(type === undefined && request.body === '')) {
    return htmlReply(
      415,
      'Unsupported Media Type',
      "Request inferred type is compatible with ['http'] but is type='json2'.",
    );
  }
  const wanted = request.headers['x-odoo-database'];
  if (wanted !== undefined && wanted !== site.database) {
    return htmlReply(404, 'Not Found', 'No database is selected and the requested URL was not found.');
  }
  try {
    const user = authenticate(site, request.headers.authorization);
    return jsonReply(200, call(site, user, target[1] ?? '', target[2] ?? '', parseBody(request.body)));
  } catch (error) {
    if (error instanceof OdooError) return errorReply(error);
    throw error;
  }
}

function errorReply(error: OdooError): Reply {
  return jsonReply(
    error.status,
    errorBody(error),
    error.status === 401 ? { 'www-authenticate': 'Bearer ' } : undefined,
  );
}

function authenticate(site: Site, header: string | undefined): StandInUser {
  const match = /^bearer (.*)$/i.exec(header ?? '');
  if (match === null) throw unauthorized('User not authenticated, use an API Key with a Bearer Authorization header.');
  const user = site.users.find(({ apiKeys }) => apiKeys?.includes(match[1] ?? ''));
  if (user === undefined) throw unauthorized('Invalid apikey');
  return user;
}

function parseBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('could not parse the body as json: Expecting value: line 1 column 1 (char 0)');
  }
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}

function call(site: Site, user: StandInUser, model: string, method: string, body: Record<string, unknown>): unknown {
  const { ids, context, ...args } = body;
  delete args.__model__;
  delete args.__method__;
  if (site.db.table(model) === undefined) throw notFound(`the model '${model}' does not exist`);
  const found = findMethod(site.db, model, method);
  if (found === undefined) throw notFound(`The method '${model}.${method}' does not exist`);
  const hasIds = Array.isArray(ids) ? ids.length > 0 : ids !== undefined && ids !== null;
  if (found.onModel && hasIds) throw unprocessable(`cannot call ${model}.${method} with ids`);
  for (const name of Object.keys(args)) {
    if (!found.parameters.includes(name) && found.open !== true) {
      throw unprocessable(`got an unexpected keyword argument '${name}'`);
    }
  }
  const missing = found.parameters.slice(0, found.required).find((name) => !Object.hasOwn(args, name));
  if (missing !== undefined) throw unprocessable(`missing a required argument: '${missing}'`);
  site.heard({ protocol: 'json2', uid: user.uid, model, method, ids, args, context });
  const result = runCall(site.db, user, found, { model, method, ids, args, context });
  // JSON-2 answers ids of a recordset: a list, also for a single record.
  return method === 'create' && typeof result === 'number' ? [result] : result;
}
