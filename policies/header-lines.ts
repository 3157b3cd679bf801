/** Every value that a header (lower-case name) has in a flat name, value list, one per line in which it stands. */
export function headerLines(rawHeaders: readonly string[], name: string): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const candidate = rawHeaders[at] ?? '';
    if (candidate.length === name.length && candidate.toLowerCase() === name) lines.push(rawHeaders[at + 1] ?? '');
  }
  return lines;
}
