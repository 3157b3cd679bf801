import {
  type Claim,
  IDEMPOTENCY_LIMITS,
  type IdempotencyLimits,
  type IdempotencyStore,
  keptForm,
  type Outcome,
} from './idempotency-store.ts';

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

/**
 * Outcomes in this process's memory: a restart forgets them, and other gateways do not know them. `steady` is milliseconds
 * of a clock that never goes back. Beyond the limits the oldest outcomes of the same owner go.
 */
export class MemoryIdempotency implements IdempotencyStore {
  readonly #steady: () => number;
  readonly #limits: IdempotencyLimits;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #shelves = new Map<string, Shelf>();

  constructor(steady: () => number, limits: IdempotencyLimits = IDEMPOTENCY_LIMITS) {
    this.#steady = steady;
    this.#limits = limits;
  }

  /** Whether anything is known under the key. */
  knows(owner: string, key: string): boolean {
    return this.#underWay.has(nameOf(owner, key)) || this.#alive(owner, key) !== undefined;
  }

  claim(owner: string, key: string, fingerprint: string): Claim {
    const name = nameOf(owner, key);
    const running = this.#underWay.get(name);
    if (running !== undefined) {
      if (running.fingerprint !== fingerprint) return { kind: 'other-request' };
      if (running.waiting >= this.#limits.mostWaiting) return { kind: 'crowded' };
      running.waiting += 1;
      return { kind: 'under-way', settled: running.settled };
    }
    const kept = this.#alive(owner, key);
    if (kept !== undefined) {
      return kept.fingerprint === fingerprint ? { kind: 'done', outcome: kept.outcome } : { kind: 'other-request' };
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun: UnderWay = { fingerprint, waiting: 0, settled: promise, settle: resolve };
    this.#underWay.set(name, begun);
    return { kind: 'first', isLocal: false, settle: (outcome) => this.#settle(owner, key, begun, outcome) };
  }

  #settle(owner: string, key: string, begun: UnderWay, outcome: Outcome | undefined): void {
    const name = nameOf(owner, key);
    if (this.#underWay.get(name) !== begun) return;
    this.#underWay.delete(name);
    if (outcome !== undefined) this.#keep(owner, key, begun.fingerprint, outcome);
    begun.settle();
  }

  #alive(owner: string, key: string): Kept | undefined {
    const kept = this.#shelves.get(owner)?.kept.get(key);
    return kept !== undefined && kept.until > this.#steady() ? kept : undefined;
  }

  #keep(owner: string, key: string, fingerprint: string, given: Outcome): void {
    const now = this.#steady();
    const shelf = this.#shelves.get(owner) ?? { kept: new Map(), bytes: 0 };
    this.#shelves.set(owner, shelf);
    const { outcome, bytes } = keptForm(given, this.#limits);
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

function nameOf(owner: string, key: string): string {
  return `${owner}\n${key}`;
}
