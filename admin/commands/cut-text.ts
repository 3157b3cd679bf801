/** A text of at most so many characters for people, without control characters. */
export function cutText(text: string, width: number): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return safe.length <= width ? safe : `${safe.slice(0, width - 1)}…`;
}

/** Words as lines of at most so many characters, each line after the first behind an indent. */
export function wrapped(words: readonly string[], width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words.map((one) => cutText(one, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** `2026-11-25 08:12` of a time in ISO 8601 (UTC). */
export function minuteText(time: string | undefined): string {
  return time === undefined ? '' : time.slice(0, 16).replace('T', ' ');
}

/** Names separated by commas, as words that can be wrapped. */
export function listed(names: readonly string[]): string[] {
  return names.map((name, at) => (at < names.length - 1 ? `${name},` : name));
}
