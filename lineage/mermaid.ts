import type { LineageEdge, LineageGraph, LineageNode } from './graph.ts';

/** More edges than this Mermaid draws only where its own setting `maxEdges` was raised. */
export const MOST_DRAWN = 500;

const SHAPES: Readonly<Record<LineageNode['kind'], readonly [open: string, close: string]>> = {
  system: ['[("', '")]'],
  place: ['["', '"]'],
  canonical: ['(["', '"])'],
  field: ['["', '"]'],
  grant: ['{{"', '"}}'],
  consumer: ['[["', '"]]'],
};

const CLASSES: Readonly<Record<LineageNode['kind'], string>> = {
  system: 'fill:#eeeeee,stroke:#777777,color:#222222',
  place: 'fill:#f3e5f5,stroke:#8e44ad,color:#222222',
  canonical: 'fill:#fff8e1,stroke:#b7950b,color:#222222',
  field: 'fill:#e3f2fd,stroke:#1f618d,color:#222222',
  grant: 'fill:#e8f5e9,stroke:#1e8449,color:#222222',
  consumer: 'fill:#fdecea,stroke:#a93226,color:#222222',
};

/**
 * The graph as a Mermaid flowchart. Ids are numbers, and a label holds nothing but letters, digits, harmless signs and
 * character codes: no name can end its label, begin a directive or become HTML.
 */
export function mermaidText({ nodes, edges }: LineageGraph): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const used = [...new Set(nodes.map(({ kind }) => kind))];
  return [
    'flowchart LR',
    ...nodes.map((node) => {
      const [open, close] = SHAPES[node.kind];
      return `  ${ids.get(node.id)}${open}${label(node.name)}${close}:::${node.kind}`;
    }),
    ...edges.map((edge) => {
      const told = edgeText(edge);
      const arrow = LINES[edge.kind] ?? '-->';
      return `  ${ids.get(edge.from)} ${arrow}${told === '' ? '' : `|"${label(told)}"|`} ${ids.get(edge.to)}`;
    }),
    ...used.map((kind) => `  classDef ${kind} ${CLASSES[kind]}`),
  ].join('\n');
}

/** What consumers send, and what only decides about the way, is drawn otherwise than what they get. */
const LINES: Readonly<Partial<Record<LineageEdge['kind'], string>>> = {
  sends: '==>',
  writes: '==>',
  stores: '==>',
  filters: '-.->',
  leads: '-.->',
  owns: '-.->',
};

function edgeText({ kind, masks, transforms, reason, observed }: LineageEdge): string {
  const parts = [
    ...(kind === 'owns' || kind === 'filters' || kind === 'leads' || kind === 'writes' ? [kind] : []),
    ...(kind !== 'copies' ? [] : [reason === 'related' || reason === 'inherited' ? reason : 'computed']),
    ...(transforms ?? []),
    ...(masks === undefined ? [] : [`masked: ${masks.join(' or ')}`]),
    ...(observed === undefined ? [] : [observed.exchanges === 0 ? 'not seen' : `seen ${observed.exchanges} times`]),
  ];
  return parts.join(', ');
}

/** Never empty: Mermaid refuses a label of nothing. */
function label(text: string): string {
  return text === ''
    ? ' '
    : text.replaceAll(/[^\p{L}\p{N} _.,:/()@+=*-]/gu, (sign) => `#${sign.codePointAt(0) ?? 63};`);
}
