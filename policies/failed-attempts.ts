export interface AttemptBounds {
  /** Failures of one login from one network; ten times as many of one login, five times from one network. */
  readonly failures: number;
  readonly withinMs?: number;
  /** Most keys that are remembered of each kind; beyond, the oldest begins anew. */
  readonly most?: number;
}

const WITHIN_MS = 300_000;
const MOST = 50_000;

/**
 * Counts failed attempts to identify, so that no key is found by trying. Only failures count. Whoever has once come from
 * a network with the right key is bound there by its own failures alone: nobody else's shut it out. Counts of this process
 * alone, within bounded memory.
 */
export class FailedAttempts {
  readonly #places: WindowCounts;
  readonly #logins: WindowCounts;
  readonly #networks: WindowCounts;
  readonly #proven = new Set<string>();
  readonly #most: number;

  constructor({ failures, withinMs = WITHIN_MS, most = MOST }: AttemptBounds) {
    this.#most = most;
    this.#places = new WindowCounts(failures, withinMs, most);
    this.#logins = new WindowCounts(failures * 10, withinMs, most);
    this.#networks = new WindowCounts(failures * 5, withinMs, most);
  }

  /**
   * Milliseconds until an attempt may be looked at; 0: now. `login` is a known one or undefined: names that nobody has
   * are bounded by their network, and take no memory. `now` in milliseconds since the epoch.
   */
  waitMs(login: string | undefined, network: string, now: number): number {
    if (login === undefined) return this.#networks.waitMs(network, now);
    const place = placeOf(login, network);
    const own = this.#places.waitMs(place, now);
    if (this.#proven.has(place)) return own;
    return Math.max(own, this.#logins.waitMs(login, now), this.#networks.waitMs(network, now));
  }

  failed(login: string | undefined, network: string, now: number): void {
    this.#networks.add(network, now);
    if (login === undefined) return;
    this.#logins.add(login, now);
    this.#places.add(placeOf(login, network), now);
  }

  succeeded(login: string, network: string): void {
    const place = placeOf(login, network);
    this.#proven.delete(place);
    this.#proven.add(place);
    if (this.#proven.size > this.#most) forgetOldest(this.#proven);
  }
}

function placeOf(login: string, network: string): string {
  return `${network} ${login}`;
}

/** Counts per key in windows of time that begin with a key's first count. */
class WindowCounts {
  readonly #points: number;
  readonly #withinMs: number;
  readonly #most: number;
  readonly #counts = new Map<string, { count: number; readonly endsAt: number }>();

  constructor(points: number, withinMs: number, most: number) {
    this.#points = points;
    this.#withinMs = withinMs;
    this.#most = most;
  }

  waitMs(key: string, now: number): number {
    const held = this.#counts.get(key);
    return held !== undefined && held.count >= this.#points && now < held.endsAt ? held.endsAt - now : 0;
  }

  add(key: string, now: number): void {
    const held = this.#counts.get(key);
    if (held !== undefined && now < held.endsAt) {
      held.count += 1;
      return;
    }
    this.#counts.delete(key);
    if (this.#counts.size >= this.#most) forgetOldest(this.#counts);
    this.#counts.set(key, { count: 1, endsAt: now + this.#withinMs });
  }
}

function forgetOldest(kept: Map<string, unknown> | Set<string>): void {
  for (const key of kept.keys()) return void kept.delete(key);
}
