/** Bounds of one answer. They may be set lower than SELECTION_LIMITS, not higher. */
export interface SelectionLimits {
  /** Open objects and arrays at once. */
  readonly depth: number;
  /** Keys of open objects that the table does not hold and that must be remembered to find duplicates. */
  readonly keys: number;
  /** Bytes of one key, as written. */
  readonly keyBytes: number;
  /** Bytes of one masked or identifying value, as written. */
  readonly valueBytes: number;
  /** Identifying values that are collected; of the rest only the records are counted. */
  readonly identifiers: number;
}

export const SELECTION_LIMITS: SelectionLimits = {
  depth: 64,
  keys: 100_000,
  keyBytes: 16_384,
  valueBytes: 65_536,
  identifiers: 1000,
};

/** Throws a RangeError where a limit is not a whole number or is higher than memory was laid out for. */
export function checkLimits(limits: SelectionLimits): void {
  for (const [name, most] of Object.entries(SELECTION_LIMITS)) {
    const limit = limits[name as keyof SelectionLimits];
    if (!Number.isInteger(limit) || limit < 0 || limit > most) throw new RangeError(`${name}: at most ${most}`);
  }
}
