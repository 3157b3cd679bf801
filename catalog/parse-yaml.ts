import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  Parser,
} from 'yaml';
import { joinQuotedLines } from './join-quoted-lines.ts';
import { duplicateMessage, MAX_NESTING } from './parse-json.ts';
import type { MemberOffsets, ParsedText, TextProblem } from './source-text.ts';
import { type SyntaxProblem, toldProblem } from './yaml-problems.ts';

/** Characters of values that aliases may add to what is written: enough for honest reuse, far too little for an alias bomb. */
const MAX_ALIASED_SIZE = 2_000_000;

/** Brackets, words, blanks and so on; real documents have one for every 7 to 9 characters. */
const MAX_LEXEMES = 600_000;

/** After a syntax error the parser often stumbles on; what it says then is of no use. */
const MAX_SYNTAX_PROBLEMS = 5;
const MAX_DUPLICATE_PROBLEMS = 100;

type YamlDocument = Document.Parsed;

/**
 * The documents of a YAML 1.2 text (core schema: `no` is a text, dates are texts) as frozen, null-prototype JSON data.
 * After a syntax error `content` is undefined. Aliases share their anchor's value; their expanded size is bounded.
 * `vendor`: the text is another's, and some slips are let pass with a warning.
 */
export function parseYaml(text: string, vendor = false): ParsedText[] {
  let documents: readonly YamlDocument[];
  let slips: readonly TextProblem[] = [];
  try {
    documents = parsed(text);
    if (vendor && documents.some(({ errors }) => errors.length > 0)) {
      const joined = joinQuotedLines(text, (current) => parsed(current).flatMap(({ errors }) => errors));
      if (joined !== undefined) {
        documents = parsed(joined.text);
        slips = joined.problems;
      }
    }
  } catch (error) {
    if (error instanceof YamlError) return [failed(error.problem)];
    const message =
      error instanceof RangeError
        ? 'nested too deeply; flatten the document'
        : 'the YAML cannot be parsed; simplify it';
    return [failed({ code: 'file-invalid', message, offset: 0 })];
  }
  return documents.flatMap((document, index) => {
    const start = document.contents?.range?.[0] ?? 0;
    if (document.directives?.yaml.version !== '1.2') {
      const offset = Math.max(0, text.indexOf('%YAML'));
      return [failed({ code: 'file-invalid', message: 'YAML 1.2 is needed; delete the %YAML line', offset })];
    }
    const problems = syntaxProblems([...document.errors, ...document.warnings], text);
    if (problems.length > 0)
      return [{ content: undefined, start, members: new Map<object, MemberOffsets>(), problems }];
    if (document.contents === null) return [];
    return [new NodeReader(index === 0 ? slips : []).read(document.contents, start)];
  });
}

function syntaxProblems(troubles: readonly SyntaxProblem[], text: string): readonly TextProblem[] {
  const problems = troubles.slice(0, MAX_SYNTAX_PROBLEMS).map((trouble) => toldProblem(trouble, text));
  const last = problems.findIndex(({ isLast }) => isLast);
  return last < 0 ? problems : problems.slice(0, last + 1);
}

function parsed(text: string): readonly YamlDocument[] {
  // Unique keys are checked by the reader below: the library compares every pair of keys with every other.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, version: '1.2', schema: 'core' });
  return [...composer.compose(tokens(text), false, text.length)];
}

/** What the library's own loop does, counted: a million commas would become as many errors of a kilobyte each. */
function* tokens(text: string): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > MAX_LEXEMES) throw new YamlError('file-too-large', 'the YAML has too many parts; write it as JSON', 0);
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

class YamlError extends Error {
  readonly problem: TextProblem;
  constructor(code: string, message: string, offset: number) {
    super(message);
    this.problem = { code, message, offset };
  }
}

/** A converted node, with its size (about characters) and levels of nesting when all aliases are written out. */
interface Converted {
  readonly value: unknown;
  readonly size: number;
  readonly height: number;
  readonly offset: number;
}

class NodeReader {
  readonly #members = new Map<object, MemberOffsets>();
  readonly #problems: TextProblem[];
  readonly #anchors = new Map<string, Converted>();
  #aliased = 0;
  #depth = 0;

  constructor(problems: readonly TextProblem[]) {
    this.#problems = [...problems];
  }

