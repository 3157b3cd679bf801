import { routeUnknown, verbRefused } from './html-reply.ts';
import { bareReply, json2Fault } from './json-reply.ts';
import { readJson2 } from './json2-request.ts';
import { readJsonRpcFrame, readServiceParams } from './jsonrpc-request.ts';
import type { RawReply, RpcHttpRequest, RpcMessage } from './rpc-request.ts';
import type { MajorOf } from './service-call.ts';
import { readSessionParams, type SessionRoute } from './session-request.ts';
import type { NoneAnswer, XmlProtocol } from './xml-reply.ts';
import { readXmlRpc } from './xmlrpc-request.ts';

type Route = (request: RpcHttpRequest, majorOf: MajorOf, none: NoneAnswer) => RpcMessage | RawReply;

const session =
  (rule: string, route: SessionRoute): Route =>
  (request, majorOf) =>
    readJsonRpcFrame(request, 'session', rule, majorOf, (params) => readSessionParams(request, route, params, majorOf));

const xml =
  (protocol: XmlProtocol, service: string): Route =>
  (request, majorOf, none) =>
    readXmlRpc(request, protocol, service, majorOf, none);

/** What stands on its own path. A trailing slash is Odoo's own leniency. */
const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...['common', 'object', 'db'].flatMap((service): [string, Route][] => [
    [`/xmlrpc/2/${service}`, xml('xmlrpc/2', service)],
    [`/xmlrpc/${service}`, xml('xmlrpc', service)],
  ]),
  ['/jsonrpc', (request, majorOf) => readJsonRpcFrame(request, 'jsonrpc', '/jsonrpc', majorOf, readServiceParams)],
  ['/web/webclient/version_info', session('/web/webclient/version_info', 'version_info')],
  ['/web/session/authenticate', session('/web/session/authenticate', 'authenticate')],
  ['/web/session/get_session_info', session('/web/session/get_session_info', 'get_session_info')],
  ['/web/session/destroy', session('/web/session/destroy', 'destroy')],
  ['/web/dataset/call_kw', session('/web/dataset/call_kw', 'call_kw')],
  ['/web/dataset/call_button', session('/web/dataset/call_button', 'call_button')],
  ['/web/version', readVersion],
  ['/json/version', readVersion],
]);

const CALL = /^\/web\/dataset\/(call_kw|call_button)\/[^/]/;
const JSON2 = /^\/json\/2\/([^/]+)\/([^/]+)$/;

/** Whether a canonical path, without query, is one of Odoo's that the gateway serves. All others do not exist. */
export function isOdooPath(path: string): boolean {
  return routeOf(path) !== undefined;
}

/**
 * Reads a request on one of Odoo's paths, of any protocol. A RawReply where there is no call in it: another verb or
 * content type, or bytes that cannot be read in one way only. `majorOf` tells the major version of a database, by name or
 * of the only one; answers and errors are formed as that version forms them.
 */
export function readRequest(
  request: RpcHttpRequest,
  majorOf: MajorOf,
  none: NoneAnswer = 'strict',
): RpcMessage | RawReply {
  return routeOf(request.path)?.(request, majorOf, none) ?? routeUnknown();
}

function routeOf(path: string): Route | undefined {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  const fixed = ROUTES.get(bare);
  if (fixed !== undefined) return fixed;
  const [, call] = CALL.exec(bare) ?? [];
  if (call === 'call_kw' || call === 'call_button') return session(`/web/dataset/${call}/<path:path>`, call);
  const [, model, method] = JSON2.exec(bare) ?? [];
  if (model === undefined || method === undefined) return undefined;
  return (request, majorOf) => readJson2(request, model, method, majorOf);
}

/** `GET /web/version` and `/json/version`: the version as bare JSON. Odoo has them since 19, JSON-2's clients need them. */
function readVersion({ method }: RpcHttpRequest): RpcMessage | RawReply {
  if (method !== 'GET' && method !== 'HEAD') return verbRefused('GET, HEAD, OPTIONS');
  return { protocol: 'json2', request: { kind: 'version', form: 'web' }, reply: bareReply, fail: json2Fault };
}
