import { createHash } from 'node:crypto';
import type { Exchange, TypedRequest } from '../gateway/exchange.ts';
import { canonicalJson } from '../openapi/canonical-json.ts';

/** SHA-256 over everything that makes two requests the same request: method, path, query and the body's meaning. */
export function requestFingerprint(exchange: Exchange, typed: TypedRequest): string {
  const hash = createHash('sha256');
  // Lengths first: no two different requests may run together into one text.
  hash.update(
    `${exchange.method} ${exchange.path.length} ${exchange.query.length}\n${exchange.path}\n${exchange.query}\n`,
  );
  if (typed.body !== undefined) hash.update(canonicalJson(typed.body));
  return hash.digest('base64url');
}
