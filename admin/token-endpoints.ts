import type { Admission, TokenLimits } from './token-limits.ts';

/** The endpoints at which clients authenticate. */
export const TOKEN_ENDPOINTS = ['token', 'introspection', 'revocation'] as const;
export type TokenEndpoint = (typeof TOKEN_ENDPOINTS)[number];

/** How a request to one of them ended: `unauthenticated` is a client that is not who it says. */
export const TOKEN_RESULTS = ['ok', 'refused', 'unauthenticated', 'limited', 'failed'] as const;
export type TokenResult = (typeof TOKEN_RESULTS)[number];

/** What became of requests to these endpoints since the start. */
export class TokenCounts {
  readonly #counts = new Map<string, number>();

  add(endpoint: TokenEndpoint, result: TokenResult): void {
    const name = `${endpoint} ${result}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  of(endpoint: TokenEndpoint, result: TokenResult): number {
    return this.#counts.get(`${endpoint} ${result}`) ?? 0;
  }

  /** Every pair, those without a request among them: an alarm needs a number to watch. */
  all(): readonly { readonly endpoint: TokenEndpoint; readonly result: TokenResult; readonly count: number }[] {
    return TOKEN_ENDPOINTS.flatMap((endpoint) =>
      TOKEN_RESULTS.map((result) => ({ endpoint, result, count: this.of(endpoint, result) })),
    );
  }
}

/** One request to a token endpoint, as the authorization server sees it. */
export interface TokenRequest {
  readonly endpoint: TokenEndpoint;
  readonly address: string;
}

/** How the answer to a refused request looks: RFC 6749 §5.2, with the header of RFC 9110 §10.2.3. */
export interface LimitedAnswer {
  readonly status: 429 | 503;
  readonly retryAfterSeconds: number;
  readonly description: string;
}

/** Stands before and behind client authentication. */
export interface TokenGate {
  /** Undefined: the request goes on. */
  enter(request: TokenRequest): Promise<LimitedAnswer | undefined>;
  /** The request says which client it is; only the first time counts. */
  name(request: TokenRequest, clientId: string, isKnown: boolean): Promise<LimitedAnswer | undefined>;
  leave(request: TokenRequest, status: number, error: string | undefined): Promise<void>;
}

export function tokenGate(limits: TokenLimits, counts: TokenCounts): TokenGate {
  const named = new WeakMap<TokenRequest, { readonly clientId: string; readonly isKnown: boolean }>();
  return {
    async enter({ address }) {
      return limitedAnswer(await limits.admit(address));
    },
    async name(request, clientId, isKnown) {
      if (named.has(request)) return undefined;
      named.set(request, { clientId, isKnown });
      return limitedAnswer(await limits.admitClient(clientId, isKnown, request.address));
    },
    async leave(request, status, error) {
      const result = resultOf(status, error);
      counts.add(request.endpoint, result);
      const client = named.get(request);
      if (client === undefined || (result !== 'ok' && result !== 'unauthenticated')) return;
      await limits.ended(client.clientId, client.isKnown, request.address, result === 'ok');
    },
  };
}

function limitedAnswer(admission: Admission): LimitedAnswer | undefined {
  if (admission.kind === 'admitted') return undefined;
  if (admission.kind === 'unavailable') {
    return { status: 503, retryAfterSeconds: 1, description: 'requests cannot be counted at the moment' };
  }
  return {
    status: 429,
    retryAfterSeconds: Math.max(1, Math.ceil(admission.waitMs / 1000)),
    description: 'too many requests, or too many that failed',
  };
}

function resultOf(status: number, error: string | undefined): TokenResult {
  if (status === 429) return 'limited';
  if (status >= 500) return 'failed';
  if (error === 'invalid_client') return 'unauthenticated';
  return status < 400 ? 'ok' : 'refused';
}
