import type { SourceMap } from './catalog.ts';
import type { Place } from './fault.ts';

/**
 * Offsets of the members of one container: for an object `key, offset of the key, offset of the value` repeated,
 * for a list the offset of each element.
 */
export type MemberOffsets = readonly (string | number)[];

/** One thing wrong with a text, before its place is known. */
export interface TextProblem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  /** Default: error. */
  readonly severity?: 'warning';
}

/** What a parser made of one document of a text: frozen plain data and the offsets to find it again. */
export interface ParsedText {
  readonly content: unknown;
  readonly start: number;
  readonly members: ReadonlyMap<object, MemberOffsets>;
  readonly problems: readonly TextProblem[];
}

/** Lines of one file; turns an offset (UTF-16 code units) into line and column, both from 1. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  placeAt(offset: number): Place {
    this.#lineStarts ??= startsOfLines(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

/** One document of a file with the way back to its text. */
export class DocumentSource implements SourceMap {
  readonly file: string;
  readonly #text: SourceText;
  readonly #parsed: ParsedText;

  constructor(text: SourceText, parsed: ParsedText) {
    this.file = text.file;
    this.#text = text;
    this.#parsed = parsed;
  }

  /** A member that holds an object or a list stands where its key stands: that is where a reader looks for it. */
  locate(pointer: string): Place {
    const found = this.#find(pointer);
    return this.#text.placeAt(found.container ? found.key : found.value);
  }

  /** Place of the member's name, for faults that speak of the name and not of the value. */
  locateKey(pointer: string): Place {
    return this.#text.placeAt(this.#find(pointer).key);
  }

  #find(pointer: string): { key: number; value: number; container: boolean } {
    let found = { key: this.#parsed.start, value: this.#parsed.start, container: true };
    let current = this.#parsed.content;
    for (const token of pointerTokens(pointer)) {
      if (typeof current !== 'object' || current === null) break;
      const offsets = memberOffsets(current, token, this.#parsed.members.get(current) ?? []);
      if (offsets === undefined) break;
      current = Array.isArray(current) ? current[Number(token)] : Reflect.get(current, token);
      found = { ...offsets, container: typeof current === 'object' && current !== null };
    }
    return found;
  }
}

/** Reference tokens of an RFC 6901 JSON Pointer, unescaped. */
export function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A reference token of an RFC 6901 JSON Pointer, escaped. */
export function pointerToken(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}

function memberOffsets(container: object, token: string, offsets: MemberOffsets) {
  if (Array.isArray(container)) {
    const at = /^\d{1,9}$/.test(token) ? offsets[Number(token)] : undefined;
    return typeof at === 'number' ? { key: at, value: at } : undefined;
  }
  for (let index = 0; index < offsets.length; index += 3) {
    const [name, key, value] = [offsets[index], offsets[index + 1], offsets[index + 2]];
    if (name === token && typeof key === 'number' && typeof value === 'number') return { key, value };
  }
  return undefined;
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
