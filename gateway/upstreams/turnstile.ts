import { type Lane, LaneQueue, type Place } from './lane-queue.ts';

/** Bounds of the queue before a system: how many may wait, and how long (milliseconds). */
export interface QueueLimits {
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

/** What the system bears. */
export interface TurnLimits {
  /** Under way at once. */
  readonly atOnce: number;
  /** From one beginning to the next, milliseconds; 0: as they come. */
  readonly intervalMs: number;
}

/** Milliseconds that never go back, and what happens after some of them. */
export interface TurnClock {
  now(): number;
  /** Calls once; the returned function takes it back. */
  after(delayMs: number, call: () => void): () => void;
}

/** Somebody who wants a turn: `signal` says that it has gone; looked at only while it waits. */
export interface Turn extends Place {
  /** Longest wait, milliseconds. */
  readonly waitMs: number;
  readonly owner: { readonly signal: AbortSignal };
}

/** `refused`: its turn cannot come in time, or there is no room. `gone`: its owner left. */
export type TurnOutcome = 'entered' | 'refused' | 'gone';

interface Waiter {
  readonly turn: Turn;
  readonly until: number;
  readonly settle: (outcome: TurnOutcome) => void;
  readonly leave: () => void;
}

export const machineClock: TurnClock = {
  now: () => performance.now(),
  after(delayMs, call) {
    // A timer of Node comes up to a millisecond early.
    const timer = setTimeout(call, Math.ceil(delayMs) + 1).unref();
    return () => clearTimeout(timer);
  },
};

/** Weight of the latest turn in the running average. */
const WEIGHT = 0.2;

/**
 * Lets in so many at once, each so long after the one before. The rest wait by lane (see LaneQueue) in a queue that is
 * bounded in length and time: who surely cannot be let in in time is refused at once, a full queue turns away the lowest
 * lane first, and who has gone stands in nobody's way.
 */
export class Turnstile {
  /** May change with a new snapshot. */
  limits: TurnLimits;
  readonly #queueLimits: QueueLimits;
  readonly #clock: TurnClock;
  readonly #queue = new LaneQueue<Waiter>();
  #active = 0;
  #nextAt = Number.NEGATIVE_INFINITY;
  /** Running average of how long a turn lasts: time under way, of all together, from one end to the next. */
  #usualMs = 0;
  #spentMs = 0;
  #spentUntil = 0;
  #refused = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #alarm: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(limits: TurnLimits, queue: QueueLimits, clock: TurnClock = machineClock) {
    this.limits = limits;
    this.#queueLimits = queue;
    this.#clock = clock;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Turned away since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether somebody was turned away in the last `ms`. */
  hasRefusedWithin(ms: number): boolean {
    return this.#clock.now() - this.#refusedAt < ms;
  }

  /** True: a turn is taken and must be given back by `release`. */
  tryEnter(): boolean {
    if (this.#queue.size > 0 || !this.#isOpen(this.#clock.now())) return false;
    this.#begin();
    return true;
  }

  /** Waits for a turn. `entered`: it must be given back by `release`. */
  wait(turn: Turn): Promise<TurnOutcome> {
    const now = this.#clock.now();
    // What begins too late to end in time is begun for nothing; and of a write nobody would know what became of it.
    const reserveMs = Math.min(this.#usualMs, turn.waitMs / 2);
    const until = now + Math.min(turn.waitMs - reserveMs, this.#queueLimits.maxWaitMs);
    if (turn.owner.signal.aborted) return Promise.resolve('gone');
    if (!this.#hasRoom(turn, until, now)) return Promise.resolve(this.#refuse());
    return new Promise((settle) => {
      const gone = (): void => {
        this.#queue.remove(waiter, turn);
        waiter.settle('gone');
      };
      const leave = (): void => turn.owner.signal.removeEventListener('abort', gone);
      const waiter: Waiter = { turn, until, settle, leave };
      turn.owner.signal.addEventListener('abort', gone, { once: true });
      this.#queue.push(waiter, turn);
      this.#next();
    });
  }

  /** Gives a turn back. */
  release(): void {
    this.#spend();
    this.#active--;
    this.#usualMs += WEIGHT * (this.#spentMs - this.#usualMs);
    this.#spentMs = 0;
    this.#next();
  }

  /** Lets nobody in for so long: the system has asked for it. */
  rest(ms: number): void {
    this.#nextAt = Math.max(this.#nextAt, this.#clock.now() + ms);
    this.#next();
  }

  /** Whole seconds, one at least, until those who wait in this lane and above will have had their turns. */
  retryAfterSeconds(lane: Lane): number {
    const pauseMs = Math.max(this.limits.intervalMs, this.#usualMs / this.limits.atOnce);
    const untilNext = Math.max(0, this.#nextAt - this.#clock.now());
    return Math.max(1, Math.ceil((untilNext + this.#queue.ahead(lane) * pauseMs) / 1000));
  }

  close(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#dismiss(next);
    this.#next();
  }

  #isOpen(now: number): boolean {
    return this.#active < this.limits.atOnce && now >= this.#nextAt;
  }

  #begin(): void {
    this.#spend();
    this.#active++;
    if (this.limits.intervalMs > 0) this.#nextAt = this.#clock.now() + this.limits.intervalMs;
  }

  #spend(): void {
    const now = this.#clock.now();
    this.#spentMs += this.#active * (now - this.#spentUntil);
    this.#spentUntil = now;
  }

  #refuse(): 'refused' {
    this.#refused++;
    this.#refusedAt = this.#clock.now();
    return 'refused';
  }

  #dismiss(waiter: Waiter): void {
    waiter.leave();
    waiter.settle(this.#refuse());
  }

  /** Who has begun already is never without room: there are no more of them than are under way. */
  #hasRoom({ lane, standing }: Turn, until: number, now: number): boolean {
    if (standing !== 'fresh') return until > now;
    const earliest = Math.max(now, this.#nextAt) + this.#queue.ahead(lane) * this.limits.intervalMs;
    if (earliest >= until) return false;
    if (this.#queue.size < this.#queueLimits.maxWaiting) return true;
    const last = this.#queue.popBelow(lane);
    if (last !== undefined) this.#dismiss(last);
    return last !== undefined;
  }

  /** Lets in whom it may, and sees to it that the next change is not missed. */
  #next(): void {
    const now = this.#clock.now();
    while (this.#isOpen(now)) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (now > next.until) {
        this.#dismiss(next);
        continue;
      }
      next.leave();
      this.#begin();
      next.settle('entered');
    }
    this.#setAlarm(now);
  }

  #setAlarm(now: number): void {
    let at = Number.POSITIVE_INFINITY;
    for (const { until } of this.#queue) at = Math.min(at, until);
    if (this.#queue.size > 0 && this.#active < this.limits.atOnce) at = Math.min(at, this.#nextAt);
    if (at === this.#alarm?.at) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const ring = (): void => {
      this.#alarm = undefined;
      this.#expire();
      this.#next();
    };
    this.#alarm = { at, cancel: this.#clock.after(Math.max(0, at - now), ring) };
  }

  #expire(): void {
    const now = this.#clock.now();
    for (const waiter of [...this.#queue]) {
      if (now < waiter.until) continue;
      this.#queue.remove(waiter, waiter.turn);
      this.#dismiss(waiter);
    }
  }
}
