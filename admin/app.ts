import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import helmet from 'helmet';
import type { ApiRoute, RawAnswer } from './api.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { AdminCaller, IdentifyCaller } from './callers.ts';
import { type ReadinessCheck, readiness } from './health.ts';

/** Values of one query parameter that are looked at. */
const MOST_VALUES = 100;

export interface AdminAppOptions {
  readonly authorizationServer: AuthorizationServer;
  /** Whose token a request to the API bears. */
  readonly identify: IdentifyCaller;
  /** Served below `/api`, none of them without a token. */
  readonly routes: readonly ApiRoute[];
  /** Prometheus text, served openly to whoever reaches this port: counts, no data. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** What must hold before traffic may come. */
  readonly readiness: readonly ReadinessCheck[];
  readonly onFault: (subject: string, error: unknown) => void;
}

/** The admin part of the house as one HTTP handler: the authorization server and, behind a token, the API. */
export function adminApp(options: AdminAppOptions): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.use(
    helmet({
      contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false },
    }),
  );
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', (_request, response) => {
    const health = readiness(options.readiness);
    response.status(health.status === 'unavailable' ? 503 : 200).json(health);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(options.metrics.contentType).send(await options.metrics.text());
  });
  app.use('/api', apiRouter(options.routes, options.identify));
  app.use(options.authorizationServer.handler);
  app.use((_request, response) => sendFault(response, 404, 'not-found', 'there is nothing here'));
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    answerError(error, request, response, options.onFault);
  });
  return app;
}

function apiRouter(routes: readonly ApiRoute[], identify: IdentifyCaller): Router {
  const router = Router({ caseSensitive: true });
  // Before every route, known or not, and before a body is read.
  router.use(async (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    const caller = await identify(request.headers.authorization, Date.now());
    if (caller !== undefined) {
      response.locals.caller = caller;
      next();
      return;
    }
    response.setHeader('www-authenticate', 'Bearer realm="portcullis-admin"');
    sendFault(response, 401, 'token-invalid', 'the admin token, or the token of an auditor, is needed');
  });
  router.use(express.json({ limit: '100kb', strict: true }));
  for (const route of routes) router[route.method](route.path, handler(route));
  // To an auditor other routes and such as do not exist are the same.
  router.use((_request, response, next) => {
    if (callerOf(response).role !== 'auditor') return next();
    return sendFault(response, 403, 'not-granted', 'auditors may only read what is on record');
  });
  return router;
}

function handler(route: ApiRoute) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const { name: actor, role } = callerOf(response);
    if (role === 'auditor' && route.forAuditors !== true) {
      next();
      return;
    }
    const answer = await route.handle({
      actor,
      parameters: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, textOf(value)])),
      query: (name) => valuesOf(request.query, name)[0],
      queries: (name) => valuesOf(request.query, name),
      body: request.body,
      now: Date.now(),
    });
    if ('body' in answer) response.status(answer.status).json(answer.body);
    else await sendRaw(response, answer);
  };
}

async function sendRaw(response: Response, { mediaType, content }: RawAnswer): Promise<void> {
  response.type(mediaType);
  if (content instanceof Readable) await pipeline(content, response);
  else response.send(content);
}

function callerOf(response: Response): AdminCaller {
  return response.locals.caller as AdminCaller;
}

/** A wildcard's value comes as the list of its segments. */
function textOf(value: string | string[]): string {
  return Array.isArray(value) ? value.join('/') : value;
}

function valuesOf(query: object, name: string): readonly string[] {
  const value: unknown = new Map(Object.entries(query)).get(name);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.slice(0, MOST_VALUES).filter((one) => typeof one === 'string');
}

function answerError(error: unknown, request: Request, response: Response, onFault: AdminAppOptions['onFault']): void {
  const { status } = (error ?? {}) as { status?: unknown };
  const ofClient = typeof status === 'number' && status >= 400 && status < 500;
  if (!ofClient) onFault(request.path, error);
  if (response.headersSent) response.destroy();
  else if (ofClient) sendFault(response, status, 'request-malformed', 'the request could not be read');
  else sendFault(response, 500, 'internal-error', 'the request failed');
}

function sendFault(response: Response, status: number, error: string, detail: string): void {
  response.status(status).json({ error, detail });
}
