import type { IncomingMessage } from 'node:http';
import { type LimitedAnswer, TOKEN_ENDPOINTS, type TokenGate, type TokenRequest } from './token-endpoints.ts';

/** The parts of a Koa context that matter here. */
interface Context {
  readonly method: string;
  readonly path: string;
  readonly req: IncomingMessage;
  status: number;
  body: unknown;
  set(name: string, value: string): void;
}

const PATHS: ReadonlyMap<string, TokenRequest['endpoint']> = new Map(
  TOKEN_ENDPOINTS.map((endpoint) => [endpoint === 'token' ? '/token' : `/token/${endpoint}`, endpoint]),
);

/** The gate as a middleware around the authorization server, and what its look for a client asks. */
export function tokenMiddleware(gate: TokenGate) {
  const requests = new WeakMap<IncomingMessage, TokenRequest>();

  async function middleware(ctx: Context, next: () => Promise<unknown>): Promise<void> {
    const endpoint = PATHS.get(ctx.path);
    if (endpoint === undefined || ctx.method !== 'POST') {
      await next();
      return;
    }
    const request = { endpoint, address: ctx.req.socket.remoteAddress ?? '' };
    requests.set(ctx.req, request);
    const limited = await gate.enter(request);
    if (limited === undefined) await next();
    else {
      announceLimit(ctx, limited);
      ctx.status = limited.status;
      ctx.body = { error: LIMITED, error_description: limited.description };
    }
    const { error } = (ctx.body ?? {}) as { error?: unknown };
    await gate.leave(request, ctx.status, typeof error === 'string' ? error : undefined);
  }

  return {
    middleware,
    /** Undefined where the client may be looked at, or the request is not one of those that are counted. */
    async named(ctx: Context | undefined, clientId: string, isKnown: boolean): Promise<LimitedAnswer | undefined> {
      const request = ctx && requests.get(ctx.req);
      const limited = request && (await gate.name(request, clientId, isKnown));
      if (ctx !== undefined && limited !== undefined) announceLimit(ctx, limited);
      return limited;
    },
  };
}

/** No code of RFC 6749 §5.2 says it; this one of its §4.1.2.1 means the same to client libraries. */
export const LIMITED = 'temporarily_unavailable';

function announceLimit(ctx: Context, { retryAfterSeconds }: LimitedAnswer): void {
  ctx.set('retry-after', String(retryAfterSeconds));
}
