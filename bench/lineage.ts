import { performance } from 'node:perf_hooks';
import { findFindings } from '../lineage/findings/find.ts';
import { Landscape } from '../lineage/landscape.ts';
import { largeCompany } from '../lineage/large.fixture.ts';
import { mermaidText } from '../lineage/mermaid.ts';
import { subjectsNamed } from '../lineage/subject.ts';
import { lineageText } from '../lineage/text/lineage-text.ts';
import { traceLineage } from '../lineage/trace.ts';

/**
 * What a question of lineage costs in a large company, milliseconds: 300 interfaces of 30 fields, and 200 consumers with a
 * grant on each. The first question of all also reads what the contracts declare. `node bench/lineage.ts`
 */
const SIZE = { interfaces: 300, fields: 30, consumers: 200 };
const SUBJECTS = [
  ...['x.model3.field_7', 'x.model3.field_7', 'x.model4.field_8', 'interface-5:Record.field3', 'thing3.field4'],
  ...['consumer-7', 'interface-9'],
];

const company = largeCompany(SIZE);
const landscape = new Landscape(company);
console.log('subject                          trace  as text  Mermaid    nodes    edges');
for (const name of SUBJECTS) {
  const start = performance.now();
  const [subject] = subjectsNamed(landscape, name);
  if (subject === undefined) throw new Error(`there is no ${name}`);
  const graph = traceLineage(landscape, subject);
  const traced = performance.now();
  lineageText({ landscape, subject, graph, observed: undefined });
  const told = performance.now();
  mermaidText(graph);
  const drawn = performance.now();
  const numbers = [traced - start, told - traced, drawn - told, graph.nodes.length, graph.edges.length];
  console.log(name.padEnd(29) + numbers.map((one) => String(Math.round(one)).padStart(9)).join(''));
}
const start = performance.now();
const { findings } = await findFindings(landscape, undefined, 90, Date.now());
console.log(`${findings.length} findings in ${Math.round(performance.now() - start)} ms`);
console.log(`at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, the company included`);
