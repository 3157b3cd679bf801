import type { Pattern, Ranges } from './pattern-syntax.ts';

/** How the time of a backtracking engine grows with the text at worst. */
export type Growth = 'linear' | 'polynomial' | 'exponential' | 'unknown';

/** Places that take a character, after counted repetitions were written out. */
const MAX_POSITIONS = 240;
const MAX_STEPS = 3_000_000;
/** Counts up to this are written out; larger ones behave like a loop. */
const MAX_COPIES = 3;

interface Fragment {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
}

class TooLarge extends Error {}

/**
 * Decides on the position automaton (Glushkov) whether some text can be read in several ways: twice around one loop is
 * exponential ("EDA"), in two loops one after the other polynomial ("IDA"); Weideman et al., "Analyzing Matching Time
 * Behavior of Backtracking Regular Expression Matchers", CIAA 2016.
 */
export function patternGrowth(pattern: Pattern): Growth {
  const automaton = new Automaton();
  try {
    automaton.build(pattern);
    if (automaton.isExponential()) return 'exponential';
    return automaton.isPolynomial() ? 'polynomial' : 'linear';
  } catch (error) {
    if (error instanceof TooLarge) return 'unknown';
    throw error;
  }
}

class Automaton {
  readonly #ranges: Ranges[] = [];
  /** Successors of a position with the number of ways there (1 or 2). */
  readonly #follow: Map<number, number>[] = [];
  readonly #overlaps = new Map<number, boolean>();
  #steps = 0;

  build(pattern: Pattern): Fragment {
    switch (pattern.kind) {
      case 'characters':
        return this.#position(pattern.ranges);
      case 'sequence':
        return this.#sequence(pattern.parts.map((part) => () => this.build(part)));
      case 'choice': {
        const options = pattern.options.map((option) => this.build(option));
        return {
          first: options.flatMap((option) => option.first),
          last: options.flatMap((option) => option.last),
          nullable: options.some((option) => option.nullable),
        };
      }
      case 'repeat':
        return this.#repeat(pattern.of, pattern.min, pattern.max);
    }
  }

