import type { Refusal } from '../problems.ts';
import type { UpstreamAnswer } from '../upstream.ts';

/** When a breaker opens and for how long (milliseconds). */
export interface BreakerLimits {
  /** Failures in a row. */
  readonly failures: number;
  readonly openMs: number;
  /** Every failed probe doubles the time, up to this. */
  readonly maxOpenMs: number;
}

type Outcome = 'alive' | 'down' | 'unknown';

/**
 * Keeps calls away from a system that does not answer. Opens after failures in a row; when its time is up one call
 * probes, and its success closes it. Results of calls that began before the last change are not counted.
 */
export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #now: () => number;
  #failures = 0;
  #openUntil = 0;
  #openMs = 0;
  #isProbing = false;
  #generation = 0;

  constructor(limits: BreakerLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openMs === 0) return 'closed';
    return this.#isProbing || this.#now() >= this.#openUntil ? 'half-open' : 'open';
  }

  /** Number to give to `report`, or -1: not now. */
  admit(): number {
    if (this.#openMs === 0) return this.#generation;
    if (this.#isProbing || this.#now() < this.#openUntil) return -1;
    this.#isProbing = true;
    return this.#generation;
  }

  report(generation: number, outcome: Outcome): void {
    if (generation !== this.#generation) return;
    const wasProbe = this.#isProbing;
    this.#isProbing = false;
    if (outcome === 'alive') {
      this.#failures = 0;
      if (wasProbe) this.#change(0);
    } else if (outcome === 'down') {
      this.#failures++;
      if (wasProbe) this.#change(Math.min(this.#openMs * 2, this.#limits.maxOpenMs));
      else if (this.#failures >= this.#limits.failures) this.#change(this.#limits.openMs);
    }
  }

  /** Whole seconds until a call may be tried. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.#openUntil - this.#now()) / 1000));
  }

  #change(openMs: number): void {
    this.#generation++;
    this.#failures = 0;
    this.#openMs = openMs;
    this.#openUntil = this.#now() + openMs;
  }
}

/** Reasons that say nothing about the system: the caller left, or the call was never tried. */
const SILENT: ReadonlySet<string> = new Set(['call-aborted', 'deadline-passed', 'call-busy', 'not-asked']);
/** A system that answers with an error is alive: one consumer's bad requests must not close it to the others. */
const BROKEN: ReadonlySet<string> = new Set(['answer-cut-short', 'answer-malformed']);

/** What an answer says about the system that gave it. */
export function outcomeOf(answer: UpstreamAnswer | Refusal): Outcome {
  if (!('kind' in answer)) return 'alive';
  const reason = answer.reason ?? '';
  if (SILENT.has(reason)) return 'unknown';
  switch (answer.code) {
    case 'upstream-unavailable':
    case 'upstream-timeout':
    case 'outcome-unknown':
      return 'down';
    case 'upstream-busy':
    case 'parameter-invalid':
    case 'internal-error':
      return 'unknown';
    default:
      return BROKEN.has(reason) ? 'down' : 'alive';
  }
}
