import type { MemberOffsets, ParsedText, TextProblem } from './source-text.ts';

/** Objects and lists within each other; deeper documents are refused. */
export const MAX_NESTING = 200;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class JsonSyntaxError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Strict RFC 8259 JSON to frozen, null-prototype data. Own code because JSON.parse hides duplicate names and knows no
 * offsets. After a syntax error `content` is undefined; of a duplicate name the first value stays.
 */
export function parseJson(text: string): ParsedText {
  const parser = new JsonParser(text);
  try {
    const content = parser.document();
    return { content, start: parser.start, members: parser.members, problems: parser.problems };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const problem = { code: 'file-invalid', message: error.message, offset: error.offset };
    return { content: undefined, start: 0, members: new Map(), problems: [...parser.problems, problem] };
  }
}

class JsonParser {
  readonly members = new Map<object, MemberOffsets>();
  readonly problems: TextProblem[] = [];
  start = 0;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    this.#space();
    this.start = this.#at;
    const content = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('text after the end of the JSON value; delete it');
    return content;
  }

  #value(): unknown {
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x7b:
        return this.#nested(() => this.#object());
      case 0x5b:
        return this.#nested(() => this.#list());
      case 0x22:
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #nested(parse: () => object): object {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw this.#error(`nested deeper than ${MAX_NESTING} levels; flatten the document`);
    this.#at += 1;
    const container = parse();
    this.#depth -= 1;
    return Object.freeze(container);
  }

  #object(): object {
    const object: Record<string, unknown> = Object.create(null);
    const offsets: (string | number)[] = [];
    this.members.set(object, offsets);
    this.#space();
    if (this.#take(0x7d)) return object;
    do {
      this.#space();
      const keyOffset = this.#at;
      if (this.#text.charCodeAt(this.#at) !== 0x22) throw this.#missing('a member name in double quotes');
      const key = this.#string();
      this.#space();
      if (!this.#take(0x3a)) throw this.#error('a colon is missing here; write it');
      this.#space();
      const valueOffset = this.#at;
      const value = this.#value();
      if (key in object) {
        this.problems.push({ code: 'key-duplicate', message: duplicateMessage(key), offset: keyOffset });
      } else {
        object[key] = value;
        offsets.push(key, keyOffset, valueOffset);
      }
      this.#space();
    } while (this.#take(0x2c));
    if (!this.#take(0x7d)) throw this.#error('a comma or a closing brace is missing here; write it');
    return object;
  }

  #list(): object {
    const list: unknown[] = [];
    const offsets: number[] = [];
    this.members.set(list, offsets);
    this.#space();
    if (this.#take(0x5d)) return list;
    do {
      this.#space();
      offsets.push(this.#at);
      list.push(this.#value());
      this.#space();
    } while (this.#take(0x2c));
    if (!this.#take(0x5d)) throw this.#error('a comma or a closing bracket is missing here; write it');
    return list;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        escaped = true;
        at += 2;
      } else if (code >= 0x20) at += 1;
      else {
        this.#at = Math.min(at, text.length);
        throw this.#error(
          at < text.length ? 'a control character in a text; escape it' : 'a text is not closed; add a double quote',
        );
      }
      if (at > text.length) throw this.#error('a text is not closed; add a double quote');
    }
    this.#at = at + 1;
    if (!escaped) return text.slice(start + 1, at);
    try {
      return String(JSON.parse(text.slice(start, at + 1)));
    } catch {
      this.#at = start;
      throw this.#error('a text has an unknown escape; write the character itself or \\uXXXX');
    }
  }

  #scalar(): unknown {
    NUMBER.lastIndex = this.#at;
    const digits = NUMBER.exec(this.#text)?.[0];
    if (digits !== undefined) {
      const number = Number(digits);
      if (!Number.isFinite(number))
        throw this.#error('a number is too large; write a smaller one, or a text in quotes');
      this.#at += digits.length;
      return number;
    }
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#missing('a value');
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  /** What stands where something else is needed, when it is one of the usual slips. */
  #missing(what: string): JsonSyntaxError {
    const here = this.#text[this.#at];
    if ((here === '}' || here === ']') && /,\s*$/.test(this.#text.slice(Math.max(0, this.#at - 1000), this.#at))) {
      return this.#error('a comma stands before the end; delete it');
    }
    switch (here) {
      case "'":
        return this.#error('JSON has no single quotes; write double ones');
      case '/':
      case '#':
        return this.#error('JSON has no comments; delete this one');
      default:
        return this.#error(`${what} is missing here; write it`);
    }
  }

  #error(message: string): JsonSyntaxError {
    return new JsonSyntaxError(message, this.#at);
  }
}

/** The sentence for a name that stands twice in one object. */
export function duplicateMessage(key: string): string {
  return `"${key.slice(0, 80)}" stands twice in the same object; keep one of them`;
}
