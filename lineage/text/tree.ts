/** A line with what hangs on it; `notes` stand under the line itself. */
export interface Branch {
  readonly line: string;
  readonly notes?: readonly string[];
  readonly below?: readonly Branch[];
}

/** Branches as lines of text, drawn as a tree. */
export function treeLines(branches: readonly Branch[], indent = ''): string[] {
  return branches.flatMap(({ line, notes = [], below = [] }, index) => {
    const isLast = index === branches.length - 1;
    const rest = `${indent}${isLast ? '   ' : '│  '}`;
    const bar = below.length > 0 ? '│  ' : '   ';
    return [
      `${indent}${isLast ? '└─' : '├─'} ${line}`,
      ...notes.map((note) => `${rest}${bar}${note}`),
      ...treeLines(below, rest),
    ];
  });
}

/** Texts from outside on one line, without what would move the cursor or turn the direction of writing. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?');
}
