import { type Refusal, refuse } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';
import { emptyAnswer, jsonAnswer } from './answer.ts';
import { and, leaf } from './domain.ts';
import { contextById, type PlaceRun } from './prepared-place.ts';
import { narrowPlan, type ReadNode } from './read-plan.ts';
import { recordDomain, relatedDomain } from './record-filter.ts';
import { buildRecords, type RecordReading, type Row, searchRows } from './record-reader.ts';
import { LARGEST_ID } from './typed-call.ts';

/** The record id of the path; undefined for what can be none. */
export function pathId({ place, exchange }: PlaceRun): number | undefined {
  const text = exchange.typed?.path[place.odoo.idParameter ?? 'id'];
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= LARGEST_ID ? id : undefined;
}

/** Missing and not visible are one and the same. */
export const notThere = (): Refusal => refuse('record-not-found');

/** The row of a record if the grant's record filter lets it be seen. */
export async function visibleRow(
  run: PlaceRun,
  id: number,
  plan: readonly ReadNode[],
  extra: readonly string[] = [],
): Promise<Row | undefined> {
  const { client, model } = run.place;
  const domain = and(leaf('id', '=', id), await recordDomain(run, id));
  const [row] = await searchRows(
    client,
    plan,
    { model, domain, limit: 1, context: contextById(run.place), extra },
    run,
  );
  return row;
}

/** What records of a place are read from. */
export function readingOf(run: PlaceRun): RecordReading {
  const { client, model, linkTarget } = run.place;
  return { client, model, linkTarget, filter: (node) => relatedDomain(run, node), run };
}

/** One record as the contract has it. */
async function showRecord(
  run: PlaceRun,
  plan: readonly ReadNode[],
  row: Row,
  headers: readonly string[] = [],
): Promise<UpstreamAnswer> {
  const { records, shown } = await buildRecords(readingOf(run), plan, [row]);
  const { status, system } = run.place;
  return jsonAnswer(status, records[0], shown.subjects(system), headers);
}

export async function getRecord(run: PlaceRun): Promise<UpstreamAnswer | Refusal> {
  const { place, exchange } = run;
  const id = pathId(run);
  if (id === undefined) return notThere();
  const asked = exchange.typed?.fields;
  const plan = asked === undefined ? place.plan : narrowPlan(place.plan, asked);
  const row = await visibleRow(run, id, plan);
  if (row === undefined) return notThere();
  return place.hasBody ? showRecord(run, plan, row) : emptyAnswer(place.status);
}

/** Puts on record which record a call is about, before it may take effect; nothing that is refused tells of it. */
export function noteRecord({ place, exchange }: PlaceRun, id: number): void {
  const { system, model } = place;
  exchange.facts.subjects.push(`${system}/${model} ${id}`);
}

/** The record after a change: with a body where the document has one and the record can still be seen. */
export async function showChanged(run: PlaceRun, id: number, headers: readonly string[] = []): Promise<UpstreamAnswer> {
  const { place, exchange } = run;
  if (!place.hasBody) return emptyAnswer(place.status, headers);
  try {
    const row = await visibleRow(run, id, place.plan);
    if (row !== undefined) return await showRecord(run, place.plan, row, headers);
    exchange.facts.notes.push('changed-out-of-filter');
  } catch {
    // The change is done; that it cannot be shown must not make the consumer do it again.
    exchange.facts.notes.push('read-back-failed');
  }
  return emptyAnswer(place.status, headers);
}
