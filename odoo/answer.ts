import type { UpstreamAnswer } from '../gateway/upstream.ts';

/** An answer with a JSON body. */
export function jsonAnswer(status: number, value: unknown, headers: readonly string[] = []): UpstreamAnswer {
  return { status, mediaType: 'application/json', body: Buffer.from(JSON.stringify(value)), headers };
}

/** An answer without a body. */
export function emptyAnswer(status: number, headers: readonly string[] = []): UpstreamAnswer {
  return { status, mediaType: '', body: Buffer.alloc(0), headers };
}
