import { childPointer } from './json-pointer.ts';
import { isList, isObject, member, type PlainObject } from './plain-data.ts';

type Literal = string | number | boolean | null;

type Segment =
  | { readonly kind: 'name'; readonly name: string; readonly deep: boolean }
  | { readonly kind: 'index'; readonly index: number; readonly deep: boolean }
  | { readonly kind: 'all'; readonly deep: boolean }
  | { readonly kind: 'equal'; readonly path: readonly string[]; readonly value: Literal; readonly deep: boolean };

/** A compiled path of the supported part of RFC 9535. */
export type JsonPath = readonly Segment[];

/** One place a path found: the value, where it stands, and its holder (undefined for the root). */
export interface Match {
  readonly value: unknown;
  readonly pointer: string;
  readonly holder: PlainObject | readonly unknown[] | undefined;
  readonly key: string | number;
}

const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const INDEX = /-?(?:0|[1-9]\d{0,8})/y;
const QUOTED = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y;

/**
 * Compiles the part of JSONPath (RFC 9535) that overlays need: `$`, `.name`, `['name']`, `[0]`, `[*]`, `.*`, `..name`,
 * `..*`, `..['name']` and the filter `[?@.a.b == 'x']`. Undefined for anything else.
 */
export function compileJsonPath(text: string): JsonPath | undefined {
  return text.length > 1000 || !text.startsWith('$') ? undefined : new Reader(text).path();
}

class Reader {
  readonly #text: string;
  #at = 1;

  constructor(text: string) {
    this.#text = text;
  }

  path(): JsonPath | undefined {
    const segments: Segment[] = [];
    while (this.#at < this.#text.length) {
      const segment = this.#segment();
      if (segment === undefined) return undefined;
      segments.push(segment);
    }
    return segments;
  }

  #segment(): Segment | undefined {
    const deep = this.#take('..');
    if (!deep && this.#text[this.#at] === '[') return this.#bracket(false);
    if (deep && this.#text[this.#at] === '[') return this.#bracket(true);
    if (!deep && !this.#take('.')) return undefined;
    if (this.#take('*')) return { kind: 'all', deep };
    const name = this.#match(NAME)?.[0];
    return name === undefined ? undefined : { kind: 'name', name, deep };
  }

  #bracket(deep: boolean): Segment | undefined {
    this.#take('[');
    this.#blank();
    const segment = this.#selector(deep);
    this.#blank();
    return this.#take(']') ? segment : undefined;
  }

  #selector(deep: boolean): Segment | undefined {
    if (this.#take('*')) return { kind: 'all', deep };
    if (this.#take('?')) return this.#filter(deep);
    const name = this.#quoted();
    if (name !== undefined) return { kind: 'name', name, deep };
    const index = this.#match(INDEX)?.[0];
    return index === undefined ? undefined : { kind: 'index', index: Number(index), deep };
  }

  #filter(deep: boolean): Segment | undefined {
    this.#blank();
    const open = this.#take('(');
    this.#blank();
    if (!this.#take('@')) return undefined;
    const path: string[] = [];
    for (;;) {
      if (this.#take('.')) {
        const name = this.#match(NAME)?.[0];
        if (name === undefined) return undefined;
        path.push(name);
      } else if (this.#take('[')) {
        const name = this.#quoted();
        if (name === undefined || !this.#take(']')) return undefined;
        path.push(name);
      } else {
        break;
      }
    }
    this.#blank();
    if (path.length === 0 || !this.#take('==')) return undefined;
    this.#blank();
    const value = this.#literal();
    this.#blank();
    if (value === undefined || (open && !this.#take(')'))) return undefined;
    return { kind: 'equal', path, value, deep };
  }

  #literal(): Literal | undefined {
    const text = this.#quoted();
    if (text !== undefined) return text;
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#take(word)) return value;
    }
    const number = this.#match(NUMBER)?.[0];
    return number === undefined ? undefined : Number(number);
  }

  #quoted(): string | undefined {
    const match = this.#match(QUOTED);
    return match === undefined ? undefined : (match[1] ?? match[2] ?? '').replaceAll(/\\(['"\\/])/g, '$1');
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #blank(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
}

/** Everything a path selects, in document order, each place once. */
export function selectByPath(root: unknown, path: JsonPath): Match[] {
  let matches: Match[] = [{ value: root, pointer: '', holder: undefined, key: '' }];
  for (const segment of path) {
    const found = new Map<string, Match>();
    for (const match of matches) {
      const starts = segment.deep ? withDescendants(match) : [match];
      for (const start of starts) {
        for (const child of select(start, segment)) found.set(child.pointer, child);
      }
    }
    matches = [...found.values()];
  }
  return matches;
}

function select(match: Match, segment: Segment): Match[] {
  switch (segment.kind) {
    case 'name':
      return children(match).filter((child) => child.key === segment.name);
    case 'index': {
      const length = isList(match.value) ? match.value.length : 0;
      const index = segment.index < 0 ? length + segment.index : segment.index;
      return isList(match.value) ? children(match).filter((child) => child.key === index) : [];
    }
    case 'all':
      return children(match);
    case 'equal':
      return children(match).filter((child) => {
        let value = child.value;
        for (const name of segment.path) value = member(value, name);
        return value === segment.value;
      });
  }
}

function children({ value, pointer }: Match): Match[] {
  if (isList(value)) {
    return value.map((held, key) => ({ value: held, pointer: childPointer(pointer, key), holder: value, key }));
  }
  if (!isObject(value)) return [];
  return Object.keys(value).map((key) => ({
    value: value[key],
    pointer: childPointer(pointer, key),
    holder: value,
    key,
  }));
}

function withDescendants(match: Match): Match[] {
  const all: Match[] = [];
  const visit = (one: Match): void => {
    all.push(one);
    for (const child of children(one)) visit(child);
  };
  visit(match);
  return all;
}
