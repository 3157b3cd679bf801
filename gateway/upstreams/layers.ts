import type { SystemEnvironment } from '../../catalog/documents.ts';
import type { GrantedOperation } from '../plan.ts';
import type { CallPace, PaceOf, Send } from '../upstream.ts';
import { withAdmission } from './admission.ts';
import { callPace } from './call-pace.ts';
import { type BreakerLimits, CircuitBreaker } from './circuit-breaker.ts';
import { callLimits, exchangeLimit } from './hosting-limits.ts';
import { withRetry } from './retry.ts';
import { SAFE_METHODS } from './safe-methods.ts';
import { StaleAnswers, withStaleAnswers } from './stale-answers.ts';
import { machineClock, type QueueLimits, type TurnClock, Turnstile } from './turnstile.ts';

export interface UpstreamsOptions {
  readonly queue?: Partial<QueueLimits>;
  readonly breaker?: Partial<BreakerLimits>;
  /** Memory for answers that may stand in, bytes. Default 64 MiB. */
  readonly staleBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** What turns are measured by. */
  readonly clock?: TurnClock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** How it stands with one system. */
export interface UpstreamState {
  readonly system: string;
  readonly active: number;
  readonly waiting: number;
  readonly limit: number;
  /** Exchanges turned away by the queue since the start. */
  readonly refused: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Of the single calls to the Odoo that the system is, where its hosting sets their pace; of all who call it. */
  readonly calls: { readonly active: number; readonly waiting: number; readonly refused: number } | undefined;
  /** Somebody was turned away in the last seconds. */
  readonly isCrowded: boolean;
}

/** What lies between the pipeline and the adapters. Its state is kept per system and address, and outlives snapshots. */
export interface Upstreams {
  wrap(place: Pick<GrantedOperation, 'version' | 'operation' | 'grant' | 'plan'>, send: Send): Send;
  /** For adapters that make several calls for an exchange; kept per address and database. */
  readonly paceOf: PaceOf;
  stats(): readonly UpstreamState[];
  close(): void;
}

interface SystemState {
  readonly system: string;
  readonly cap: Turnstile;
  readonly breaker: CircuitBreaker;
  calls: Turnstile | undefined;
}

/** How long it is told that somebody was turned away. */
const CROWDED_MS = 10_000;
/** Whole upstream call where the environment says nothing, milliseconds. */
export const DEFAULT_TIMEOUT_MS = 15_000;

export function createUpstreams(options: UpstreamsOptions = {}): Upstreams {
  const now = options.now ?? Date.now;
  const clock = options.clock ?? machineClock;
  const random = options.random ?? Math.random;
  const queue: QueueLimits = { maxWaiting: 256, maxWaitMs: 5000, ...options.queue };
  const breakerLimits: BreakerLimits = { failures: 10, openMs: 5000, maxOpenMs: 60_000, ...options.breaker };
  const stale = new StaleAnswers(options.staleBytes ?? 64 * 1024 * 1024, now);
  const systems = new Map<string, SystemState>();
  const callTurns = new Map<string, { readonly turns: Turnstile; readonly pace: CallPace }>();

  function stateOf(system: string, environment: SystemEnvironment): SystemState {
    const key = `${system} ${environment.url}`;
    const limits = { atOnce: exchangeLimit(environment, queue.maxWaiting), intervalMs: 0 };
    let state = systems.get(key);
    if (state === undefined) {
      const cap = new Turnstile(limits, queue, clock);
      state = { system, cap, breaker: new CircuitBreaker(breakerLimits, now), calls: undefined };
      systems.set(key, state);
    }
    state.cap.limits = limits;
    state.calls = callsOf(environment)?.turns;
    return state;
  }

  function callsOf({ url, odoo, concurrency }: SystemEnvironment) {
    if (odoo?.hosting === undefined) return undefined;
    const key = JSON.stringify([new URL(url).origin, odoo.database]);
    const limits = callLimits(odoo.hosting, concurrency);
    let calls = callTurns.get(key);
    if (calls === undefined) {
      // How long a call may wait is said by its exchange's deadline.
      const turns = new Turnstile(limits, { ...queue, maxWaitMs: Number.POSITIVE_INFINITY }, clock);
      calls = { turns, pace: callPace(turns, now) };
      callTurns.set(key, calls);
    }
    calls.turns.limits = limits;
    return calls;
  }

  return {
    /** THE order of the layers, from the adapter outwards. */
    wrap(place, adapter) {
      const { version, operation, plan } = place;
      const { environment } = version;
      const { cap, breaker } = stateOf(version.system.metadata.name, environment);
      const staleSeconds = version.interface.spec.staleIfErrorSeconds ?? 0;
      const isSafe = SAFE_METHODS.has(operation.method);

      let send = withAdmission({ breaker, cap, lane: plan.spec.lane ?? 'normal', now }, adapter);
      if (isSafe) send = withRetry(random, send);
      send = withDeadline(environment.timeoutMs ?? DEFAULT_TIMEOUT_MS, now, send);
      if (isSafe && staleSeconds > 0) send = withStaleAnswers(stale, staleSeconds, place, send);
      return send;
    },
    paceOf: (environment) => callsOf(environment)?.pace,
    stats() {
      return [...systems.values()].map(({ system, cap, breaker, calls }) => ({
        system,
        active: cap.active,
        waiting: cap.waiting,
        limit: cap.limits.atOnce,
        refused: cap.refused,
        breaker: breaker.state,
        calls:
          calls === undefined ? undefined : { active: calls.active, waiting: calls.waiting, refused: calls.refused },
        isCrowded: [cap, calls].some((turns) => turns?.hasRefusedWithin(CROWDED_MS)),
      }));
    },
    close() {
      for (const { cap } of systems.values()) cap.close();
      for (const { turns } of callTurns.values()) turns.close();
    },
  };
}

/** Layer: everything inside shares one deadline. */
function withDeadline(timeoutMs: number, now: () => number, inner: Send): Send {
  return (exchange, deadline) => {
    const own = now() + timeoutMs;
    return inner(exchange, deadline === undefined || own < deadline ? own : deadline);
  };
}
