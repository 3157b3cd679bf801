import { isObject } from './call.ts';
import { errorBody, OdooError, typeError, valueError } from './odoo-error.ts';
import { htmlReply, jsonReply, type Reply } from './reply.ts';
import type { Request, Site } from './site.ts';

/** A failure before the message was taken up: its answer names no id. */
export class EarlyError extends OdooError {}

/** A route of Odoo's type "jsonrpc": always 200 once the message could be read, errors in the body. */
export function answerJsonRoute(
  site: Site,
  request: Request,
  run: (params: Readonly<Record<string, unknown>>) => {
    readonly result: unknown;
    readonly headers?: Record<string, string>;
  },
): Reply {
  const type = request.headers['content-type']?.split(';')[0]?.trim() ?? '';
  if (type !== 'application/json' && type !== 'application/json-rpc') return wrongType(site.db.version);
  let message: unknown;
  try {
    message = JSON.parse(request.body);
  } catch {
    return { status: 400, contentType: 'text/html; charset=utf-8', body: 'Invalid JSON data' };
  }
  if (!isObject(message))
    return { status: 400, contentType: 'text/html; charset=utf-8', body: 'Invalid JSON-RPC data' };
  const id = message.id ?? null;
  try {
    const { result, headers } = run(paramsOf(message.params));
    return jsonReply(200, { jsonrpc: '2.0', id, ...(result === undefined ? {} : { result }) }, headers);
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    return jsonReply(200, {
      jsonrpc: '2.0',
      id: error instanceof EarlyError ? null : id,
      error: described(site, error),
    });
  }
}

function described(site: Site, error: OdooError): Record<string, unknown> {
  const data = errorBody(error);
  if (error.pythonName === 'odoo.http.SessionExpiredException')
    return { code: 100, message: 'Odoo Session Expired', data };
  if (error.pythonName === 'werkzeug.exceptions.NotFound') return { code: 404, message: '404: Not Found', data };
  return { code: site.db.version >= 19 ? 0 : 200, message: 'Odoo Server Error', data };
}

function paramsOf(params: unknown): Readonly<Record<string, unknown>> {
  if (params === undefined || params === null) return {};
  if (isObject(params)) return params;
  throw valueError('dictionary update sequence element #0 has length 6; 2 is required');
}

function wrongType(version: number): Reply {
  if (version >= 19) {
    const text = "Request inferred type is compatible with ['http'] but is type='jsonrpc'.";
    return htmlReply(415, 'Unsupported Media Type', text);
  }
  const text = "Function declared as capable of handling request of type 'json' but called with 'http'";
  return htmlReply(400, 'Bad Request', text);
}

/** What Python says when a function lacks arguments. */
export function missingArguments(what: string, names: readonly string[]): OdooError {
  return typeError(
    `${what}() missing ${names.length} required positional arguments: ${names.map((name) => `'${name}'`).join(', ')}`,
  );
}
