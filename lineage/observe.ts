import type { FieldUsage, UsageSource } from '../audit/index/usage.ts';
import { fieldsById } from '../openapi/contract-index.ts';
import type { GrantNode, LineageEdge, LineageGraph, Observed } from './graph.ts';
import type { Landscape } from './landscape.ts';
import type { Subject } from './subject.ts';

/** A stretch of time, ISO 8601; `to` is not included. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** A graph with what was really used of it, and what was used beside it. */
export interface ObservedLineage {
  readonly graph: LineageGraph;
  readonly window: Window;
  /** Everything that was seen of the subject. */
  readonly rows: readonly FieldUsage[];
  /** Went out or came in on a way that the catalog does not, or no longer, give. */
  readonly outside: readonly FieldUsage[];
  /** Was asked for and not given. */
  readonly refused: readonly FieldUsage[];
}

/** Fields of one interface that are asked for one by one; of more, all of the interface's are. */
const MOST_ASKED = 20;

/** Puts on the ways of a graph what the ledger saw of them. */
export async function observeLineage(
  landscape: Landscape,
  subject: Subject,
  graph: LineageGraph,
  source: UsageSource,
  window: Window,
): Promise<ObservedLineage> {
  const rows = await rowsOf(subject, graph, source, window);
  const isOutside = outsideOf(landscape);
  const data = rows.filter(({ kind }) => kind !== 'refused');
  const seen = Map.groupBy(data, ({ grant, field, kind }) => wayOf(grant, field, kind === 'written'));
  const names = new Map(graph.nodes.map((node) => [node.id, node.kind === 'field' ? node.field : node.name]));
  const edges = graph.edges.map((edge): LineageEdge => {
    if (edge.kind !== 'reads' && edge.kind !== 'writes') return edge;
    const isWrite = edge.kind === 'writes';
    const [field, grant] = [
      names.get(isWrite ? edge.to : edge.from) ?? '',
      names.get(isWrite ? edge.from : edge.to) ?? '',
    ];
    return { ...edge, observed: sumOf(seen.get(wayOf(grant, field, isWrite)) ?? []) };
  });
  const outside = data.filter(isOutside);
  return { graph: { ...graph, edges }, window, rows, outside, refused: rows.filter(({ kind }) => kind === 'refused') };
}

const wayOf = (grant: string, field: string, isWrite: boolean): string => JSON.stringify([grant, field, isWrite]);

/** What was returned or written, added up; masked values are among those that were returned. */
export function sumOf(rows: readonly FieldUsage[]): Observed {
  const counted = rows.filter(({ kind }) => kind !== 'masked');
  const add = (some: readonly FieldUsage[], value: (row: FieldUsage) => number) =>
    some.reduce((sum, row) => sum + value(row), 0);
  const first = counted.map((row) => row.first).sort()[0];
  const last = counted
    .map((row) => row.last)
    .sort()
    .at(-1);
  return {
    exchanges: add(counted, ({ exchanges }) => exchanges),
    records: add(counted, ({ records }) => records),
    masked: add(
      rows.filter(({ kind }) => kind === 'masked'),
      ({ exchanges }) => exchanges,
    ),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}

async function rowsOf(
  subject: Subject,
  { nodes }: LineageGraph,
  source: UsageSource,
  window: Window,
): Promise<readonly FieldUsage[]> {
  if (subject.kind === 'consumer') return source.usage({ consumer: subject.name, ...window });
  if (subject.kind === 'grant') {
    const grant = nodes.find((node): node is GrantNode => node.kind === 'grant');
    if (grant === undefined) return [];
    const rows = await source.usage({ consumer: grant.consumer, interface: grant.interface, ...window });
    return rows.filter((row) => row.grant === subject.name);
  }
  if (subject.kind === 'interface') return interfaceRows(subject, source, window);
  const asked = Map.groupBy(
    nodes.filter((node) => node.kind === 'field'),
    (node) => node.interface,
  );
  const rows: FieldUsage[] = [];
  for (const [name, fields] of asked) {
    const ids = new Set(fields.map(({ field }) => field));
    if (ids.size > MOST_ASKED) {
      rows.push(...(await source.usage({ interface: name, ...window })).filter(({ field }) => ids.has(field)));
    } else {
      for (const field of ids) rows.push(...(await source.usage({ interface: name, field, ...window })));
    }
  }
  return rows;
}

async function interfaceRows(
  { versions }: Extract<Subject, { kind: 'interface' }>,
  source: UsageSource,
  window: Window,
): Promise<readonly FieldUsage[]> {
  const name = versions[0]?.interface.metadata.name;
  if (name === undefined) return [];
  const majors = new Set(versions.map(({ major }) => String(major)));
  const rows = await source.usage({ interface: name, ...window });
  return rows.filter(({ version }) => majors.has(version.split('.')[0] ?? ''));
}

/**
 * Whether something went out or came in that no grant gives as the catalog stands. Pages, cursors and other envelopes come
 * with the operation.
 */
export function outsideOf(landscape: Landscape): (row: FieldUsage) => boolean {
  const { versions } = landscape;
  const byInterface = Map.groupBy(versions, ({ interface: { metadata } }) => metadata.name);
  const byGrant = Map.groupBy(landscape.allGranted(), ({ grant }) => grant.metadata.name);
  return ({ grant, interface: name, field, kind }) => {
    if (kind === 'refused' || kind === 'masked') return false;
    const own = byGrant.get(grant) ?? [];
    const isGiven = own.some(({ selection, writable }) =>
      kind === 'written' ? writable.has(field) : selection?.fields.includes(field) === true,
    );
    if (isGiven) return false;
    const served = byInterface.get(name) ?? [];
    return !served.some(({ contract }) => fieldsById(contract).get(field)?.annotation.envelope === true);
  };
}