  read(root: Node, start: number): ParsedText {
    try {
      const { value } = this.#node(root, start);
      return { content: value, start, members: this.#members, problems: this.#problems };
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      return failed(error.problem);
    }
  }

  #node(node: Node | null, fallback: number): Converted {
    const offset = node?.range?.[0] ?? fallback;
    if (isAlias(node)) return this.#alias(node, offset);
    if (isMap(node)) return this.#nested(node.anchor, offset, () => this.#map(node.items, offset));
    if (isSeq(node)) return this.#nested(node.anchor, offset, () => this.#sequence(node.items, offset));
    const value = isScalar(node) ? jsonScalar(node.value, offset) : null;
    return this.#remember(isScalar(node) ? node.anchor : undefined, { value, size: sizeOf(value), height: 0, offset });
  }

  #nested(anchor: string | undefined, offset: number, convert: () => Converted): Converted {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw tooDeep(offset);
    // An alias to an anchor that is still open would make a cycle.
    if (anchor !== undefined) this.#anchors.delete(anchor);
    const converted = convert();
    this.#depth -= 1;
    Object.freeze(converted.value);
    return this.#remember(anchor, converted);
  }

  #map(pairs: readonly unknown[], offset: number): Converted {
    const object: Record<string, unknown> = Object.create(null);
    const offsets: (string | number)[] = [];
    this.#members.set(object, offsets);
    let size = 2;
    let height = 0;
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = keyOf(pair, offset);
      if (key.isMerge) {
        const message = 'merge keys (<<) are not part of YAML 1.2; write the members out';
        this.#problems.push({ code: 'file-invalid', message, offset: key.offset });
        continue;
      }
      const value = this.#node(nodeOrNull(pair.value), key.offset);
      size += value.size + key.name.length;
      height = Math.max(height, value.height);
      if (key.name in object) {
        if (this.#problems.length < MAX_DUPLICATE_PROBLEMS) {
          this.#problems.push({ code: 'key-duplicate', message: duplicateMessage(key.name), offset: key.offset });
        }
        continue;
      }
      object[key.name] = value.value;
      offsets.push(key.name, key.offset, value.offset);
    }
    return { value: object, size, height: height + 1, offset };
  }

  #sequence(items: readonly unknown[], offset: number): Converted {
    const list: unknown[] = [];
    const offsets: number[] = [];
    this.#members.set(list, offsets);
    let size = 2;
    let height = 0;
    for (const item of items) {
      const converted = this.#node(nodeOrNull(item), offset);
      size += converted.size;
      height = Math.max(height, converted.height);
      list.push(converted.value);
      offsets.push(converted.offset);
    }
    return { value: list, size, height: height + 1, offset };
  }

  #alias(alias: Alias, offset: number): Converted {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      throw new YamlError(
        'alias-invalid',
        `no anchor &${alias.source.slice(0, 40)} ends before this in the same document; write the value, or in quotes what only begins with *`,
        offset,
      );
    }
    if (this.#depth + target.height > MAX_NESTING) throw tooDeep(offset);
    this.#aliased += target.size;
    if (this.#aliased > MAX_ALIASED_SIZE) {
      throw new YamlError('alias-invalid', 'the aliases of this file expand too far; write the values', offset);
    }
    return { ...target, offset };
  }

  #remember(anchor: string | undefined, converted: Converted): Converted {
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }
}

function nodeOrNull(node: unknown): Node | null {
  return isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node : null;
}

/** JSON has text keys only: a number, date or word as a key counts as it is written (`200:` is "200"). */
function keyOf(pair: Pair, fallback: number): { name: string; offset: number; isMerge: boolean } {
  const { key } = pair;
  if (!isScalar(key)) {
    const offset = isAlias(key) || isMap(key) || isSeq(key) ? (key.range?.[0] ?? fallback) : fallback;
    throw new YamlError('file-invalid', 'a key must be a plain text; write it out', offset);
  }
  const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
  return { name, offset: key.range?.[0] ?? fallback, isMerge: name === '<<' && key.type === 'PLAIN' };
}

function jsonScalar(value: unknown, offset: number): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const what = typeof value === 'number' ? 'JSON has no number so large, nor .inf or .nan' : 'JSON has no such value';
  throw new YamlError('file-invalid', `${what}; write another, or a text in quotes`, offset);
}

function sizeOf(value: string | number | boolean | null): number {
  return typeof value === 'string' ? value.length + 1 : 1;
}

function tooDeep(offset: number): YamlError {
  return new YamlError('file-invalid', `nested deeper than ${MAX_NESTING} levels; flatten the document`, offset);
}

function failed(problem: TextProblem): ParsedText {
  return { content: undefined, start: problem.offset, members: new Map(), problems: [problem] };
}
