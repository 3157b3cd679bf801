import type { TextProblem } from './source-text.ts';

/** Each costs another reading of the whole text. */
const MAX_ROUNDS = 3;
/** Longer texts are not worth it: reading them again takes too long. */
const MAX_TEXT = 2_000_000;
/** Characters of a quoted text after its first line. */
const MAX_LENGTH = 4_000;

/** From the end of a line to the quote that closes the text. */
const REST = {
  '"': /[^"\\]*(?:\\[\s\S][^"\\]*)*"/y,
  "'": /[^']*(?:''[^']*)*'/y,
};

/** A line that could be a key or a list item of its own: there a quote was forgotten. */
const OWN_LINE = /\n[ \t]*(?:-[ \t]|[^\s'"#:]+:(?:\s|$))/;

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/**
 * Mends quoted texts that go on in a line indented with tabs or not far enough: YAML 1.2 §7.3 forbids that, but other
 * parsers let it pass and vendors publish it. The line breaks become blanks, which is what they mean within quotes, and
 * the length of the text stays, so that every offset does. Undefined where the text is broken in another way.
 */
export function joinQuotedLines(
  text: string,
  parse: (text: string) => readonly SyntaxError[],
): { readonly text: string; readonly problems: readonly TextProblem[] } | undefined {
  if (text.length > MAX_TEXT) return undefined;
  let current = text;
  const problems: TextProblem[] = [];
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    const [error] = parse(current);
    if (error === undefined) return { text: current, problems };
    const quote = error.code === 'MISSING_CHAR' ? /^Missing closing (["'])quote/.exec(error.message)?.[1] : undefined;
    if (quote !== '"' && quote !== "'") return undefined;
    const [start] = error.pos;
    REST[quote].lastIndex = start;
    const rest = REST[quote].exec(current.slice(0, start + MAX_LENGTH))?.[0];
    if (rest === undefined || !rest.includes('\n') || OWN_LINE.test(rest)) return undefined;
    current = current.slice(0, start) + rest.replace(/[\r\n\t]/g, ' ') + current.slice(start + rest.length);
    const message =
      'a quoted text goes on in a line that is not indented enough; YAML forbids that, indent it by blanks';
    problems.push({ code: 'yaml-indentation', message, offset: start, severity: 'warning' });
  }
  return undefined;
}
