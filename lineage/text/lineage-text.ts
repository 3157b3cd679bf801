import type { FieldUsage } from '../../audit/index/usage.ts';
import type { LineageGraph, LineageNode } from '../graph.ts';
import type { Landscape } from '../landscape.ts';
import type { ObservedLineage } from '../observe.ts';
import type { Subject } from '../subject.ts';
import { originsOf, orNobody, takersOf } from './field-text.ts';
import { consumerLines, grantBranches, interfaceBranches, placeBranches } from './overviews.ts';
import { classText, counted, day } from './phrases.ts';
import { plainLines } from './plain-lines.ts';
import { type Branch, treeLines } from './tree.ts';
import { Ways } from './ways.ts';

/** What is told of a subject. */
export interface ToldLineage {
  readonly landscape: Landscape;
  readonly subject: Subject;
  readonly graph: LineageGraph;
  /** Undefined: the ledger was not asked. */
  readonly observed: ObservedLineage | undefined;
}

/** Lineage for people: where something comes from, and who gets it. */
export function lineageText({ landscape, subject, graph, observed }: ToldLineage): string {
  const ways = new Ways(graph);
  return plainLines([
    ...bodyOf(landscape, subject, ways),
    ...(observed === undefined ? [] : besideLines(observed)),
    '',
    observed === undefined
      ? `What the catalog of ${landscape.environment} declares and grants; what was really used is not told here.`
      : `What the catalog of ${landscape.environment} declares and grants, and what the ledger saw from ${day(observed.window.from)} to ${day(observed.window.to)}.`,
  ]);
}

function bodyOf(landscape: Landscape, subject: Subject, ways: Ways): string[] {
  switch (subject.kind) {
    case 'field':
      return subject.fields.flatMap((declared, index) => {
        const node = ways.of('field').find(({ name }) => name === declared.id);
        return node === undefined
          ? []
          : [...(index === 0 ? [] : ['']), ...fieldLines(ways, node), ...elsewhere(landscape, subject, declared.id)];
      });
    case 'place':
      return subject.places.flatMap(({ id }, index) => {
        const node = ways.of('place').find(({ name }) => name === id);
        return node === undefined ? [] : [...(index === 0 ? [] : ['']), ...bothWays(ways, node, node.name)];
      });
    case 'canonical':
      return ways
        .of('canonical')
        .filter(({ name }) => name === subject.name)
        .flatMap((node, index) => [
          ...(index === 0 ? [] : ['']),
          ...bothWays(ways, node, node.id.slice('canonical '.length)),
        ]);
    case 'interface':
      return withConsumers(ways, interfaceBranches(ways));
    case 'model':
    case 'system':
      return [`${subject.kind} ${subject.name}`, '', ...withConsumers(ways, placeBranches(ways))];
    case 'consumer':
    case 'grant':
      return [...consumerLines(ways).map((line) => line.trim()), ...treeLines(orNobody(grantBranches(ways)))];
  }
}

function fieldLines(ways: Ways, node: Extract<LineageNode, { kind: 'field' }>): string[] {
  return bothWays(ways, node, node.name, `${classText(node)}; ${node.lifecycle}`);
}

function bothWays(ways: Ways, node: LineageNode, ...head: readonly string[]): string[] {
  const origins = originsOf(ways, node);
  const nothing: Branch[] = [{ line: 'nothing else: this is where it is kept' }];
  return [
    ...head,
    '',
    'Where it comes from',
    ...treeLines(origins.length === 0 ? nothing : origins),
    '',
    'Who gets it',
    ...treeLines(orNobody(takersOf(ways, node))),
  ];
}

/** Other contract fields that stand on the same places: asked for by themselves. */
function elsewhere(landscape: Landscape, subject: Extract<Subject, { kind: 'field' }>, id: string): string[] {
  const own = subject.fields.find((declared) => declared.id === id);
  const lines = (own?.standings ?? []).flatMap(({ place }) => {
    const others = [...(landscape.standing.get(place.id)?.fields ?? [])].filter((other) => {
      return !subject.fields.includes(other) && other.standings.some((standing) => standing.place.id === place.id);
    });
    return others.length === 0 ? [] : [`${place.id} also stands behind ${others.map((other) => other.id).join(', ')}.`];
  });
  return lines.length === 0 ? [] : ['', ...new Set(lines)];
}

function withConsumers(ways: Ways, branches: readonly Branch[]): string[] {
  const consumers = consumerLines(ways);
  return [...treeLines(orNobody(branches)), '', 'Consumers', ...(consumers.length === 0 ? ['  none'] : consumers)];
}

function besideLines({ outside, refused }: ObservedLineage): string[] {
  return [
    ...(outside.length === 0 ? [] : ['', 'Seen, but not granted as the catalog stands', ...outside.map(usageLine)]),
    ...(refused.length === 0 ? [] : ['', 'Asked for and refused', ...refused.map(usageLine)]),
  ];
}

/** One row of the ledger's index, as far as it is told to people. */
function usageLine(row: FieldUsage): string {
  const what = `${row.kind} ${row.interface}/${row.version}:${row.field}`;
  const when = `${counted(row.exchanges, 'exchange')}, ${day(row.first)} to ${day(row.last)}`;
  return `  ${row.consumer} ${what} in ${row.operation} by ${row.grant}: ${when}`;
}
