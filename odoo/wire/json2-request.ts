import { typeRefused } from './html-reply.ts';
import { bareReply, json2Fault } from './json-reply.ts';
import { readJson } from './read-json.ts';
import type { RawReply, RpcHttpRequest, RpcMessage } from './rpc-request.ts';
import type { MajorOf } from './service-call.ts';
import { isOdooList, isOdooObject, type OdooObject, type OdooValue, odooObject } from './value.ts';
import { WireError } from './wire-error.ts';

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;
const BEARER = /^bearer[ ]+([\x21-\x7e]{1,8000})[ ]*$/i;

/** `POST /json/2/<model>/<method>`: one object of named arguments. The gateway speaks it for any version of Odoo. */
export function readJson2(
  request: RpcHttpRequest,
  model: string,
  method: string,
  majorOf: MajorOf,
): RpcMessage | RawReply {
  if (request.method !== 'POST') {
    const message = 'Did you mean POST /json/2/<model>/<method>?';
    return json2Fault({ name: 'werkzeug.exceptions.NotFound', message });
  }
  const database = request.header('x-odoo-database');
  if (request.body.length > 0 && !JSON_TYPE.test(request.header('content-type') ?? '')) {
    return typeRefused('/json/2/<__model__>/<__method__>', 'json2', true, Math.max(majorOf(database), 19));
  }
  let named: OdooObject | undefined;
  try {
    named = namedArguments(request.body.length === 0 ? null : readJson(request.body));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return unreadable(error.code);
  }
  if (named === undefined) return unreadable('not an object');
  return {
    protocol: 'json2',
    request: {
      kind: 'call',
      database,
      credential: { type: 'bearer', secret: BEARER.exec(request.header('authorization') ?? '')?.[1] },
      call: { model, method, positional: [], named, form: 'json2' },
    },
    reply: bareReply,
    fail: json2Fault,
  };
}

function unreadable(why: string): RawReply {
  const message = `could not parse the body as json: ${why}`;
  return json2Fault({ name: 'werkzeug.exceptions.BadRequest', message });
}

/** `[]` and `null` count as no arguments; what the path says stands above the body. */
function namedArguments(body: OdooValue): OdooObject | undefined {
  if (body === null || (isOdooList(body) && body.length === 0)) return odooObject([]);
  if (!isOdooObject(body)) return undefined;
  return odooObject(Object.entries(body).filter(([name]) => name !== '__model__' && name !== '__method__'));
}
