import type { Content, Operation } from '../openapi/contract.ts';

/** What the document says of an answer with that status: the exact status first, then its class, then `default`. */
export function responseContent(operation: Operation, status: number): Content | undefined {
  const { responses } = operation;
  const described =
    responses.get(String(status)) ?? responses.get(`${Math.trunc(status / 100)}XX`) ?? responses.get('default');
  return described?.content;
}

/** `application/json` or an `application/…+json` type (RFC 6839 §3.1), without parameters, lower case. */
export function isJsonAnswer(mediaType: string): boolean {
  return mediaType === 'application/json' || /^application\/[a-z0-9!#$&^_.-]+\+json$/.test(mediaType);
}
