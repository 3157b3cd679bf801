import { ImpossibleGrant } from '../catalog/impossible-grant.ts';
import type { GrantPolicy } from '../gateway/policy.ts';
import type { Refusal } from '../gateway/problems.ts';
import type { Operation } from '../openapi/contract.ts';
import { headerReader } from './read-headers.ts';
import { bodyReader } from './read-json-body.ts';
import { pathReader } from './read-path.ts';
import { queryReader } from './read-query.ts';

/**
 * Turns the bytes of a request into the one typed form that everything after sees (law 2), by the version's document:
 * path, query, headers and body. The body is parsed here and held against its schema by validate-body, after
 * the guards have seen which fields it names.
 */
export function validateRequest(): GrantPolicy {
  return {
    name: 'validate-request',
    stage: 'validate',
    prepare(place) {
      refuseCookies(place.operation);
      const readPath = pathReader(place);
      const readQuery = queryReader(place);
      const readHeaders = headerReader(place);
      const readBody = bodyReader(place);
      return (exchange) => {
        const path = readPath(exchange);
        if (isRefusal(path)) return path;
        const query = readQuery(exchange);
        if ('kind' in query) return query;
        const headers = readHeaders(exchange);
        if ('kind' in headers) return headers;
        const body = readBody(exchange);
        if ('kind' in body) return body;
        exchange.typed = {
          path,
          query: query.query,
          headers,
          body: body.body,
          fields: query.fields,
          sort: query.sort,
          filters: query.filters,
          limit: query.limit,
          cursor: query.cursor,
        };
        return undefined;
      };
    },
  };
}

/** Cookies never pass: an operation that cannot do without one cannot be granted. */
function refuseCookies(operation: Operation): void {
  const needed = operation.parameters.find((parameter) => parameter.in === 'cookie' && parameter.required);
  if (needed === undefined) return;
  const message = `it needs the cookie ${needed.name}, and cookies are not passed on; take the operation out, or make the cookie optional by an overlay`;
  throw new ImpossibleGrant(message, operation.pointer, 'description');
}

/** A path parameter may itself be named `kind`: only a refusal has a prototype. */
function isRefusal(path: Readonly<Record<string, string>> | Refusal): path is Refusal {
  return Object.getPrototypeOf(path) !== null;
}
