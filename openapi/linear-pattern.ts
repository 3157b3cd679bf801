import { RE2JS } from 're2js';
import { splitLookaheads } from './split-lookaheads.ts';

/** A compiled pattern; `test` searches anywhere in the text, as JSON Schema's `pattern` does. */
export interface LinearPattern {
  test(text: string): boolean;
}

/** JavaScript's white space (ECMA-262 §22.2.2.9); RE2's own `\s` is ASCII only. */
const SPACE =
  '\\t\\n\\x0B\\f\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}';

const MAX_COMPILED = 2_000;
const compiled = new Map<string, LinearPattern>();

/**
 * Compiles an ECMAScript pattern for an engine whose time grows with the length of the text only (RE2). Throws an Error
 * for what no such engine can run: lookaround (but at the start, see split-lookaheads.ts), backreferences, counts above
 * 1000.
 */
function compileLinear(source: string): LinearPattern {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const parts = splitLookaheads(source).map(({ pattern: part, negated }) => {
    const engine = RE2JS.compile(RE2JS.translateRegExp(unicodeSpace(part)));
    return { engine, wanted: !negated };
  });
  const pattern: LinearPattern = { test: (text) => parts.every(({ engine, wanted }) => engine.test(text) === wanted) };
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, pattern);
  return pattern;
}

/** What Ajv takes in place of `new RegExp`; `code` is its name in source that Ajv writes, which is never done here. */
export const linearPattern = Object.assign((source: string, _flags: string): LinearPattern => compileLinear(source), {
  code: 'linearPattern',
});

/** What keeps a pattern from being compiled; undefined when nothing does. */
export function linearPatternFault(source: string): string | undefined {
  try {
    compileLinear(source);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be compiled';
  }
}

/** Writes out `\s` (and `\S` outside of brackets) as JavaScript means it. */
function unicodeSpace(source: string): string {
  let inClass = false;
  return source.replaceAll(/\\[\s\S]|[[\]]/g, (token) => {
    if (token === '[') inClass = true;
    else if (token === ']') inClass = false;
    else if (token === '\\s') return inClass ? SPACE : `[${SPACE}]`;
    else if (token === '\\S' && !inClass) return `[^${SPACE}]`;
    return token;
  });
}
