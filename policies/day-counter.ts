import { utcDay } from './limit-store.ts';
import type { Take } from './token-bucket.ts';

/**
 * A quota per UTC day, counted in this process. The quota is given with each call, so that a changed plan applies to
 * what has been counted so far. A clock that is set back to the day before goes on with the count: it gives nothing. One
 * that was days ahead by mistake does not hold up the days that come.
 */
export class DayCounter {
  #day = 0;
  #used = 0;

  /** `wall` in milliseconds since the epoch. */
  take(perDay: number, wall: number): Take {
    const { day, leftMs } = utcDay(wall);
    if (day !== this.#day && day !== this.#day - 1) {
      this.#day = day;
      this.#used = 0;
    }
    const allowed = this.#used < perDay;
    if (allowed) this.#used++;
    return {
      allowed,
      remaining: Math.max(0, perDay - this.#used),
      resetMs: leftMs,
      retryMs: allowed ? 0 : leftMs,
      local: false,
    };
  }
}
