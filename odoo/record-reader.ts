import { RefusalError, refuse } from '../gateway/problems.ts';
import { memberOf } from './decode-answer.ts';
import { and, type Domain, leaf } from './domain.ts';
import type { ValueKind } from './field-place.ts';
import type { LinkTarget } from './link-targets.ts';
import type { CallRun, OdooClient } from './odoo-client.ts';
import { type ReadNode, type RelatedNode, wantedFields } from './read-plan.ts';
import { readValue, UnreadableValue } from './read-value.ts';
import { ShownRecords } from './shown-records.ts';
import { isRecordId } from './typed-call.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Finds the record filter of a schema that is reached through a field, as an Odoo domain. */
export type RelatedFilter = (node: RelatedNode) => Domain | Promise<Domain>;

export interface SearchOptions {
  readonly model: string;
  readonly domain: Domain;
  readonly order?: string;
  readonly limit: number;
  readonly context: Readonly<Record<string, unknown>>;
  /** Odoo fields beyond those of the plan: sort keys, write-once fields. */
  readonly extra?: readonly string[];
}

/** Related records that one answer may reach through one property. */
const MOST_RELATED = 1000;
const EVEN_ARCHIVED = { active_test: false };

/** Rows of Odoo, as they came; each has an `id`. Throws RefusalError for anything else. */
export async function searchRows(
  client: OdooClient,
  nodes: readonly ReadNode[],
  options: SearchOptions,
  run: CallRun,
): Promise<readonly Row[]> {
  const { model, domain, order, limit, context, extra = [] } = options;
  const wanted = wantedFields(nodes);
  const value = await client.read(
    {
      model,
      method: 'search_read',
      args: {
        domain,
        fields: [...new Set(['id', ...wanted.fields, ...extra])],
        offset: 0,
        limit,
        order: order ?? 'id',
        // Labels cost Odoo a further look at every related record, and say more than ids.
        ...(wanted.labels ? {} : { load: null }),
      },
      context,
    },
    run,
  );
  if (!Array.isArray(value) || value.length > limit) throw invalid('rows');
  return value.map((row) => (isRecordId(memberOf(row, 'id')) ? row : fail('row-without-id')));
}

/** What records are read from, and for whom. */
export interface RecordReading {
  readonly client: OdooClient;
  readonly model: string;
  readonly linkTarget: LinkTarget;
  readonly filter: RelatedFilter;
  readonly run: CallRun;
}

export interface BuiltRecords {
  readonly records: readonly Record<string, unknown>[];
  /** Those, and all that they tell of. */
  readonly shown: ShownRecords;
}

/** Kinds of values that lead to other records. */
const LINKS: ReadonlySet<ValueKind> = new Set(['relation', 'label', 'list']);

