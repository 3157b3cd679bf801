import fc from 'fast-check';

/** One change to a text: so many characters removed at a place (modulo its length), and a text put in there. */
interface Change {
  readonly place: number;
  readonly remove: number;
  readonly insert: string;
}

/** What a parser of HTTP/1.1 may read otherwise than another. */
const INSERTS = ['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ';', ',', '0', '5', 'x', 'a=', '\x7f', '\xff', 'chunked'];
const LINES = ['Content-Length: 1\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n'];

/** Changes that make a well-formed message a doubtful one; `more` are further texts to put in. */
export function changesOf(more: readonly string[], size: { minLength: number; maxLength: number }) {
  return fc.array(
    fc.record({
      place: fc.nat(),
      remove: fc.integer({ min: 0, max: 3 }),
      insert: fc.constantFrom('', ...INSERTS, ...LINES, ...more),
    }),
    size,
  );
}

export function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((before, { place, remove, insert }) => {
    const at = place % (before.length + 1);
    return before.slice(0, at) + insert + before.slice(at + remove);
  }, text);
}
