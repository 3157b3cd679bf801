import { and, leaf } from '../domain.ts';
import { type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { createOne, updateNamed } from './change-records.ts';
import type { ReadValue } from './checked-value.ts';
import { shown } from './construct-answer.ts';
import type { Context } from './guard-context.ts';
import { guardDomain, ruledDomain } from './guard-domain.ts';
import { contextOf, type GuardedCall } from './guarded-call.ts';
import { EVEN_ARCHIVED } from './ids-within.ts';
import { noteRecords, noteValues } from './note-facts.ts';
import { countOf, pageOf } from './page.ts';
import { countFound, findRows, inAskedOrder, rowsById, searchRead } from './read-records.ts';
import { type Row, readRows } from './read-rows.ts';
import { namedRecords } from './record-ids.ts';
import { tooMuch } from './refusals.ts';
import { isList } from './scope.ts';
import { type BelowSpecification, guardSpecification, type Specification } from './specification.ts';

/** Records behind the asked ones, of one relation. */
const MOST_BEHIND = 20_000;

/** `web_read`: the named records as a specification wants them. */
export async function webRead(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  return readNamed(guarded, guardSpecification(run, scope, call.args.specification));
}

async function readNamed(guarded: GuardedCall, specification: Specification): Promise<OdooValue> {
  const { run } = guarded;
  const { ids, rows } = await rowsById(guarded, specification.fields, needsLabels(specification));
  noteRecords(
    run,
    specification.scope.model,
    rows.map(({ id }) => id),
  );
  const records = await build(run, specification, rows, contextOf(guarded, 'read'));
  return inAskedOrder(ids, rows, records);
}

/** `web_search_read`: a page of records, and how many there are in all. Odoo 16 has it with a list of fields. */
export async function webSearchRead(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const { args } = call;
  const most = countOf(args.count_limit, 'count_limit');
  const { offset, limit } = pageOf(run.access, args.offset, args.limit);
  let records: readonly OdooValue[];
  if (run.access.knowledge.major < 17) {
    const found = await searchRead(guarded);
    records = Array.isArray(found) ? found : [];
  } else {
    const specification = guardSpecification(run, scope, args.specification);
    const rows = await findRows(guarded, specification.fields, needsLabels(specification) ? 'pair' : 'id');
    noteRecords(
      run,
      scope.model,
      rows.map(({ id }) => id),
    );
    records = await build(run, specification, rows, contextOf(guarded, 'read'));
  }
  const isLast = records.length < limit && (records.length > 0 || offset === 0);
  const length = isLast
    ? offset + records.length
    : await countFound(guarded, ruledDomain(scope, guardDomain(run, scope, args.domain)));
  return odooObject([
    ['length', most > 0 ? Math.min(length, most) : length],
    ['records', records],
  ]);
}

/** `web_save`: creates without ids, changes with them, then reads. The specification is checked before anything is written. */
export async function webSave(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const specification = guardSpecification(run, scope, call.args.specification);
  const { ids } = namedRecords(call.ids);
  if (ids.length > 1) throw tooMuch('web_save changes one record at a time.');
  const saved = ids.length === 0 ? [await createOne(guarded, call.args.vals)] : ids;
  if (ids.length > 0) await updateNamed(guarded, call.args.vals);
  const next = namedRecords(call.args.next_id);
  const shownIds = next.ids.length > 0 ? next.ids : saved;
  if (!guarded.access.calls.has('read')) return shownIds.map((id) => odooObject([['id', id]]));
  return readNamed({ ...guarded, call: { ...call, ids: shownIds } }, specification);
}

function needsLabels({ below }: Specification): boolean {
  return [...below.values()].some(({ label }) => label);
}

/** Records behind a relation, and the place of each in the order that was asked. */
interface Behind {
  readonly read: ReadonlyMap<number, OdooObject>;
  readonly ranks: ReadonlyMap<number, number>;
}

/** Records as `web_read` has them: relations without fields are ids, with fields they are objects. */
async function build(
  run: GuardRun,
  specification: Specification,
  rows: readonly Row[],
  context: Context,
): Promise<readonly OdooObject[]> {
  noteValues(run, specification.fields, rows);
  const behind = new Map<string, Behind>();
  for (const [name, below] of specification.below) {
    const read = await readBehind(run, below, rows, context);
    behind.set(name, { read, ranks: new Map([...read.keys()].map((id, index) => [id, index])) });
  }
  return rows.map(({ id, values }) => {
    const members = specification.fields.map((field): [string, OdooValue] => {
      const { name } = field.knowledge;
      if (name === 'id') return [name, id];
      const below = specification.below.get(name);
      const value = values.get(name);
      const plain = shown(field, value, 'id');
      return [name, below === undefined ? plain : nested(field, below, value, behind.get(name), plain)];
    });
    return odooObject([['id', id], ...members]);
  });
}

function nested(
  field: FieldAccess,
  below: BelowSpecification,
  value: ReadValue | undefined,
  behind: Behind | undefined,
  plain: OdooValue,
): OdooValue {
  const { read, ranks } = behind ?? {};
  if (field.mask !== undefined || value === undefined || value.kind === 'plain') return plain;
  if (value.kind === 'link') {
    const { link } = value;
    if (link === undefined) return false;
    const record = read?.get(link.id) ?? odooObject([['id', link.id]]);
    if (!below.label) return record;
    return odooObject([...Object.entries(record), ['display_name', link.label ?? '']]);
  }
  const rank = (id: number): number => ranks?.get(id) ?? Number.MAX_SAFE_INTEGER;
  const ordered = below.order === undefined ? value.ids : value.ids.toSorted((a, b) => rank(a) - rank(b));
  return ordered.map((id, index) => {
    const isWhole = below.limit === 0 || index < below.limit;
    return (isWhole ? read?.get(id) : undefined) ?? odooObject([['id', id]]);
  });
}

async function readBehind(
  run: GuardRun,
  below: BelowSpecification,
  rows: readonly Row[],
  context: Context,
): Promise<ReadonlyMap<number, OdooObject>> {
  const { scope, fields, order } = below;
  const name = below.field.knowledge.name;
  const ids = [...new Set(rows.flatMap(({ values }) => linked(values.get(name))))];
  if (ids.length === 0 || below.field.mask !== undefined) return new Map();
  if (ids.length > MOST_BEHIND) throw tooMuch('Too many related records; ask for fewer records or fields.');
  const others = fields.filter(({ knowledge }) => knowledge.name !== 'id');
  if (others.length === 0 && (order === undefined || !isList(below.field.knowledge))) {
    return new Map(ids.map((id) => [id, odooObject([['id', id]])]));
  }
  const read = await readRows(run, {
    scope,
    fields,
    domain: and(scope.rule, leaf('id', 'in', ids)),
    order: order ?? 'id',
    offset: 0,
    limit: ids.length,
    context: { ...context, ...EVEN_ARCHIVED },
    labels: needsLabels(below),
  });
  const records = await build(run, below, read, context);
  return new Map(read.map(({ id }, index) => [id, records[index] ?? odooObject([['id', id]])]));
}

function linked(value: ReadValue | undefined): readonly number[] {
  if (value?.kind === 'links') return value.ids;
  return value?.kind === 'link' && value.link !== undefined ? [value.link.id] : [];
}
