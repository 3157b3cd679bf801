import type { LoadOutcome } from '../reload.ts';

type CountedKind = Exclude<LoadOutcome['kind'], 'unchanged'>;

export const LOAD_KINDS: readonly CountedKind[] = ['in-force', 'refused'];

/** What became of changes to the catalog since the start, the first load among them. */
export class LoadCounts {
  readonly #counts = new Map<CountedKind, { count: number; lastAt: number }>();

  /** `now` in milliseconds since the epoch. A load that changed nothing is no change. */
  add(outcome: LoadOutcome, now: number): void {
    if (outcome.kind === 'unchanged') return;
    this.#counts.set(outcome.kind, { count: this.of(outcome.kind).count + 1, lastAt: now });
  }

  /** `lastAt` is undefined where there was none. */
  of(kind: CountedKind): { readonly count: number; readonly lastAt: number | undefined } {
    return this.#counts.get(kind) ?? { count: 0, lastAt: undefined };
  }
}