/** Contract-shaped records from rows: related records are read in one call per property, whatever the number of rows. */
export async function buildRecords(
  { client, model, linkTarget, filter, run }: RecordReading,
  nodes: readonly ReadNode[],
  rows: readonly Row[],
): Promise<BuiltRecords> {
  const records = rows.map(emptyRecord);
  const shown = new ShownRecords();
  // Known to be there, see searchRows.
  for (const row of rows) if (isRecordId(row.id)) shown.add(model, row.id);
  try {
    await fill(records, model, nodes, rows);
  } catch (error) {
    if (error instanceof UnreadableValue) throw invalid(`value of ${error.message}`);
    throw error;
  }
  return { records, shown };

  async function fill(
    targets: readonly Record<string, unknown>[],
    at: string,
    plan: readonly ReadNode[],
    from: readonly Row[],
  ) {
    for (const node of plan) {
      if (node.kind === 'group') {
        const inner = targets.map(emptyRecord);
        await fill(inner, at, node.nodes, from);
        for (const [index, target] of targets.entries()) target[node.name] = inner[index];
      } else {
        const values = node.kind === 'related' ? await related(node, from) : await plain(node, at, from);
        for (const [index, target] of targets.entries()) target[node.name] = values[index];
      }
    }
  }

  async function plain(
    node: Extract<ReadNode, { kind: 'value' }>,
    at: string,
    from: readonly Row[],
  ): Promise<readonly unknown[]> {
    const { place } = node;
    if (place.path === null) return from.map(() => (place.kind === 'list' ? [] : null));
    const [first = '', ...rest] = place.path.split('.');
    let values = from.map((row) => own(row, first));
    let owner = at;
    let field = first;
    for (const [index, step] of rest.entries()) {
      owner = (await client.describe(owner, field, run))?.relation ?? fail(`relation ${owner}.${field}`);
      field = step;
      values = await follow(owner, step, values, index === rest.length - 1 && place.kind === 'label');
    }
    if (LINKS.has(place.kind)) noteLinks(place.target ?? (await linkTarget(owner, field, run)), values);
    return values.map((value) => (value === NOTHING ? null : readValue(place, value)));
  }

  /** A link tells of the record that it leads to, be it by its id or by its label. */
  function noteLinks(target: string | undefined, values: readonly unknown[]): void {
    if (target === undefined) return;
    for (const value of values) {
      const link = singleId(value);
      // A pair of id and label begins like a list of ids.
      if (Array.isArray(value) && value.every(isRecordId)) for (const id of value) shown.addBehind(target, id);
      else if (link !== undefined) shown.add(target, link);
    }
  }

  /** The values of a field of the records that many2one values point to. */
  async function follow(owner: string, step: string, ids: readonly unknown[], withLabel: boolean): Promise<unknown[]> {
    const found = await readByIds(owner, ids.map(singleId), [step], withLabel, []);
    for (const id of found.keys()) shown.add(owner, id);
    return ids.map((id) => {
      const row = found.get(singleId(id) ?? 0);
      return row === undefined ? NOTHING : own(row, step);
    });
  }

  async function readByIds(
    owner: string,
    ids: readonly (number | undefined)[],
    fields: readonly string[],
    labels: boolean,
    rule: Domain,
  ) {
    const distinct = [...new Set(ids.filter((id) => id !== undefined))];
    if (distinct.length > MOST_RELATED) fail('too-many-related');
    const found = new Map<number, Row>();
    if (distinct.length === 0) return found;
    const call = {
      model: owner,
      method: 'search_read',
      args: {
        domain: and(leaf('id', 'in', distinct), rule),
        fields: ['id', ...fields],
        offset: 0,
        limit: distinct.length,
        order: 'id',
        ...(labels ? {} : { load: null }),
      },
      context: EVEN_ARCHIVED,
    };
    const value = await client.read(call, run);
    if (!Array.isArray(value)) throw invalid('rows');
    for (const row of value) {
      const id = memberOf(row, 'id');
      if (isRecordId(id)) found.set(id, row);
    }
    return found;
  }

  async function related(node: RelatedNode, from: readonly Row[]): Promise<readonly unknown[]> {
    const { path, isList } = node;
    if (path === null) return from.map(() => (isList ? [] : null));
    if (path.includes('.')) fail(`related path ${path}`);
    const links = from.map((row) => linkedIds(own(row, path), isList));
    const wanted = wantedFields(node.nodes);
    const found = await readByIds(node.model, links.flat(), [...wanted.fields], wanted.labels, await filter(node));
    const inner = [...found.values()];
    for (const id of found.keys()) {
      if (isList) shown.addBehind(node.model, id);
      else shown.add(node.model, id);
    }
    const built = inner.map(emptyRecord);
    await fill(built, node.model, node.nodes, inner);
    const byId = new Map([...found.keys()].map((id, index) => [id, built[index]]));
    return links.map((ids) => {
      const records = ids.flatMap((id) => byId.get(id) ?? []);
      return isList ? records : (records[0] ?? null);
    });
  }
}

const NOTHING = Symbol('nothing');

/** Without a prototype: a property may have any name. */
const emptyRecord = (): Record<string, unknown> => Object.create(null);

/** An own member of a row; a field that Odoo left out is a failure, never a null. */
function own(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : fail(`missing field ${name}`);
}

function singleId(value: unknown): number | undefined {
  const id = Array.isArray(value) ? value[0] : value;
  return isRecordId(id) ? id : undefined;
}

function linkedIds(value: unknown, isList: boolean): number[] {
  if (isList) return Array.isArray(value) ? value.filter(isRecordId) : [];
  const id = singleId(value);
  return id === undefined ? [] : [id];
}

function invalid(reason: string): RefusalError {
  return new RefusalError(refuse('upstream-answer-invalid', undefined, { reason: `odoo:${reason}` }));
}

function fail(reason: string): never {
  throw invalid(reason);
}
