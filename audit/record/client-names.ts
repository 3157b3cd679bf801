import { jsonText } from './canonical-json.ts';

const MOST_NAMES = 100;
const MOST_NAME = 100;
const NOT_A_NAME = '"(not a name)"';
const AND_MORE = '"(and more)"';
/**
 * What may pass for the name of a field, parameter or header. Refused and ignored names come from the client, who can
 * put any text in the place of a name: a text of another form is not kept.
 */
const NAME = /^@?[\p{L}\p{N}_$*:[\]-]+(?:\.@?[\p{L}\p{N}_$*:[\]-]+)*$/u;

/** JSON text of the first hundred names that a client chose. */
export function clientNames(names: readonly string[]): string {
  return `[${names.slice(0, MOST_NAMES).map(clientName).join(',')}]`;
}

/** The same within so many characters: what does not fit is told to be missing. */
export function fewClientNames(names: readonly string[], most: number): string {
  let text = '';
  for (const name of names.slice(0, MOST_NAMES)) {
    const next = clientName(name);
    if (text.length + next.length > most) return `[${text}${AND_MORE}]`;
    text += `${next},`;
  }
  return `[${text.slice(0, -1)}]`;
}

/** What policies put in the place of names that nothing here knows. */
const UNKNOWN: ReadonlySet<string> = new Set(['(unknown)', 'x-(unknown)', 'context.(unknown)']);

function clientName(name: string): string {
  if (UNKNOWN.has(name)) return jsonText(name);
  return name.length <= MOST_NAME && NAME.test(name) ? jsonText(name) : NOT_A_NAME;
}
