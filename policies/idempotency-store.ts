import type { Refusal } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';

/** How a request under an idempotency key ended. */
export type Outcome =
  /** The answer, to be given again; `scope` says under which contract and read grant it was made. */
  | {
      readonly kind: 'answer';
      readonly answer: UpstreamAnswer & { readonly body: Buffer };
      readonly facts: OutcomeFacts;
      readonly scope: string;
    }
  /** The upstream's definite no, to be given again. */
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** It took effect, but the answer was too long to keep. */
  | { readonly kind: 'unrepeatable' }
  /** Nobody knows whether it took effect. */
  | { readonly kind: 'unknown' };

/** What the record says of an answer, said again when it is given again. */
export interface OutcomeFacts {
  readonly returned: string;
  readonly masked: readonly string[];
  readonly subjects: readonly string[];
  readonly recordCount: number;
}

/** Ends what a first claim began; only its first word counts. Without an outcome nothing happened, and the key is free. */
export type Settle = (outcome: Outcome | undefined) => void;

/** What a request finds under its key. */
export type Claim =
  /**
   * Nothing: it goes on, and must settle. `isLocal`: only this gateway knows of the claim, because the store that all of
   * them share is away.
   */
  | { readonly kind: 'first'; readonly settle: Settle; readonly isLocal: boolean }
  | { readonly kind: 'other-request' }
  | { readonly kind: 'crowded' }
  /** One like it is under way; resolves when that one has settled, after which the key is to be claimed again. */
  | { readonly kind: 'under-way'; readonly settled: Promise<void> }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  /** The shared store is away, and nothing may be sent without its protection. */
  | { readonly kind: 'unavailable' };

/** Outcomes by idempotency key. `owner` is who is bounded: no owner can push another's keys out. */
export interface IdempotencyStore {
  /** At once where the store is this process. `fingerprint` says what makes the request the same request. */
  claim(owner: string, key: string, fingerprint: string): Claim | Promise<Claim>;
}

export interface IdempotencyLimits {
  readonly lifeMs: number;
  /** Per owner. */
  readonly mostKeys: number;
  readonly mostBytes: number;
  /** Longest answer that is kept. */
  readonly mostAnswerBytes: number;
  /** Requests that may wait for one under way, per gateway. */
  readonly mostWaiting: number;
}

export const IDEMPOTENCY_LIMITS: IdempotencyLimits = {
  lifeMs: 24 * 60 * 60 * 1000,
  mostKeys: 50_000,
  mostBytes: 64 * 1024 * 1024,
  mostAnswerBytes: 256 * 1024,
  mostWaiting: 16,
};

const ENTRY_BYTES = 512;

/** The outcome as it is kept, and what it counts towards its owner's bytes. */
export function keptForm(
  given: Outcome,
  limits: IdempotencyLimits,
): { readonly outcome: Outcome; readonly bytes: number } {
  if (given.kind !== 'answer') return { outcome: given, bytes: ENTRY_BYTES };
  const { length } = given.answer.body;
  if (length > limits.mostAnswerBytes) return { outcome: { kind: 'unrepeatable' }, bytes: ENTRY_BYTES };
  return { outcome: given, bytes: ENTRY_BYTES + length };
}
