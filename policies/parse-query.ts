import { type Refusal, refuse } from '../gateway/problems.ts';

const MOST_PAIRS = 100;
const MOST_BYTES = 8192;
const CONTROL = /[\x00-\x1f\x7f]/;

export type QueryPair = readonly [name: string, value: string];

const NO_PAIRS: readonly QueryPair[] = Object.freeze([]);

/**
 * The pairs of a query string, decoded once as application/x-www-form-urlencoded (URL Standard §5.1) but strictly:
 * broken percent-encoding, invalid UTF-8, control characters, empty pairs and nameless values are refused, because two
 * readers could read them in two ways.
 */
export function parseQuery(query: string): readonly QueryPair[] | Refusal {
  if (query === '') return NO_PAIRS;
  if (query.length > MOST_BYTES) return refuse('uri-too-long', `At most ${MOST_BYTES} bytes of query are accepted.`);
  const pairs: QueryPair[] = [];
  for (let start = 0; start <= query.length; ) {
    if (pairs.length === MOST_PAIRS) {
      return refuse('parameter-invalid', `At most ${MOST_PAIRS} query parameters are accepted.`);
    }
    const next = query.indexOf('&', start);
    const end = next < 0 ? query.length : next;
    const equals = query.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    const name = decodeForm(query.slice(start, nameEnd));
    const value = nameEnd === end ? '' : decodeForm(query.slice(nameEnd + 1, end));
    if (name === undefined || value === undefined || name === '') {
      return refuse('parameter-invalid', 'The query is not well encoded.');
    }
    pairs.push([name, value]);
    start = end + 1;
  }
  return pairs;
}

function decodeForm(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return decodeStrictly(spaced);
}

/** Percent-decodes UTF-8; undefined where that is impossible or yields a control character. */
export function decodeStrictly(text: string): string | undefined {
  let decoded = text;
  if (text.includes('%')) {
    try {
      decoded = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  return CONTROL.test(decoded) ? undefined : decoded;
}
