/** Something that is to be written once this turn of the event loop has read all that had come. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/**
 * Writes at the end of the turn, all in a row. A write wakes the process at the other end; written one by one between
 * reads, each wakes it anew, and waking costs more than the write. In a row they find it awake.
 */
export function flushAtEndOfTurn(one: Flushable): void {
  if (waiting.push(one) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const batch = waiting;
  waiting = [];
  for (const one of batch) one.flush();
}
