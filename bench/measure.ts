import type { Candidate } from './candidates.ts';
import type { Load } from './load.ts';

const WARM_REQUESTS = 80_000;
const WARM_WINDOWS = 16;

/** CPU microseconds per request of one candidate, one figure per round. */
export interface Series {
  readonly name: string;
  readonly microseconds: readonly number[];
  readonly requestsPerSecond: readonly number[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly windowMs: number;
  readonly connections: number;
  readonly token: string;
  readonly load: Load;
  readonly report: (text: string) => void;
}

/**
 * Measures all candidates window by window, in an order drawn anew for every round, so that whatever else the machine
 * does falls on all alike. CPU time of the candidate's process tree ÷ requests: far more stable than requests per
 * second on a shared machine.
 */
export async function measure(candidates: readonly Candidate[], options: MeasureOptions): Promise<Series[]> {
  const figures = new Map(candidates.map(({ name }) => [name, { microseconds: [] as number[], rate: [] as number[] }]));
  for (const candidate of candidates) await warmUp(candidate, options);
  for (let round = 0; round < options.rounds; round++) {
    for (const candidate of shuffled(candidates)) {
      const { microseconds, perSecond } = await window(candidate, options);
      figures.get(candidate.name)?.microseconds.push(microseconds);
      figures.get(candidate.name)?.rate.push(perSecond);
    }
    options.report(`round ${round + 1} of ${options.rounds}`);
  }
  return [...figures].map(([name, { microseconds, rate }]) => ({ name, microseconds, requestsPerSecond: rate }));
}

/** Until the compiler of a JavaScript engine has nothing left to do, or patience ends. */
async function warmUp(candidate: Candidate, options: MeasureOptions): Promise<void> {
  let requests = 0;
  for (let windows = 0; windows < WARM_WINDOWS && requests < WARM_REQUESTS; windows++) {
    requests += (await window(candidate, options)).requests;
  }
}

async function window(
  candidate: Candidate,
  options: MeasureOptions,
): Promise<{ microseconds: number; perSecond: number; requests: number }> {
  const { connections, token, windowMs: milliseconds } = options;
  const before = candidate.child.cpuMicroseconds();
  const startedAt = performance.now();
  const { requests, failures } = await options.load({
    url: candidate.url,
    token,
    connections,
    milliseconds,
    hasChangingHeads: candidate.hasChangingHeads ?? false,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const used = candidate.child.cpuMicroseconds() - before;
  if (failures > 0 || requests === 0) {
    throw new Error(`${candidate.name}: ${failures} of ${requests} requests failed; nothing can be said of its cost`);
  }
  return { microseconds: used / requests, perSecond: requests / seconds, requests };
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: Math.random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

/** The value below which that share of the figures lies. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Median over the rounds of the ratio within a round. */
export function ratio(series: Series, to: Series | undefined): number | undefined {
  if (to === undefined) return undefined;
  const ratios = series.microseconds.map((figure, round) => figure / (to.microseconds[round] ?? Number.NaN));
  return percentile(ratios, 0.5);
}
