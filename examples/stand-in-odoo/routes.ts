import { answerJson2 } from './json2.ts';
import { answerJsonRpc } from './jsonrpc.ts';
import { htmlReply, jsonReply, type Reply } from './reply.ts';
import { answerSessionRoute } from './session.ts';
import type { Request, Site } from './site.ts';
import { answerXmlRpc } from './xmlrpc.ts';

const XMLRPC = /^\/xmlrpc\/(?:(2)\/)?([^/]+)\/?$/;
const NOT_FOUND = htmlReply(404, 'Not Found', 'The requested URL was not found on the server.');

/** The answer to a request, by its path. */
export function route(site: Site, request: Request): Reply {
  const { version } = site.db;
  const path = decodeURIComponent(request.path);
  if (path.includes('//')) {
    const target = path.replace(/\/{2,}/g, '/');
    return { ...htmlReply(308, 'Redirecting...', target), headers: { location: target } };
  }
  const xml = XMLRPC.exec(path);
  if (xml !== null) {
    if (request.method !== 'POST') {
      return htmlReply(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.');
    }
    return answerXmlRpc(site, request, xml[2] ?? '', xml[1] === '2');
  }
  if (path === '/jsonrpc') return answerJsonRpc(site, request);
  if (path === '/web/health') return jsonReply(200, { status: 'pass' });
  if (version >= 19 && path.startsWith('/json/2/')) return answerJson2(site, request);
  if (version >= 19 && (path === '/web/version' || path === '/json/version')) {
    return jsonReply(200, { version_info: [version, 0, 0, 'final', 0, ''], version: `${version}.0` });
  }
  if (version === 18 && path === '/json/version') {
    return { ...htmlReply(303, 'Redirecting...', '/web/login'), headers: { location: '/web/login' } };
  }
  return answerSessionRoute(site, { ...request, path }) ?? NOT_FOUND;
}
