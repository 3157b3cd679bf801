/** Entries that one log can have in the index: positions of 2,000 logs stay safe integers. */
const LOG_ENTRIES = 2 ** 42;

/** An entry's place in the order of all logs: by log, then by index. */
export function positionOf(log: number, index: number): number {
  return log * LOG_ENTRIES + index;
}

export function logOf(position: number): number {
  return Math.floor(position / LOG_ENTRIES);
}

export function indexOf(position: number): number {
  return position % LOG_ENTRIES;
}
