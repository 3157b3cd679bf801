/** While one commit brings n entries the next waits n − 1 of this many parts of the interval. */
const PARTS = 10;
const QUIET_MS = 1;

/**
 * When the next commit is due. A lone entry is committed at once. Where the last commit carried many, the next waits for
 * company: until the interval is over, or until nobody comes any more (then all who could come wait for this very commit).
 */
export class CommitPace {
  readonly #intervalMs: number;
  readonly #handedOver: () => number;
  readonly #commit: () => void;
  #isPaced = false;
  #lastCount = 0;
  #lastStart = 0;

  /** `handedOver` counts the entries that were ever handed over. */
  constructor(intervalMs: number, handedOver: () => number, commit: () => void) {
    this.#intervalMs = intervalMs;
    this.#handedOver = handedOver;
    this.#commit = commit;
  }

  /** When the last commit began, see performance.now(). */
  get lastStart(): number {
    return this.#lastStart;
  }

  /** Sees to it that a commit comes; no matter how often it is called. */
  schedule(): void {
    if (this.#isPaced) return;
    this.#isPaced = true;
    const share = Math.min(1, Math.max(0, this.#lastCount - 1) / PARTS);
    const due = this.#lastStart + this.#intervalMs * share;
    if (share === 0 || performance.now() >= due) setImmediate(() => this.#end());
    else setTimeout(() => this.#waitForCompany(due, this.#handedOver()), QUIET_MS);
  }

  /** A commit of `count` entries begins. */
  begin(count: number): void {
    this.#lastStart = performance.now();
    this.#lastCount = count;
  }

  /** Whatever was before, the next commit does not wait. */
  forget(): void {
    this.#lastCount = 0;
  }

  #waitForCompany(due: number, seen: number): void {
    if (this.#handedOver() === seen || performance.now() >= due) this.#end();
    else setTimeout(() => this.#waitForCompany(due, this.#handedOver()), QUIET_MS);
  }

  #end(): void {
    this.#isPaced = false;
    this.#commit();
  }
}
