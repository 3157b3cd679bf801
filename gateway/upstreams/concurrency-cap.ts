/** Priority lanes, first served first. */
export const LANES = ['high', 'normal', 'low'] as const;
export type Lane = (typeof LANES)[number];

/** Bounds of the queue before a system: how many may wait, and how long (milliseconds). */
export interface QueueLimits {
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

interface Waiter {
  readonly until: number;
  readonly owner: { readonly signal: AbortSignal };
  readonly settle: (entered: boolean) => void;
}

const TICK_MS = 25;

/**
 * Calls under way at once to one system. The rest wait: high before normal before low, in each lane in order of
 * arrival. A full queue turns away the lowest lane first.
 */
export class ConcurrencyCap {
  /** May change with a new snapshot. */
  limit: number;
  readonly #queue: QueueLimits;
  readonly #lanes: Readonly<Record<Lane, Waiter[]>> = { high: [], normal: [], low: [] };
  #active = 0;
  #waiting = 0;
  #ticker: NodeJS.Timeout | undefined;

  constructor(limit: number, queue: QueueLimits) {
    this.limit = limit;
    this.#queue = queue;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** True: a slot is taken and must be released. */
  tryEnter(): boolean {
    if (this.#active >= this.limit || this.#waiting > 0) return false;
    this.#active++;
    return true;
  }

  /** Waits for a slot until `deadline` at most; resolves with false when none came. */
  wait(lane: Lane, deadline: number, owner: Waiter['owner']): Promise<boolean> {
    if (this.#waiting >= this.#queue.maxWaiting && !this.#turnAwayBelow(lane)) return Promise.resolve(false);
    return new Promise((settle) => {
      const until = Math.min(deadline, Date.now() + this.#queue.maxWaitMs);
      this.#lanes[lane].push({ until, owner, settle });
      this.#waiting++;
      this.#ticker ??= setInterval(() => this.#expire(), TICK_MS).unref();
    });
  }

  release(): void {
    this.#active--;
    while (this.#active < this.limit && this.#waiting > 0) {
      const next = this.#shift();
      if (next === undefined) return;
      this.#active++;
      next.settle(true);
    }
  }

  close(): void {
    for (let next = this.#shift(); next !== undefined; next = this.#shift()) next.settle(false);
  }

  #shift(): Waiter | undefined {
    for (const lane of LANES) {
      const next = this.#lanes[lane].shift();
      if (next !== undefined) {
        this.#left(1);
        return next;
      }
    }
    return undefined;
  }

  #turnAwayBelow(lane: Lane): boolean {
    for (let index = LANES.length - 1; index > LANES.indexOf(lane); index--) {
      const last = this.#lanes[LANES[index] as Lane].pop();
      if (last !== undefined) {
        this.#left(1);
        last.settle(false);
        return true;
      }
    }
    return false;
  }

  #expire(): void {
    const now = Date.now();
    for (const lane of LANES) {
      const waiters = this.#lanes[lane];
      for (let index = waiters.length - 1; index >= 0; index--) {
        const waiter = waiters[index] as Waiter;
        if (now <= waiter.until && !waiter.owner.signal.aborted) continue;
        waiters.splice(index, 1);
        this.#left(1);
        waiter.settle(false);
      }
    }
  }

  #left(count: number): void {
    this.#waiting -= count;
    if (this.#waiting > 0) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }
}