  #position(ranges: Ranges): Fragment {
    const position = this.#ranges.push(ranges) - 1;
    if (position >= MAX_POSITIONS) throw new TooLarge();
    this.#follow.push(new Map());
    return { first: [position], last: [position], nullable: false };
  }

  #sequence(parts: readonly (() => Fragment)[]): Fragment {
    let whole: Fragment = { first: [], last: [], nullable: true };
    for (const build of parts) {
      const part = build();
      this.#connect(whole.last, part.first);
      whole = {
        first: whole.nullable ? [...whole.first, ...part.first] : whole.first,
        last: part.nullable ? [...whole.last, ...part.last] : part.last,
        nullable: whole.nullable && part.nullable,
      };
    }
    return whole;
  }

  #repeat(of: Pattern, min: number, max: number): Fragment {
    if (max === 0) return { first: [], last: [], nullable: true };
    const once = () => this.build(of);
    const maybe = () => ({ ...this.build(of), nullable: true });
    if (max <= MAX_COPIES) {
      const copies = Array.from({ length: max }, (_, index) => (index < min ? once : maybe));
      // x(x(x)?)? rather than x?x?x?: the latter could be read in several ways where the former cannot.
      return copies.length === 1 ? (copies[0] ?? once)() : this.#optionalTail(of, min, max);
    }
    const loop = () => {
      const body = this.build(of);
      this.#connect(body.last, body.first);
      return min === 0 ? { ...body, nullable: true } : body;
    };
    const before = Array.from({ length: Math.min(Math.max(min - 1, 0), MAX_COPIES - 1) }, () => once);
    return this.#sequence([...before, loop]);
  }

  #optionalTail(of: Pattern, min: number, max: number): Fragment {
    const tail = (left: number): Fragment => {
      const head = this.build(of);
      if (left <= 1) return { ...head, nullable: true };
      const rest = tail(left - 1);
      this.#connect(head.last, rest.first);
      return { first: head.first, last: [...head.last, ...rest.last], nullable: true };
    };
    const fixed = Array.from({ length: min }, () => () => this.build(of));
    return this.#sequence(max > min ? [...fixed, () => tail(max - min)] : fixed);
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) {
      const follow = this.#follow[position];
      for (const next of to) follow?.set(next, Math.min(2, (follow.get(next) ?? 0) + 1));
    }
  }

  #next(position: number): Iterable<number> {
    return this.#follow[position]?.keys() ?? [];
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new TooLarge();
  }

  #overlap(one: number, other: number): boolean {
    if (one === other) return true;
    const key = one < other ? one * MAX_POSITIONS + other : other * MAX_POSITIONS + one;
    let found = this.#overlaps.get(key);
    if (found === undefined) {
      const others = this.#ranges[other] ?? [];
      found = (this.#ranges[one] ?? []).some(([low, high]) => others.some(([from, to]) => low <= to && from <= high));
      this.#overlaps.set(key, found);
    }
    return found;
  }

  /** Positions reachable from each other, by number of their component; positions in no loop have none. */
  #loops(): Map<number, number> {
    const reach = this.#ranges.map((_, start) => {
      const seen = new Set<number>();
      const waiting = [start];
      for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
        for (const next of this.#next(at)) {
          this.#step();
          if (!seen.has(next)) waiting.push(next);
          seen.add(next);
        }
      }
      return seen;
    });
    const loops = new Map<number, number>();
    reach.forEach((seen, position) => {
      if (!seen.has(position)) return;
      const component = [...seen].filter((other) => reach[other]?.has(position));
      loops.set(position, Math.min(...component));
    });
    return loops;
  }

  /** Two different ways from a position back to itself over the same text. */
  isExponential(): boolean {
    const loops = this.#loops();
    for (const [position, loop] of loops) {
      for (const [next, ways] of this.#follow[position] ?? []) {
        if (ways > 1 && loops.get(next) === loop) return true;
      }
    }
    const seen = new Set<number>();
    const waiting: (readonly [number, number])[] = [...loops.keys()].map((position) => [position, position]);
    for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
      const [left, right] = pair;
      for (const a of this.#next(left)) {
        for (const b of this.#next(right)) {
          this.#step();
          if (loops.get(a) !== loops.get(left) || loops.get(b) !== loops.get(left) || !this.#overlap(a, b)) continue;
          if (a === b) {
            if (left !== right) return true;
            continue;
          }
          const key = a * MAX_POSITIONS + b;
          if (seen.has(key)) continue;
          seen.add(key);
          waiting.push([a, b]);
        }
      }
    }
    return false;
  }

  /** A text that leads around a first loop, from there into a second one, and around that. */
  isPolynomial(): boolean {
    const loops = this.#loops();
    for (const start of loops.keys()) {
      for (const end of loops.keys()) {
        if (start !== end && this.#readsAlike(start, end, loops)) return true;
      }
    }
    return false;
  }

  #readsAlike(start: number, end: number, loops: ReadonlyMap<number, number>): boolean {
    const key = (a: number, b: number, c: number) => (a * MAX_POSITIONS + b) * MAX_POSITIONS + c;
    const goal = key(start, end, end);
    const seen = new Set<number>();
    const waiting: (readonly [number, number, number])[] = [[start, start, end]];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const a of this.#next(at[0])) {
        if (loops.get(a) !== loops.get(start)) continue;
        for (const c of this.#next(at[2])) {
          if (loops.get(c) !== loops.get(end) || !this.#overlap(a, c)) continue;
          for (const b of this.#next(at[1])) {
            this.#step();
            if (!this.#overlap(a, b) || !this.#overlap(b, c)) continue;
            const next = key(a, b, c);
            if (next === goal) return true;
            if (seen.has(next)) continue;
            seen.add(next);
            waiting.push([a, b, c]);
          }
        }
      }
    }
    return false;
  }
}
