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
  readonly recordIds: readonly string[];
  readonly recordCount: number;
}

/** What a request finds under its key. */
export type Claim =
  /** Nothing: it goes on, and must settle. */
  | { readonly kind: 'first' }
  | { readonly kind: 'other-request' }
  | { readonly kind: 'crowded' }
  /** One like it is under way; resolves when that one has settled, after which the key is to be claimed again. */
  | { readonly kind: 'under-way'; readonly settled: Promise<void> }
  | { readonly kind: 'done'; readonly outcome: Outcome };

interface UnderWay {
  readonly fingerprint: string;
  waiting: number;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

interface Kept {
  readonly fingerprint: string;
  readonly until: number;
  readonly bytes: number;
  readonly outcome: Outcome;
}

/** Kept outcomes of one owner, oldest first: all live equally long, so the oldest is always the next to end. */
interface Shelf {
  readonly kept: Map<string, Kept>;
  bytes: number;
}

export interface IdempotencyLimits {
  readonly lifeMs: number;
  /** Per owner, so that no consumer can push another's keys out. */
  readonly mostKeys: number;
  readonly mostBytes: number;
  /** Longest answer that is kept. */
  readonly mostAnswerBytes: number;
  /** Requests that may wait for one under way. */
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

/**
 * Outcomes by idempotency key, in this process's memory: a restart forgets them, and other gateways do not know them.
 * Times are milliseconds of a clock that never goes back. Beyond the limits the oldest outcomes of the same owner go.
 */
export class IdempotencyStore {
  readonly #limits: IdempotencyLimits;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #shelves = new Map<string, Shelf>();

  constructor(limits: IdempotencyLimits = IDEMPOTENCY_LIMITS) {
    this.#limits = limits;
  }

  claim(owner: string, key: string, fingerprint: string, now: number): Claim {
    const name = `${owner}\n${key}`;
    const running = this.#underWay.get(name);
    if (running !== undefined) {
      if (running.fingerprint !== fingerprint) return { kind: 'other-request' };
      if (running.waiting >= this.#limits.mostWaiting) return { kind: 'crowded' };
      running.waiting += 1;
      return { kind: 'under-way', settled: running.settled };
    }
    const kept = this.#shelves.get(owner)?.kept.get(key);
    if (kept !== undefined && kept.until > now) {
      return kept.fingerprint === fingerprint ? { kind: 'done', outcome: kept.outcome } : { kind: 'other-request' };
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.set(name, { fingerprint, waiting: 0, settled: promise, settle: resolve });
    return { kind: 'first' };
  }

  /** Ends what `claim` began. Without an outcome nothing happened upstream, and the key is free again. */
  settle(owner: string, key: string, outcome: Outcome | undefined, now: number): void {
    const name = `${owner}\n${key}`;
    const running = this.#underWay.get(name);
    if (running === undefined) return;
    this.#underWay.delete(name);
    if (outcome !== undefined) this.#keep(owner, key, running.fingerprint, outcome, now);
    running.settle();
  }

  #keep(owner: string, key: string, fingerprint: string, given: Outcome, now: number): void {
    const shelf = this.#shelves.get(owner) ?? { kept: new Map(), bytes: 0 };
    this.#shelves.set(owner, shelf);
    const isLong = given.kind === 'answer' && given.answer.body.length > this.#limits.mostAnswerBytes;
    const outcome: Outcome = isLong ? { kind: 'unrepeatable' } : given;
    const bytes = ENTRY_BYTES + (outcome.kind === 'answer' ? outcome.answer.body.length : 0);
    this.#drop(shelf, key);
    shelf.kept.set(key, { fingerprint, until: now + this.#limits.lifeMs, bytes, outcome });
    shelf.bytes += bytes;
    for (const [oldest, entry] of shelf.kept) {
      const isFull = shelf.kept.size > this.#limits.mostKeys || shelf.bytes > this.#limits.mostBytes;
      if (!isFull && entry.until > now) break;
      this.#drop(shelf, oldest);
    }
  }

  #drop(shelf: Shelf, key: string): void {
    const entry = shelf.kept.get(key);
    if (entry === undefined) return;
    shelf.kept.delete(key);
    shelf.bytes -= entry.bytes;
  }
}
