import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../storage/database.ts';
import type { LogReader } from '../log-reader.ts';
import { Indexer } from './indexer.ts';

export interface FollowOptions {
  readonly database: Database;
  /** Opens the log anew, so that what was pruned is noticed; undefined while there is none. */
  readonly open: () => Promise<LogReader | undefined>;
  /** How often the log is looked at; default 500 ms. */
  readonly pauseMs?: number;
  /** How long it waits after a fault; default 5 s. */
  readonly faultPauseMs?: number;
  readonly onFault: (error: unknown) => void;
}

/** The index follows its log until it is stopped. */
export interface Following {
  /** Entries that stand under the log's checkpoint and not in the index, as last seen. */
  readonly behind: number;
  /** Whether the last attempt failed. */
  readonly isFailing: boolean;
  /** Waits until so many entries of the log stand in the index, at most so long; whether they do. */
  reaches(entries: number, withinMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** Small: this shares a thread with the calls, which come first. */
const BATCH = 256;
const PAUSE_MS = 500;
const FAULT_PAUSE_MS = 5000;
const LOOK_ANYWAY_MS = 60_000;

/** Reads what is new in a log into the index as it comes. A fault is told and tried again; nobody waits for the index. */
export function follow(options: FollowOptions): Following {
  const { database, open, pauseMs = PAUSE_MS, faultPauseMs = FAULT_PAUSE_MS, onFault } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const indexer = new Indexer({ database, batch: BATCH });
  const state = { behind: 0, isFailing: false };
  /** What was read, and when. */
  let last = { size: -1, minimum: -1, at: 0 };
  const waiting = new Set<() => void>();
  const look = async (): Promise<void> => {
    const log = await open();
    if (log === undefined) return;
    const { size } = await log.checkpoint();
    const isSame = size === last.size && log.minimum === last.minimum;
    // Seldom in any case: somebody may have made the index anew.
    if (isSame && performance.now() - last.at < LOOK_ANYWAY_MS) return;
    state.behind = Math.max(0, size - Math.max(last.size, log.minimum));
    await indexer.catchUp(log, signal);
    if (signal.aborted) return;
    last = { size, minimum: log.minimum, at: performance.now() };
    state.behind = 0;
    for (const look of waiting) look();
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await look();
        state.isFailing = false;
      } catch (error) {
        state.isFailing = true;
        onFault(error);
      }
      await wait(state.isFailing ? faultPauseMs : pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    get behind() {
      return state.behind;
    },
    get isFailing() {
      return state.isFailing;
    },
    reaches(entries, withinMs) {
      return new Promise((resolve) => {
        const settle = (isThere: boolean): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(isThere);
        };
        const look = (): void => {
          if (last.size >= entries || signal.aborted) settle(last.size >= entries);
        };
        const timer = setTimeout(() => settle(false), withinMs);
        waiting.add(look);
        look();
      });
    },
    async stop() {
      stopping.abort();
      for (const look of waiting) look();
      await running;
    },
  };
}
