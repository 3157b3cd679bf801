import type { Exchange } from '../exchange.ts';
import type { GrantedOperation, OperationPlan } from '../plan.ts';
import { PROBLEM_CODES, type ProblemCode } from '../problems.ts';

/** Upper bounds of the duration buckets in seconds; the last bucket has none. */
export const DURATION_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** What an exchange can end with, in the order of `ConsumerCounts.codes`. */
export const ENDINGS: readonly string[] = ['ok', ...PROBLEM_CODES];
const ENDING_INDEX: ReadonlyMap<string, number> = new Map(ENDINGS.map((code, index) => [code, index]));

/** How long something took, by bucket. */
export interface Durations {
  readonly buckets: Float64Array;
  /** Seconds. */
  sum: number;
}

/** Of one operation of one version. */
export interface OperationCounts {
  readonly interface: string;
  readonly version: string;
  readonly operation: string;
  readonly duration: Durations;
  readonly upstream: Durations;
  /** Upstream answers by hundreds of their status: index 2 is 2xx. */
  readonly upstreamClasses: Float64Array;
}

/** Of one operation and one consumer; '-' where nobody was identified. */
export interface ConsumerCounts {
  readonly of: OperationCounts;
  readonly consumer: string;
  readonly codes: Float64Array;
  bytes: number;
}

export type CountedExchange = Pick<Exchange, 'plan' | 'granted' | 'caller' | 'receivedAt'> & {
  readonly facts: Pick<Exchange['facts'], 'upstreamMs' | 'upstreamStatus'>;
};

const NOBODY = '-';
/** A catalog that changes for years must not fill the memory; what comes later is counted together. */
const MOST_SERIES = 50_000;

/**
 * Counts exchanges in plain numbers, found by the plan object that the exchange ran on. All names come from the
 * catalog, never from a request, so that no client can make new series.
 */
export class ExchangeCounts {
  readonly operations = new Map<string, OperationCounts>();
  readonly consumers = new Map<string, ConsumerCounts>();
  readonly #byGrant = new WeakMap<GrantedOperation, ConsumerCounts>();
  readonly #byPlan = new WeakMap<OperationPlan, ConsumerCounts>();
  readonly #mostSeries: number;

  constructor(mostSeries = MOST_SERIES) {
    this.#mostSeries = mostSeries;
  }

  add(exchange: CountedExchange, code: ProblemCode | undefined, bytes: number, now: number): void {
    const counts = this.#countsOf(exchange);
    const index = code === undefined ? 0 : (ENDING_INDEX.get(code) ?? 0);
    counts.codes[index] = (counts.codes[index] ?? 0) + 1;
    counts.bytes += bytes;
    record(counts.of.duration, Math.max(0, now - exchange.receivedAt) / 1000);
    const { upstreamStatus, upstreamMs } = exchange.facts;
    if (upstreamStatus > 0 || upstreamMs > 0) {
      record(counts.of.upstream, upstreamMs / 1000);
      const hundreds = Math.min(9, Math.max(0, Math.trunc(upstreamStatus / 100)));
      counts.of.upstreamClasses[hundreds] = (counts.of.upstreamClasses[hundreds] ?? 0) + 1;
    }
  }

  #countsOf(exchange: CountedExchange): ConsumerCounts {
    const { granted, plan, caller } = exchange;
    if (granted !== undefined) {
      let counts = this.#byGrant.get(granted);
      if (counts === undefined) {
        // A front has one plan for all: what it is about is known by its grant.
        counts = this.#counts(granted, granted.consumer.metadata.name);
        this.#byGrant.set(granted, counts);
      }
      return counts;
    }
    if (caller !== undefined) return this.#counts(plan, caller.consumer.metadata.name);
    let counts = this.#byPlan.get(plan);
    if (counts === undefined) {
      counts = this.#counts(plan, NOBODY);
      this.#byPlan.set(plan, counts);
    }
    return counts;
  }

  #counts({ version, operation }: OperationPlan | GrantedOperation, consumer: string): ConsumerCounts {
    const place = [version.interface.metadata.name, version.version.version, operation.id] as const;
    const key = JSON.stringify([...place, consumer]);
    const known = this.consumers.get(key);
    if (known !== undefined) return known;
    if (this.consumers.size >= this.#mostSeries) return this.#others();
    return this.#make(key, place, consumer);
  }

  #others(): ConsumerCounts {
    return this.consumers.get('others') ?? this.#make('others', ['others', NOBODY, NOBODY], NOBODY);
  }

  #make(key: string, place: readonly [string, string, string], consumer: string): ConsumerCounts {
    const operationKey = JSON.stringify(place);
    let of = this.operations.get(operationKey);
    if (of === undefined) {
      of = {
        interface: place[0],
        version: place[1],
        operation: place[2],
        duration: durations(),
        upstream: durations(),
        upstreamClasses: new Float64Array(10),
      };
      this.operations.set(operationKey, of);
    }
    const counts: ConsumerCounts = { of, consumer, codes: new Float64Array(ENDINGS.length), bytes: 0 };
    this.consumers.set(key, counts);
    return counts;
  }
}

function durations(): Durations {
  return { buckets: new Float64Array(DURATION_BOUNDS.length + 1), sum: 0 };
}

function record(durations: Durations, seconds: number): void {
  let at = 0;
  while (at < DURATION_BOUNDS.length && seconds > (DURATION_BOUNDS[at] ?? 0)) at++;
  durations.buckets[at] = (durations.buckets[at] ?? 0) + 1;
  durations.sum += seconds;
}
