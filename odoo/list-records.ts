import type { SortTerm } from '../gateway/exchange.ts';
import { type Refusal, RefusalError, refuse } from '../gateway/problems.ts';
import type { UpstreamAnswer } from '../gateway/upstream.ts';
import { jsonAnswer } from './answer.ts';
import { conditionDomain } from './condition.ts';
import { and, type Domain } from './domain.ts';
import { findPlace } from './field-place.ts';
import { readingOf } from './get-record.ts';
import { behind, completeKeys, orderText, positionOf, type SortKey, sameValues, settle } from './keyset.ts';
import type { PlaceRun, PreparedPlace } from './prepared-place.ts';
import { narrowPlan, type ReadNode } from './read-plan.ts';
import { recordDomain } from './record-filter.ts';
import { buildRecords, type Row, searchRows } from './record-reader.ts';
import { UnwritableValue } from './write-value.ts';

const DEFAULT_PAGE = 50;
const DEFAULT_MOST = 100;

/** One page of a list: filtered, sorted, and with a cursor that stays true while records come and go. */
export async function listRecords(run: PlaceRun): Promise<UpstreamAnswer | Refusal> {
  const { place, exchange } = run;
  const { typed } = exchange;
  if (typed === undefined) return refuse('internal-error', undefined, { reason: 'request was not typed' });
  const most = place.odoo.maxPageSize ?? DEFAULT_MOST;
  const limit = Math.max(1, Math.min(typed.limit ?? DEFAULT_PAGE, most));
  const sort = typed.sort.length > 0 ? typed.sort : parseSort(place.odoo.sort);
  const keys = sortKeys(place, sort);
  if (typeof keys === 'string') return refuse('parameter-invalid', keys);
  for (const { path } of keys.slice(0, -1)) {
    // Odoo 16 and 17 pass over an order by a field that is computed on each read, and pages would make no sense.
    const description = await place.client.describe(place.model, path, run);
    if (description?.sortable === false) return refuse('parameter-invalid', 'The list cannot be sorted by this field.');
  }

  const list = [place.consumer, place.grant, place.operationId, typed.filters, sort];
  const start = typed.cursor === undefined ? undefined : place.seal.open(typed.cursor, list);
  if (typed.cursor !== undefined && start === undefined) {
    return refuse('parameter-invalid', 'The cursor does not belong to this list.');
  }
  const domains = [await recordDomain(run), ...filterDomains(run)];
  if (start !== undefined) domains.push(behind(keys, start));

  const plan = typed.fields === undefined ? place.plan : narrowPlan(place.plan, typed.fields);
  const rows = await fetchPage(run, plan, and(...domains), keys, limit);
  const page = rows.slice(0, limit);
  const { records, shown } = await buildRecords(readingOf(run), plan, page);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? place.seal.seal(positionOf(keys, last), list) : null;
  return jsonAnswer(place.status, wrap(place, records, next), shown.subjects(place.system));
}

/** Up to one row more than the page, in an order that follows from what can be seen: sort values, then id. */
async function fetchPage(
  run: PlaceRun,
  plan: readonly ReadNode[],
  domain: Domain,
  keys: readonly SortKey[],
  limit: number,
): Promise<readonly Row[]> {
  const { client, model, context } = run.place;
  const extra = keys.map(({ path }) => path);
  const options = { model, context, extra };
  const fetched = await searchRows(client, plan, { ...options, domain, order: orderText(keys), limit: limit + 1 }, run);
  if (!keys.some(({ kind }) => kind === 'time')) return fetched;
  const rows = settle(keys, fetched);
  const last = rows.at(-1);
  if (rows.length <= limit || last === undefined) return rows;
  // The page ends within one second: by microseconds Odoo chose which of its records came. By id we choose again.
  const end = positionOf(keys, last);
  const first = rows.findIndex((row) => JSON.stringify(positionOf(keys, row).values) === JSON.stringify(end.values));
  if (first === rows.length - 1) return rows;
  const tail = await searchRows(
    client,
    plan,
    {
      ...options,
      domain: and(domain, sameValues(keys, end)),
      order: orderText(keys.slice(-1)),
      limit: limit + 1 - first,
    },
    run,
  );
  return [...rows.slice(0, first), ...tail];
}

function filterDomains({ place, exchange }: PlaceRun): Domain[] {
  return (exchange.typed?.filters ?? []).map((condition) => {
    try {
      return conditionDomain(place.schema, condition, place.major, 'client');
    } catch (error) {
      if (error instanceof UnwritableValue) throw new RefusalError(refuse('parameter-invalid', `${error.message}.`));
      throw error;
    }
  });
}

/** `name,-updatedAt` as the document writes its default order. */
export function parseSort(text: string | undefined): readonly SortTerm[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('-') ? { field: part.slice(1), descending: true } : { field: part, descending: false },
    );
}

/** Sort terms as fields of Odoo; a text says why they cannot be. */
export function sortKeys(
  place: Pick<PreparedPlace, 'schema' | 'major'>,
  terms: readonly SortTerm[],
): readonly SortKey[] | string {
  const keys: SortKey[] = [];
  for (const { field, descending } of terms) {
    const found = findPlace(place.schema, field, place.major);
    if (found === undefined) return `The list cannot be sorted by ${field}.`;
    // The same in every record: it orders nothing.
    if (found.path === null) continue;
    const { path, kind } = found;
    // Odoo sorts a relation by hidden fields of the other model, and cannot sort by what lies behind it.
    if (path.includes('.') || kind === 'relation' || kind === 'label' || kind === 'list') {
      return `The list cannot be sorted by ${field}.`;
    }
    if (keys.at(-1)?.kind === 'time' && path !== 'id') return 'A time can only be the last to sort by.';
    keys.push({ path, kind, descending });
  }
  return completeKeys(keys);
}

function wrap({ envelope }: PreparedPlace, records: readonly unknown[], next: string | null): unknown {
  if (envelope === undefined) return records;
  return { [envelope.items]: records, ...(envelope.next === undefined ? {} : { [envelope.next]: next }) };
}
