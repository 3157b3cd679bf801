import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Exchange } from '../exchange.ts';
import type { GrantedOperation } from '../plan.ts';
import type { ProblemCode } from '../problems.ts';
import type { Send, UpstreamAnswer } from '../upstream.ts';

interface Kept {
  readonly answer: UpstreamAnswer;
  readonly body: Buffer;
  readonly at: number;
}

const MAX_BODY_BYTES = 1024 * 1024;
const ENTRY_OVERHEAD = 512;
const STANDS_IN_FOR: ReadonlySet<ProblemCode> = new Set([
  'upstream-unavailable',
  'upstream-failed',
  'upstream-timeout',
  'upstream-busy',
]);

/** The last good answers, as the upstream gave them, within `maxBytes` of memory. They are selected and masked anew every time. */
export class StaleAnswers {
  readonly #kept: LRUCache<string, Kept>;
  readonly now: () => number;

  constructor(maxBytes: number, now: () => number) {
    this.#kept = new LRUCache({ maxSize: maxBytes, sizeCalculation: (kept) => kept.body.length + ENTRY_OVERHEAD });
    this.now = now;
  }

  keep(key: string, answer: UpstreamAnswer): void {
    const { body } = answer;
    if (!Buffer.isBuffer(body) || body.length > MAX_BODY_BYTES) return;
    // A copy of its own: a slice would keep the block it was cut from.
    const own = Buffer.allocUnsafeSlow(body.length);
    body.copy(own);
    this.#kept.set(key, { answer, body: own, at: this.now() });
  }

  /** The kept answer with its age (RFC 9111 §5.1), unless it is older than that. */
  find(key: string, maxAgeSeconds: number): UpstreamAnswer | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const age = Math.max(0, Math.floor((this.now() - kept.at) / 1000));
    if (age > maxAgeSeconds) return undefined;
    const { headers } = kept.answer;
    return { ...kept.answer, body: kept.body, headers: [...headers, 'age', String(age)] };
  }
}

/**
 * Layer: the last good answer stands in while the upstream is down (RFC 5861 §4), for the same grant, the same request
 * and the same record filter only. The answer carries `age`; the record carries the note `stale-answer`.
 */
export function withStaleAnswers(
  answers: StaleAnswers,
  maxAgeSeconds: number,
  place: Pick<GrantedOperation, 'version' | 'operation' | 'grant'>,
  inner: Send,
): Send {
  const { version, operation, grant } = place;
  const prefix = JSON.stringify([
    version.system.metadata.name,
    version.environment.url,
    version.basePath,
    version.contract.digest,
    operation.id,
    grant.spec.consumer,
    grant.metadata.name,
  ]);
  return async (exchange, deadline) => {
    const result = await inner(exchange, deadline);
    if (!('kind' in result)) {
      if (result.status === 200 && Buffer.isBuffer(result.body)) answers.keep(keyOf(prefix, exchange), result);
      return result;
    }
    if (!STANDS_IN_FOR.has(result.code)) return result;
    const kept = answers.find(keyOf(prefix, exchange), maxAgeSeconds);
    if (kept === undefined) return result;
    exchange.facts.notes.push('stale-answer');
    return kept;
  };
}

function keyOf(prefix: string, exchange: Exchange): string {
  const { typed, recordFilter } = exchange;
  const request =
    typed === undefined
      ? null
      : [
          Object.entries(typed.path),
          typed.query,
          typed.headers,
          typed.body ?? null,
          typed.fields ?? null,
          typed.sort,
          typed.filters,
          typed.limit ?? null,
          typed.cursor ?? null,
        ];
  return hash('sha256', `${prefix}${JSON.stringify([request, recordFilter])}`, 'base64');
}
