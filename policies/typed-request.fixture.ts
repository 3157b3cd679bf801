import type { TypedRequest } from '../gateway/exchange.ts';

/** A request that says nothing but what is given. */
export function typedRequest(given: Partial<TypedRequest> = {}): TypedRequest {
  return {
    path: {},
    query: [],
    headers: [],
    body: undefined,
    fields: undefined,
    sort: [],
    filters: [],
    limit: undefined,
    cursor: undefined,
    ...given,
  };
}
