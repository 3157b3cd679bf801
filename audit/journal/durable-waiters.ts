type Done = (error: Error | undefined) => void;

/** Who waits for which entry to be durable; called back in order of the tickets. */
export class DurableWaiters {
  readonly #waiters: { readonly ticket: number; readonly done: Done }[] = [];

  add(ticket: number, done: Done): void {
    const waiters = this.#waiters;
    let at = waiters.length;
    while (at > 0 && (waiters[at - 1]?.ticket ?? 0) > ticket) at--;
    if (at === waiters.length) waiters.push({ ticket, done });
    else waiters.splice(at, 0, { ticket, done });
  }

  /** Calls back all who wait for tickets below `upTo`. One that throws does not keep the others waiting. */
  tell(upTo: number, error: Error | undefined): void {
    let count = 0;
    while (count < this.#waiters.length && (this.#waiters[count]?.ticket ?? upTo) < upTo) count++;
    for (const { done } of this.#waiters.splice(0, count)) {
      try {
        done(error);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}
