import { Lexer } from 'yaml';
import type { TextProblem } from './source-text.ts';

/** What the library says of a syntax error or a warning. */
export interface SyntaxProblem {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** What each kind of error means to somebody who did not write a parser, and how it is mended. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['TAB_AS_INDENT', 'a tab stands where YAML wants blanks; indent by blanks'],
  ['BAD_INDENT', 'this line is not indented like the others of its block; line it up with them'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    'a colon and a blank make a member, and there is one in this line already; put the text in quotes',
  ],
  ['BLOCK_IN_FLOW', 'within { } and [ ] no lines with dashes or members may stand; write it with braces and commas'],
  ['BAD_SCALAR_START', 'a text without quotes cannot begin with this character; put it in quotes'],
  ['BAD_DQ_ESCAPE', 'in double quotes this escape is unknown; write \\\\ for a backslash, or use single quotes'],
  [
    'MULTILINE_IMPLICIT_KEY',
    'a name of a member must end with a colon in its own line; add the colon, or indent the text',
  ],
  ['KEY_OVER_1024_CHARS', 'a name of a member is longer than 1024 characters; shorten it'],
  ['MULTIPLE_ANCHORS', 'one value has two anchors; keep one'],
  ['MULTIPLE_TAGS', 'one value has two tags; keep one'],
  ['BAD_PROP_ORDER', 'an anchor or tag stands before the dash; write it behind'],
  ['BAD_ALIAS', 'an alias needs a name, and nothing but that; correct it'],
  ['ALIAS_PROPS', 'an alias can have neither anchor nor tag; write the value'],
]);

const BRACKETS = new Map([
  ['}', '{'],
  [']', '['],
]);

/** After something that is not closed all that follows is misread: nothing more is worth telling. */
export interface ToldProblem extends TextProblem {
  readonly isLast: boolean;
}

/** A syntax error in our words, at the place where it is mended: what is not closed stands where it opens. */
export function toldProblem({ code, message, pos }: SyntaxProblem, text: string): ToldProblem {
  const [offset] = pos;
  const told = (words: string, at = offset, isLast = false): ToldProblem => {
    return { code: 'file-invalid', message: words, offset: at, isLast };
  };
  if (/call stack/.test(message)) return told('nested too deeply; flatten the document', offset, true);
  const quote = /^Missing closing (["'])quote/.exec(message)?.[1];
  if (quote !== undefined) {
    return told(`this text is not closed; add ${quote} at its end`, openQuote(text, quote, offset) ?? offset, true);
  }
  const bracket = /(?:end with a|expected to end with|end with) ([}\]])/.exec(message)?.[1];
  if (bracket !== undefined) {
    const opens = openBracket(text, BRACKETS.get(bracket) ?? '', offset);
    return told(
      `this is not closed, or goes on in a line that is not indented; add ${bracket} at its end`,
      opens ?? offset,
      true,
    );
  }
  if (code === 'MISSING_CHAR' && /Missing , /.test(message)) return told('a comma is missing before this; add it');
  if (code === 'TAG_RESOLVE_FAILED') return told(`${inOneLine(message)}; delete it`);
  return told(MEANINGS.get(code) ?? `${inOneLine(message)}; correct the YAML here`);
}

/** Where the quoted text begins that should have ended before `end`. */
function openQuote(text: string, quote: string, end: number): number | undefined {
  let found: number | undefined;
  for (const { lexeme, offset } of lexemes(text, end)) if (lexeme.startsWith(quote)) found = offset;
  return found;
}

/** The last bracket of a kind that is open at `end`. */
function openBracket(text: string, bracket: string, end: number): number | undefined {
  const open: { readonly lexeme: string; readonly offset: number }[] = [];
  for (const one of lexemes(text, end)) {
    if (one.lexeme === '{' || one.lexeme === '[') open.push(one);
    else if (BRACKETS.has(one.lexeme)) open.pop();
  }
  return open.findLast(({ lexeme }) => lexeme === bracket)?.offset;
}

/** The parts of a text that begin before `end`, with their offsets. */
function* lexemes(text: string, end: number): Iterable<{ readonly lexeme: string; readonly offset: number }> {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // The lexer puts marks of one control character between the parts of the text.
    if (/^[\u0002\u0018\u001f]$/.test(lexeme)) continue;
    if (offset >= end) return;
    yield { lexeme, offset };
    offset += lexeme.length;
  }
}

function inOneLine(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, 200);
}
