import type { TurnClock } from './turnstile.ts';

/** A clock that stands still until it is told to go on. */
export class FakeClock implements TurnClock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.#now + delayMs, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Goes on by so much: whatever is due happens in its order, each with all that follows from it at once. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#dueBy(end); next !== undefined; next = this.#dueBy(end)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.call();
      await settled();
    }
    this.#now = end;
  }

  #dueBy(end: number) {
    let first: { readonly at: number; readonly call: () => void } | undefined;
    for (const timer of this.#timers)
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    return first;
  }
}

/** All that has been promised and needs no waiting is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
