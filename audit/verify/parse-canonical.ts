import { canonicalJson } from '../record/canonical-json.ts';

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
