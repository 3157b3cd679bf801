import type { SystemEnvironment } from '../../catalog/documents.ts';
import type { GrantedOperation } from '../plan.ts';
import type { Send } from '../upstream.ts';
import { withAdmission } from './admission.ts';
import { type BreakerLimits, CircuitBreaker } from './circuit-breaker.ts';
import { ConcurrencyCap, type QueueLimits } from './concurrency-cap.ts';
import { withRetry } from './retry.ts';
import { SAFE_METHODS } from './safe-methods.ts';
import { StaleAnswers, withStaleAnswers } from './stale-answers.ts';

export interface UpstreamsOptions {
  readonly queue?: Partial<QueueLimits>;
  readonly breaker?: Partial<BreakerLimits>;
  /** Memory for answers that may stand in, bytes. Default 64 MiB. */
  readonly staleBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** How it stands with one system. */
export interface UpstreamState {
  readonly system: string;
  readonly active: number;
  readonly waiting: number;
  readonly limit: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
}

/** What lies between the pipeline and the adapters. Its state is kept per system and address, and outlives snapshots. */
export interface Upstreams {
  wrap(place: Pick<GrantedOperation, 'version' | 'operation' | 'grant' | 'plan'>, send: Send): Send;
  stats(): readonly UpstreamState[];
  close(): void;
}

interface SystemState {
  readonly system: string;
  readonly cap: ConcurrencyCap;
  readonly breaker: CircuitBreaker;
}

const DEFAULT_CONCURRENCY = 8;
/** Whole upstream call where the environment says nothing, milliseconds. */
export const DEFAULT_TIMEOUT_MS = 15_000;

export function createUpstreams(options: UpstreamsOptions = {}): Upstreams {
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const queue: QueueLimits = { maxWaiting: 256, maxWaitMs: 5000, ...options.queue };
  const breakerLimits: BreakerLimits = { failures: 10, openMs: 5000, maxOpenMs: 60_000, ...options.breaker };
  const stale = new StaleAnswers(options.staleBytes ?? 64 * 1024 * 1024, now);
  const systems = new Map<string, SystemState>();

  function stateOf(system: string, environment: SystemEnvironment): SystemState {
    const key = `${system} ${environment.url}`;
    const limit = environment.concurrency ?? DEFAULT_CONCURRENCY;
    let state = systems.get(key);
    if (state === undefined) {
      state = { system, cap: new ConcurrencyCap(limit, queue), breaker: new CircuitBreaker(breakerLimits, now) };
      systems.set(key, state);
    }
    state.cap.limit = limit;
    return state;
  }

  return {
    /** THE order of the layers, from the adapter outwards. */
    wrap(place, adapter) {
      const { version, operation, plan } = place;
      const { environment } = version;
      const { cap, breaker } = stateOf(version.system.metadata.name, environment);
      const staleSeconds = version.interface.spec.staleIfErrorSeconds ?? 0;
      const isSafe = SAFE_METHODS.has(operation.method);

      let send = withAdmission(breaker, cap, plan.spec.lane ?? 'normal', adapter);
      if (isSafe) send = withRetry(random, send);
      send = withDeadline(environment.timeoutMs ?? DEFAULT_TIMEOUT_MS, send);
      if (isSafe && staleSeconds > 0) send = withStaleAnswers(stale, staleSeconds, place, send);
      return send;
    },
    stats() {
      return [...systems.values()].map(({ system, cap, breaker }) => ({
        system,
        active: cap.active,
        waiting: cap.waiting,
        limit: cap.limit,
        breaker: breaker.state,
      }));
    },
    close() {
      for (const { cap } of systems.values()) cap.close();
    },
  };
}

/** Layer: everything inside shares one deadline. */
function withDeadline(timeoutMs: number, inner: Send): Send {
  return (exchange, deadline) => {
    const own = Date.now() + timeoutMs;
    return inner(exchange, deadline === undefined || own < deadline ? own : deadline);
  };
}
