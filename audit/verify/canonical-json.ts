/**
 * The canonical form of a JSON value (RFC 8785): members sorted by their names' UTF-16 units, strings and numbers as
 * ECMAScript writes them, no spaces. Throws where there is none.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(',')}}`;
  }
  const text = JSON.stringify(value);
  if (text === undefined || (typeof value === 'number' && !Number.isFinite(value)) || LONE_SURROGATE.test(text))
    throw new Error('a value has no canonical form');
  return text;
}

/** JSON.stringify escapes a surrogate without its other half, and nothing else this way. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud/;

/** The value of a canonical JSON text; undefined where the text is not canonical, or no JSON at all. */
export function parseCanonical(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Written back it is the same text unless it has spaces, other escapes, other numbers or a name twice.
    if (JSON.stringify(value) === text && isSorted(value) && !text.includes('\\ud')) return value;
    // Members with names like numbers are moved to the front by the engine.
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && !isSorted(item)) return false;
    return true;
  }
  let last = '';
  for (const name in value) {
    if (name < last) return false;
    last = name;
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && !isSorted(member)) return false;
  }
  return true;
}
