/** Keyed hashes that stand for records and people in the ledger. */
export interface Handles {
  /** Those of the month (UTC) that a time in milliseconds since the epoch lies in. Throws where its key cannot be had. */
  at(time: number): MonthHandles;
}

export interface MonthHandles {
  /** `2026-11`; '' where no handles can be made. */
  readonly month: string;
  /** Milliseconds since the epoch: the first of the month, and the first behind it. */
  readonly from: number;
  readonly to: number;
  /** 16 hex digits for `<system>/<kind> <identifier>`; undefined where the key for it was destroyed. */
  handleOf(subject: string): string | undefined;
  /** The month before whose key this one follows, said once after this month's key was made; '' where there is none before. */
  takeRotation(): string | undefined;
}

const NO_HANDLES_MS = 1000;

/** Stands in where the key of a month cannot be had; soon to be asked for again. */
export function noHandles(time: number): MonthHandles {
  return {
    month: '',
    from: time,
    to: time + NO_HANDLES_MS,
    handleOf: () => undefined,
    takeRotation: () => undefined,
  };
}
