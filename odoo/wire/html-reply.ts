import type { RawReply } from './rpc-request.ts';

const HTML_TYPE = 'text/html; charset=utf-8';

/** A page as Odoo's web server answers what never reaches a protocol. `html` is markup of our own. */
function htmlReply(status: number, title: string, html: string, headers: readonly string[] = []): RawReply {
  const body = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${html}</p>\n`;
  return { status, contentType: HTML_TYPE, headers, body: Buffer.from(body) };
}

/** 405: the route exists, but not for this verb. */
export function verbRefused(allowed: string): RawReply {
  const html = 'The method is not allowed for the requested URL.';
  return htmlReply(405, 'Method Not Allowed', html, ['Allow', allowed]);
}

/** 404: this version has no such route. */
export function routeUnknown(): RawReply {
  const html =
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.';
  return htmlReply(404, 'Not Found', html);
}

/** 400 with one plain line, as for bodies that are not JSON. */
export function badBody(line: string): RawReply {
  return { status: 400, contentType: HTML_TYPE, headers: [], body: Buffer.from(line) };
}

/** The content type is not the route's: 415 since 19, 400 before. `rule` is the route as Odoo declares it. */
export function typeRefused(rule: string, kind: 'jsonrpc' | 'json2', hasBody: boolean, major: number): RawReply {
  const compatible =
    hasBody || kind === 'json2' || major < 19 ? '[&#39;http&#39;]' : '[&#39;http&#39;, &#39;json2&#39;]';
  const path = rule.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const type = kind === 'jsonrpc' && major < 19 ? 'json' : kind;
  const says = `Request inferred type is compatible with ${compatible} but &#39;${path}&#39; is type=&#39;${type}&#39;.`;
  if (major < 19) return htmlReply(400, 'Bad Request', says);
  const accepted = kind === 'json2' ? 'application/json' : 'application/json, application/json-rpc';
  const html = `${says}<br><br>Please verify the Content-Type request header and try again.`;
  return htmlReply(415, 'Unsupported Media Type', html, ['Accept', accepted]);
}
