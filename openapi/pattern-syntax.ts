/** Inclusive ranges of code points. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** A regular expression as far as its ambiguity depends on it: groups and assertions leave no trace. */
export type Pattern =
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly of: Pattern; readonly min: number; readonly max: number };

const LAST = 0x10ffff;
const DIGITS: Ranges = [[48, 57]];
const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACES: Ranges = [
  [9, 13],
  [32, 32],
  [160, 160],
  [5760, 5760],
  [8192, 8202],
  [8232, 8233],
  [8239, 8239],
  [8287, 8287],
  [12288, 12288],
  [65279, 65279],
];
const ANY: Ranges = [
  [0, 9],
  [11, 12],
  [14, 8231],
  [8234, LAST],
];
const EVERYTHING: Ranges = [[0, LAST]];
const EMPTY: Pattern = { kind: 'sequence', parts: [] };

const MAX_DEPTH = 50;
const CONTROL: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, v: 11, f: 12, '0': 0 };

/**
 * Parses an ECMAScript regular expression; undefined for what it cannot tell (lookaround, backreferences, bad syntax).
 * A property escape (`\p{L}`) counts as everything: overlaps may be seen where there are none, never the reverse.
 */
export function parsePattern(source: string): Pattern | undefined {
  const parser = new PatternParser(source);
  try {
    return parser.whole();
  } catch (error) {
    if (error instanceof Unparsable) return undefined;
    throw error;
  }
}

class Unparsable extends Error {}

class PatternParser {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): Pattern {
    const pattern = this.#choice();
    if (this.#at < this.#source.length) throw new Unparsable();
    return pattern;
  }

  #choice(): Pattern {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Unparsable();
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#depth -= 1;
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): Pattern {
    let pattern = this.#atom();
    for (;;) {
      const count = this.#count();
      if (count === undefined) return pattern;
      this.#take('?');
      pattern = { kind: 'repeat', of: pattern, ...count };
    }
  }

  #count(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    const match = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (match === null) return undefined;
    this.#at += match[0].length;
    const min = Number(match[1]);
    if (match[2] === undefined) return { min, max: min };
    return { min, max: match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]) };
  }

  #atom(): Pattern {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'characters', ranges: this.#class() };
      case '.':
        return { kind: 'characters', ranges: ANY };
      case '^':
      case '$':
        return EMPTY;
      case '\\':
        if (this.#take('b') || this.#take('B')) return EMPTY;
        return { kind: 'characters', ranges: this.#escape() };
      case '*':
      case '+':
      case '?':
        throw new Unparsable();
      default:
        return { kind: 'characters', ranges: one(char.codePointAt(0) ?? 0) };
    }
  }

  #group(): Pattern {
    if (this.#take('?')) {
      const named = /^P?<[A-Za-z_$][\w$]*>/.exec(this.#source.slice(this.#at, this.#at + 80));
      if (named !== null) this.#at += named[0].length;
      else if (!this.#take(':')) throw new Unparsable();
    }
    const inner = this.#choice();
    if (!this.#take(')')) throw new Unparsable();
    return inner;
  }

  #class(): Ranges {
    const negated = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take(']')) {
      const from = this.#classAtom();
      const low = single(from);
      if (low !== undefined && this.#sees('-') && this.#source[this.#at + 1] !== ']') {
        this.#at += 1;
        const high = single(this.#classAtom());
        if (high === undefined || high < low) throw new Unparsable();
        ranges.push([low, high]);
      } else {
        ranges.push(...from);
      }
    }
    return negated ? complement(ranges) : ranges;
  }

  #classAtom(): Ranges {
    const char = this.#next();
    if (char !== '\\') return one(char.codePointAt(0) ?? 0);
    return this.#take('b') ? one(8) : this.#escape();
  }

  #escape(): Ranges {
    const char = this.#next();
    if (char === 'd') return DIGITS;
    if (char === 'D') return complement(DIGITS);
    if (char === 'w') return WORD;
    if (char === 'W') return complement(WORD);
    if (char === 's') return SPACES;
    if (char === 'S') return complement(SPACES);
    if (char === 'p' || char === 'P') {
      if (!/^\{[^{}]{1,60}\}/.test(this.#source.slice(this.#at, this.#at + 62))) throw new Unparsable();
      this.#at = this.#source.indexOf('}', this.#at) + 1;
      return EVERYTHING;
    }
    if (/[1-9k]/.test(char)) throw new Unparsable();
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/.exec(
      char + this.#source.slice(this.#at, this.#at + 9),
    );
    if (hex !== null) {
      this.#at += hex[0].length - 1;
      return one(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16));
    }
    if (char === 'c') return one(this.#next().charCodeAt(0) % 32);
    return one(CONTROL[char] ?? char.codePointAt(0) ?? 0);
  }

  #next(): string {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new Unparsable();
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    return char;
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }
}

function one(code: number): Ranges {
  return [[code, code]];
}

function single(ranges: Ranges): number | undefined {
  const [first] = ranges;
  return ranges.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : undefined;
}

function complement(ranges: Ranges): Ranges {
  const out: (readonly [number, number])[] = [];
  let from = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > from) out.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= LAST) out.push([from, LAST]);
  return out;
}
