import { parseArgs } from 'node:util';
import { nearestName, suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { LineageGraph } from '../../lineage/graph.ts';
import { Landscape } from '../../lineage/landscape.ts';
import { MOST_DRAWN, mermaidText } from '../../lineage/mermaid.ts';
import { type ObservedLineage, observeLineage } from '../../lineage/observe.ts';
import { lineageEvents } from '../../lineage/open-lineage/lineage-events.ts';
import { SUBJECT_KINDS, type Subject, subjectsNamed } from '../../lineage/subject.ts';
import { subjectNames } from '../../lineage/subject-names.ts';
import { lineageText } from '../../lineage/text/lineage-text.ts';
import { traceLineage } from '../../lineage/trace.ts';
import { daysOf, NO_INDEX, withUsage } from './ask-ledger.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { compiledSnapshot } from './compiled-snapshot.ts';

const FORMATS = ['text', 'json', 'mermaid', 'openlineage'] as const;
const NAMINGS = ['roles', 'addresses'] as const;
const DAY_MS = 86_400_000;

/** `lineage SUBJECT`: where something comes from and who gets it; with `--observed` also what was really used. */
export const lineage: Command = {
  name: 'lineage',
  usage:
    'lineage FIELD|MODEL|CONSUMER|INTERFACE[/VERSION]|SYSTEM|GRANT [--kind KIND] [--format text|json|mermaid|openlineage] [--observed] [--days COUNT] [--data FOLDER] [--names roles|addresses] [--catalog FOLDER] [--environment NAME]',
  summary: 'say where a field comes from and who gets it, or the same of a consumer, interface or system',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        format: { type: 'string' },
        observed: { type: 'boolean' },
        days: { type: 'string' },
        data: { type: 'string' },
        names: { type: 'string' },
        catalog: { type: 'string' },
        environment: { type: 'string' },
      },
    });
    const [name, extra] = positionals;
    if (name === undefined || extra !== undefined)
      throw new UsageError('Name one field, consumer, interface or system.');
    const format = oneOf('--format', values.format ?? 'text', FORMATS);
    const naming = oneOf('--names', values.names ?? 'roles', NAMINGS);
    const kind = values.kind === undefined ? undefined : oneOf('--kind', values.kind, SUBJECT_KINDS);
    const days = daysOf(values.days);
    const environment = values.environment ?? context.defaults.environment;
    const snapshot = await compiledSnapshot(context, values.catalog ?? context.defaults.catalogFolder, environment);
    if (snapshot === undefined) return 1;
    const landscape = new Landscape(snapshot);
    const subject = findSubject(landscape, name, kind);
    const now = Date.now();
    const window = { from: new Date(now - days * DAY_MS).toISOString(), to: new Date(now).toISOString() };
    const declared = traceLineage(landscape, subject);
    const observed = await (values.observed === true
      ? withUsage(context, values.data, async (usage) => {
          if (usage === undefined) context.err(NO_INDEX);
          return usage === undefined ? undefined : observeLineage(landscape, subject, declared, usage.source, window);
        })
      : undefined);
    const graph = observed?.graph ?? declared;
    if (format === 'text') context.out(lineageText({ landscape, subject, graph, observed }));
    if (format === 'json') context.out(jsonText(landscape, subject, graph, observed));
    if (format === 'mermaid') drawn(graph, context);
    if (format === 'openlineage') {
      const { publicUrl, version } = context.defaults;
      const parts = { naming, publicUrl, version, time: window.to };
      for (const event of lineageEvents(landscape, subject, observed, parts)) context.out(JSON.stringify(event));
    }
    return 0;
  },
};

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} takes one of ${choices.join(', ')}${suggestion(value, choices) || '.'}`);
}

function findSubject(landscape: Landscape, name: string, kind: Subject['kind'] | undefined): Subject {
  const found = subjectsNamed(landscape, name).filter((subject) => kind === undefined || subject.kind === kind);
  const [first] = found;
  if (first === undefined) throw unknownSubject(landscape, name, kind);
  if (found.length > 1) {
    const kinds = found.map((subject) => subject.kind).join(', ');
    throw new UsageError(`${quoted(name)} may be one of: ${kinds}; say which with --kind.`);
  }
  return first;
}

function unknownSubject(landscape: Landscape, name: string, kind: Subject['kind'] | undefined): UsageError {
  const [other] = subjectsNamed(landscape, name);
  if (other !== undefined) return new UsageError(`${quoted(name)} is no ${kind} but a ${other.kind}.`);
  const meant = nearestName(name, subjectNames(landscape, /[:/]/.test(name)));
  const hint = meant === undefined ? '.' : `; did you mean "${meant}"?`;
  return new UsageError(`Nothing in the catalog of ${landscape.environment} is called ${quoted(name)}${hint}`);
}

function jsonText(
  { environment, catalog }: Landscape,
  { kind, name }: Subject,
  { nodes, edges }: LineageGraph,
  observed: ObservedLineage | undefined,
): string {
  const seen = observed === undefined ? null : withoutGraph(observed);
  return JSON.stringify(
    { subject: { kind, name }, environment, snapshot: catalog.id, nodes, edges, observed: seen },
    null,
    2,
  );
}

/** Counts stand at the edges; beside them is told what has none. */
function withoutGraph({ window, outside, refused }: ObservedLineage) {
  return { ...window, outside, refused };
}

function drawn(graph: LineageGraph, context: CommandContext): void {
  context.out(mermaidText(graph));
  if (graph.edges.length <= MOST_DRAWN) return;
  context.err(
    `This has ${graph.edges.length} edges; Mermaid draws ${MOST_DRAWN} unless its setting maxEdges is raised.`,
  );
}
