import { createHash } from 'node:crypto';
import type { FieldUsage } from '../../audit/index/usage.ts';
import type { Flow } from '../flows.ts';
import type { DeclaredField, Landscape } from '../landscape.ts';
import type { Window } from '../observe.ts';
import { answerLineage } from './column-lineage.ts';
import { type Dataset, facets, type Job, type RunEvent, schemaUrl } from './event.ts';
import { type EventParts, inputsOf, jobOf, viewDataset, writtenDatasets } from './views.ts';

/**
 * What the ledger saw: for each operation, consumer and direction that was used one run over the stretch of time, with the
 * fields that really went through. What went outside of what is granted now has no flow and is left to the findings.
 */
export function* observedEvents(
  landscape: Landscape,
  flows: Iterable<Flow>,
  rows: readonly FieldUsage[],
  window: Window,
  parts: EventParts,
): Iterable<RunEvent> {
  const byPlan = Map.groupBy(rows, ({ grant, operation }) => JSON.stringify([grant, operation]));
  for (const flow of flows) {
    const { grant, operation } = flow.granted;
    const own = byPlan.get(JSON.stringify([grant.metadata.name, operation.id]));
    if (own === undefined) continue;
    yield* answerRun(landscape, flow, rowsOf(own, 'returned'), window, parts);
    yield* bodyRun(flow, rowsOf(own, 'written'), window, parts);
  }
}

type Rows = ReadonlyMap<string, readonly FieldUsage[]>;

function rowsOf(rows: readonly FieldUsage[], kind: FieldUsage['kind']): Rows {
  return Map.groupBy(
    rows.filter((row) => row.kind === kind),
    ({ field }) => field,
  );
}

function* answerRun(
  landscape: Landscape,
  { granted, reads, filters }: Flow,
  rows: Rows,
  window: Window,
  parts: EventParts,
): Iterable<RunEvent> {
  const seen = reads.filter(({ field }) => rows.has(field.id));
  if (seen.length === 0) return;
  const lineage = answerLineage(landscape, { granted, reads: seen, writes: [], filters }, parts.naming);
  const view = viewDataset(granted, 'answer', seen, parts, lineage, (field) => seenText(rows, field));
  const outputFacets = facets(parts.producer, { outputStatistics: { rowCount: mostRecords(rows, seen) } });
  yield* runOf(jobOf(granted, 'answer', parts), inputsOf(lineage), [{ ...view, outputFacets }], window, parts);
}

function* bodyRun(flow: Flow, rows: Rows, window: Window, parts: EventParts): Iterable<RunEvent> {
  const seen = flow.writes.filter(({ field }) => rows.has(field.id));
  if (seen.length === 0) return;
  const written = { ...flow, writes: seen };
  const view = viewDataset(flow.granted, 'body', seen, parts, undefined, (field) => seenText(rows, field));
  const inputFacets = facets(parts.producer, { inputStatistics: { rowCount: mostRecords(rows, seen) } });
  const outputs = writtenDatasets(written, parts);
  yield* runOf(jobOf(flow.granted, 'body', parts), [{ ...view, inputFacets }], outputs, window, parts);
}

function* runOf(
  job: Job,
  inputs: readonly Dataset[],
  outputs: readonly Dataset[],
  { from, to }: Window,
  { producer }: EventParts,
): Iterable<RunEvent> {
  const run = {
    runId: runIdOf(job, from, to),
    facets: facets(producer, { nominalTime: { nominalStartTime: from, nominalEndTime: to } }),
  };
  const base = { producer, schemaURL: schemaUrl('RunEvent'), run, job };
  yield { ...base, eventType: 'START', eventTime: from, inputs: [], outputs: [] };
  yield { ...base, eventType: 'COMPLETE', eventTime: to, inputs, outputs };
}

/** The same question asked again is the same run: a UUID of version 8 (RFC 9562 §5.8). */
function runIdOf({ namespace, name }: Job, from: string, to: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([namespace, name, from, to]))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Records of an exchange are told with each of its fields: the field with the most of them was in most. */
function mostRecords(rows: Rows, fields: readonly DeclaredField[]): number {
  return Math.max(...fields.map(({ field }) => sum(rows.get(field.id), ({ records }) => records)));
}

function seenText(rows: Rows, field: string): string {
  const own = rows.get(field) ?? [];
  const last =
    own
      .map((row) => row.last)
      .sort()
      .at(-1) ?? '';
  return `seen in ${sum(own, ({ exchanges }) => exchanges)} exchanges, last at ${last}`;
}

function sum(rows: readonly FieldUsage[] = [], value: (row: FieldUsage) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
