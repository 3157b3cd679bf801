/** Lines as one text, each without what would break it, move the cursor or turn the direction of writing: names are from outside. */
export function plainLines(lines: readonly string[]): string {
  return lines.map((line) => line.replaceAll(UNSAFE, '?')).join('\n');
}

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
