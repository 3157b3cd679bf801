/** A plan's rate: `perSecond` requests on average, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What a limit says about one request. */
export interface Take {
  readonly allowed: boolean;
  /** Whole requests that may follow at once. */
  readonly remaining: number;
  /** Milliseconds until the limit is whole again. */
  readonly resetMs: number;
  /** Milliseconds until the next request may pass; 0 when this one did. */
  readonly retryMs: number;
  /** True when the shared store was away and this gateway counted for itself. */
  readonly local: boolean;
}

/**
 * A token bucket: holds `burst`, refilled at `perSecond`, so that at most `burst + perSecond × t` requests pass in any
 * time t. Time is milliseconds of a clock that never goes back; the rate is given with each call, so that a changed
 * plan applies to the tokens that are left.
 */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY;
  #at = 0;

  take(rate: Rate, now: number): Take {
    const { perSecond, burst } = rate;
    const elapsed = now > this.#at ? now - this.#at : 0;
    let tokens = Math.min(burst, this.#tokens + (elapsed * perSecond) / 1000);
    if (now > this.#at) this.#at = now;
    // Sums of fractions fall short of a whole by a rounding error; a billionth of a request is nobody's loss.
    const allowed = tokens >= 1 - 1e-9;
    if (allowed) tokens = Math.max(0, tokens - 1);
    this.#tokens = tokens;
    return {
      allowed,
      remaining: Math.floor(tokens + 1e-9),
      resetMs: ((burst - tokens) * 1000) / perSecond,
      retryMs: allowed ? 0 : ((1 - tokens) * 1000) / perSecond,
      local: false,
    };
  }
}

/** Throws an Error when a rate can never let anything pass or is not a number. */
export function checkRate(rate: Rate, owner: string): void {
  if (!(rate.perSecond > 0 && rate.burst >= 1 && Number.isFinite(rate.perSecond) && Number.isFinite(rate.burst))) {
    throw new Error(`${owner} needs perSecond above 0 and burst of at least 1; it has ${JSON.stringify(rate)}.`);
  }
}
