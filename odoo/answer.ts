import type { UpstreamAnswer } from '../gateway/upstream.ts';

/** An answer with a JSON body, and the records that it tells of. */
export function jsonAnswer(
  status: number,
  value: unknown,
  subjects: readonly string[],
  headers: readonly string[] = [],
): UpstreamAnswer {
  return { status, mediaType: 'application/json', body: Buffer.from(JSON.stringify(value)), headers, subjects };
}

/** An answer without a body. */
export function emptyAnswer(status: number, headers: readonly string[] = []): UpstreamAnswer {
  return { status, mediaType: '', body: Buffer.alloc(0), headers };
}
