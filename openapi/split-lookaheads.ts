/** One condition on a text; `negated`: the text must not match. */
export interface PatternPart {
  readonly pattern: string;
  readonly negated: boolean;
}

/**
 * Takes lookaheads at the very start of an anchored pattern apart: `^(?!\s*$)[a-z ]+$` holds exactly when `^(?:\s*$)`
 * does not match and `^[a-z ]+$` does. Vendors use them to say "not blank"; apart, each part runs in linear time. Other
 * lookarounds are left in place. A pattern without any gives itself.
 */
export function splitLookaheads(source: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let rest = source;
  for (;;) {
    const head = /^\^\(\?([=!])/.exec(rest);
    const end = head === null ? undefined : closingBracket(rest, 1);
    if (head === null || end === undefined) break;
    parts.push({ pattern: `^(?:${rest.slice(head[0].length, end)})`, negated: head[1] === '!' });
    rest = `^${rest.slice(end + 1)}`;
  }
  // With an alternative at the top the lookahead belonged to the first branch only; a repeated one means something else.
  if (parts.length > 0 && (hasTopAlternative(rest) || /^\^[*+?{]/.test(rest)))
    return [{ pattern: source, negated: false }];
  return [...parts, { pattern: rest, negated: false }];
}

/** Index of the bracket that closes the group opened at `from`. */
function closingBracket(source: string, from: number): number | undefined {
  let depth = 0;
  for (const [at, char] of outsideClasses(source)) {
    if (at < from) continue;
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function hasTopAlternative(source: string): boolean {
  let depth = 0;
  for (const [, char] of outsideClasses(source)) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === '|' && depth === 0) return true;
  }
  return false;
}

/** Characters that are neither escaped nor within square brackets, with their places. */
function* outsideClasses(source: string): Iterable<readonly [number, string]> {
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at] ?? '';
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else yield [at, char];
  }
}
