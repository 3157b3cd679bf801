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
