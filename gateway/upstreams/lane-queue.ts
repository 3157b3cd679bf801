/** Priority lanes, highest first. */
export const LANES = ['high', 'normal', 'low'] as const;
export type Lane = (typeof LANES)[number];

/**
 * Where one waits. `urgent` goes before every lane: something has been changed and its sender waits to hear of it, or all
 * lanes wait for it. `begun` goes before the others of its lane: what has had a turn is finished before more is begun.
 */
export interface Place {
  readonly lane: Lane;
  readonly standing: 'fresh' | 'begun' | 'urgent';
}

/** How often in a row a lane that waits is passed over by those above it. */
const MOST_PASSES: Readonly<Record<Lane, number>> = { high: Number.POSITIVE_INFINITY, normal: 3, low: 9 };

interface LaneState<W> {
  readonly name: Lane;
  readonly begun: W[];
  readonly fresh: W[];
  passes: number;
}

/**
 * Whose turn is next: high before normal before low, in a lane those who have begun, then in order of arrival. So that
 * no lane is kept waiting for ever, normal goes next when it was passed over 3 times, low after 9.
 */
export class LaneQueue<W> {
  readonly #urgent: W[] = [];
  readonly #lanes: readonly LaneState<W>[] = LANES.map((name) => ({ name, begun: [], fresh: [], passes: 0 }));
  #size = 0;

  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): Iterator<W> {
    yield* this.#urgent;
    for (const { begun, fresh } of this.#lanes) {
      yield* begun;
      yield* fresh;
    }
  }

  /** How many would go before a fresh newcomer of this lane if nobody else came. */
  ahead(lane: Lane): number {
    let count = this.#urgent.length;
    for (const { name, begun, fresh } of this.#lanes) {
      count += begun.length + fresh.length;
      if (name === lane) break;
    }
    return count;
  }

  push(waiter: W, { lane, standing }: Place): void {
    this.#rowOf(lane, standing).push(waiter);
    this.#size++;
  }

  /** Takes out whose turn it is. */
  shift(): W | undefined {
    const urgent = this.#urgent.shift();
    if (urgent !== undefined) {
      this.#size--;
      return urgent;
    }
    const waiting = this.#lanes.filter(({ begun, fresh }) => begun.length + fresh.length > 0);
    const chosen = waiting.findLast(({ name, passes }) => passes >= MOST_PASSES[name]) ?? waiting[0];
    if (chosen === undefined) return undefined;
    for (const state of waiting.slice(waiting.indexOf(chosen) + 1)) state.passes++;
    chosen.passes = 0;
    this.#size--;
    return chosen.begun.shift() ?? chosen.fresh.shift();
  }

  /** Takes out the last comer of the lowest lane below this one, to make room; those who have begun stay. */
  popBelow(lane: Lane): W | undefined {
    const below = this.#lanes.slice(LANES.indexOf(lane) + 1);
    const found = below.findLast(({ fresh }) => fresh.length > 0)?.fresh.pop();
    if (found !== undefined) this.#size--;
    return found;
  }

  /** Takes out one who leaves. */
  remove(waiter: W, { lane, standing }: Place): void {
    const row = this.#rowOf(lane, standing);
    const index = row.indexOf(waiter);
    if (index < 0) return;
    row.splice(index, 1);
    this.#size--;
  }

  #rowOf(lane: Lane, standing: Place['standing']): W[] {
    if (standing === 'urgent') return this.#urgent;
    const state = this.#lanes[LANES.indexOf(lane)];
    if (state === undefined) throw new Error(`there is no lane ${lane}`);
    return state[standing];
  }
}
