import assert from 'node:assert/strict';

/** A label between quotes: letters, digits, signs that mean nothing to Mermaid or HTML, and character codes. */
const LABEL = String.raw`"((?:[\p{L}\p{N} _.,:/()@+=*-]|#\d{1,7};)+)"`;

const SHAPES = [
  ['[(', ')]'],
  ['([', '])'],
  ['{{', '}}'],
  ['[[', ']]'],
  ['[', ']'],
] as const;

const escaped = (text: string): string => text.replaceAll(/[[\](){}|]/g, String.raw`\$&`);
const NODES = SHAPES.map(
  ([open, close]) => new RegExp(`^  (n\\d+)${escaped(open)}${LABEL}${escaped(close)}:::([a-z]+)$`, 'u'),
);
const EDGE = new RegExp(`^  (n\\d+) (-->|==>|-\\.->)(?:\\|${LABEL}\\|)? (n\\d+)$`, 'u');
const CLASS = /^ {2}classDef ([a-z]+) (?:(?:fill|stroke|color):#[0-9a-f]{6},?)+$/;

export interface Flowchart {
  /** Labels of the nodes by id, with character codes turned back. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

/**
 * Reads the part of Mermaid's flowcharts that we write, and nothing else: a line that is anything more is a failure.
 * Mermaid's own parser asks for a browser's document before it reads a label, so it cannot be held against ours here.
 */
export function readFlowchart(text: string): Flowchart {
  const [head, ...lines] = text.split('\n');
  assert.equal(head, 'flowchart LR');
  const nodes = new Map<string, string>();
  const classes = new Set<string>();
  const used = new Set<string>();
  const edges: { from: string; to: string; label: string }[] = [];
  for (const line of lines) {
    const node = NODES.map((form) => form.exec(line)).find((found) => found !== null);
    const edge = EDGE.exec(line);
    const style = CLASS.exec(line);
    if (node != null) {
      const [, id = '', label = '', kind = ''] = node;
      assert.ok(!nodes.has(id), line);
      nodes.set(id, decoded(label));
      used.add(kind);
    } else if (edge !== null) {
      const [, from = '', , label = '', to = ''] = edge;
      assert.ok(nodes.has(from) && nodes.has(to), line);
      edges.push({ from, to, label: decoded(label) });
    } else {
      assert.ok(style !== null, `no line of a flowchart: ${line}`);
      classes.add(style[1] ?? '');
    }
  }
  assert.deepEqual([...used].sort(), [...classes].sort());
  return { nodes, edges };
}

function decoded(label: string): string {
  return label.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
