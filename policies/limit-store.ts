import type { Rate, Take } from './token-bucket.ts';

/** Takes one request from a limit. Rejects with LimitsUnavailable where the shared store is away and the mode is `refuse`. */
export type TakeOne = () => Take | Promise<Take>;

/**
 * Where limits are counted. Counters are named by grant and live longer than a snapshot: preparing the same name again
 * goes on counting, under the new plan.
 */
export interface LimitStore {
  rate(name: string, rate: Rate): TakeOne;
  /** One bucket per subject; the number of subjects remembered is bounded. */
  rateBySubject(name: string, rate: Rate): (subject: string) => Take | Promise<Take>;
  /** A quota per UTC day. */
  day(name: string, perDay: number): TakeOne;
}

/** The shared store cannot be asked and the gateway may not count for itself. */
export class LimitsUnavailable extends Error {}

/** `wall` is milliseconds since the epoch; `steady` never goes back, whatever is done to the machine's clock. */
export interface Clock {
  wall(): number;
  steady(): number;
}

export const systemClock: Clock = { wall: () => Date.now(), steady: () => performance.now() };

const DAY_MS = 86_400_000;

/** Number of the UTC day and the milliseconds left of it. */
export function utcDay(wall: number): { readonly day: number; readonly leftMs: number } {
  const day = Math.floor(wall / DAY_MS);
  return { day, leftMs: (day + 1) * DAY_MS - wall };
}
