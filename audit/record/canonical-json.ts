/**
 * JSON text in the canonical form of RFC 8785: members sorted by name (UTF-16 code units), no spaces. For plain data;
 * members that are undefined are left out, half a surrogate pair becomes U+FFFD.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return jsonText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, held]) => held !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, held]) => `${jsonText(name)}:${canonicalJson(held)}`).join(',')}}`;
}

/** A text as canonical JSON has it: what JSON.stringify writes of a well-formed one (RFC 8785 §3.2.2.2). */
export function jsonText(text: string): string {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}
