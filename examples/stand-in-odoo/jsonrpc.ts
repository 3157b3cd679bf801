import { answerJsonRoute, missingArguments } from './json-route.ts';
import type { Reply } from './reply.ts';
import { serve } from './services.ts';
import type { Request, Site } from './site.ts';

/** `POST /jsonrpc` as Odoo 16 to 19 answer it. */
export function answerJsonRpc(site: Site, request: Request): Reply {
  return answerJsonRoute(site, request, (params) => {
    const missing = ['service', 'method', 'args'].filter((name) => !Object.hasOwn(params, name));
    if (missing.length > 0) throw missingArguments('RPC.jsonrpc', missing);
    const args = Array.isArray(params.args) ? params.args : [];
    return { result: serve(site, 'jsonrpc', String(params.service), String(params.method), args) };
  });
}
