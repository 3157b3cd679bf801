import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { demoLandscape, subjectOf } from './demo.fixture.ts';
import type { LineageGraph } from './graph.ts';
import { mermaidText } from './mermaid.ts';
import { readFlowchart } from './mermaid-grammar.fixture.ts';
import { traceLineage } from './trace.ts';

const GOLDEN = join(import.meta.dirname, 'golden');

/** Two nodes and an edge with names and texts from outside. */
function graphOf(name: string, other: string, reason: string): LineageGraph {
  const owner = { team: 'team' };
  return {
    nodes: [
      { kind: 'canonical', id: `canonical ${name}`, name },
      { kind: 'consumer', id: `consumer ${other} b`, name: other, owner, disabled: false },
    ],
    edges: [
      { kind: 'reads', from: `canonical ${name}`, to: `consumer ${other} b`, masks: [reason], transforms: [reason] },
    ],
  };
}

const HOSTILE = [
  'a"]; n0 --> n1',
  '"] --> evil["x',
  'end',
  'a\nb --> c',
  '%%{init: {"securityLevel": "loose"}}%%',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '`**markdown**`',
  '#quot;',
  '&lt;b&gt;',
  'click n0 href "javascript:alert(1)"',
  '---\ntitle: x\n---',
  '\u202egnirts',
  'ünïcödé 数据 😀',
  ':::evil',
  '|x|',
  "it's \\ $x$ ~y~",
  '\u0000\u0007',
  '',
];

describe('a flowchart of Mermaid', () => {
  it('is one, for everything in the demo company', async () => {
    const landscape = await demoLandscape();
    const { catalog, versions } = landscape;
    const names = [...catalog.consumers.keys(), ...catalog.interfaces.keys(), ...catalog.grants.keys()];
    const fields = versions.flatMap((version) => [...landscape.fieldsOf(version).values()].map(({ id }) => id));
    assert.ok(fields.length > 100);
    for (const name of [...names, ...fields]) {
      const graph = traceLineage(landscape, subjectOf(landscape, name));
      const { nodes, edges } = readFlowchart(mermaidText(graph));
      assert.deepEqual([nodes.size, edges.length], [graph.nodes.length, graph.edges.length], name);
    }
  });

  it('is one in every golden file', () => {
    const files = readdirSync(GOLDEN).filter((name) => name.endsWith('.mmd'));
    assert.ok(files.length > 0);
    for (const file of files) readFlowchart(readFileSync(join(GOLDEN, file), 'utf8').trimEnd());
  });

  it('holds hostile names in their labels, whole', () => {
    for (const name of HOSTILE) holds(name, name, name);
  });

  it('holds any names in their labels', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(fc.property(text, text, text, holds), { numRuns: 500 });
  });
});

function holds(name: string, other: string, reason: string): void {
  const { nodes, edges } = readFlowchart(mermaidText(graphOf(name, other, reason)));
  assert.deepEqual([...nodes.values()], [name || ' ', other || ' ']);
  assert.deepEqual(
    edges.map(({ label }) => label),
    [`${reason}, masked: ${reason}`],
  );
}
