import { and, type Domain } from '../domain.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import { shown } from './construct-answer.ts';
import type { Context } from './guard-context.ts';
import { guardValues, writeScope } from './guard-values.ts';
import { contextOf, type GuardedCall, type Perform } from './guarded-call.ts';
import { idsWithin, requireWithin } from './ids-within.ts';
import { keepWithinRule } from './keep-within-rule.ts';
import { noteRecords } from './note-facts.ts';
import { readRows } from './read-rows.ts';
import { namedRecords } from './record-ids.ts';
import { hiddenField, missingRecord, tooMuch, unfitAnswer, unfitArgument } from './refusals.ts';
import { valueWalk } from './value-walk.ts';
import type { WrittenRecord } from './written-record.ts';

const MOST_AT_ONCE = 500;

/** `create`: records of granted values within the rule. Answers ids, or the id where one record was given alone. */
export async function createRecords(guarded: GuardedCall): Promise<OdooValue> {
  const { vals_list: given } = guarded.call.args;
  const list = isOdooList(given) ? given : [given];
  if (list.length > MOST_AT_ONCE) throw tooMuch(`At most ${MOST_AT_ONCE} records can be created at once.`);
  const ids = await createAll(guarded, list);
  return guarded.call.single ? (ids[0] ?? false) : ids;
}

/** One record; its id. */
export async function createOne(guarded: GuardedCall, values: OdooValue | undefined): Promise<number> {
  const [id] = await createAll(guarded, [values]);
  if (id === undefined) throw unfitAnswer();
  return id;
}

async function createAll(guarded: GuardedCall, list: readonly (OdooValue | undefined)[]): Promise<readonly number[]> {
  const { run, scope } = guarded;
  const context = contextOf(guarded, 'create');
  const records = await checked(guarded, list, { kind: 'create', ids: [] }, context);
  if (records.length === 0) return [];
  const asked = { model: scope.model, method: 'create', args: { vals_list: records }, context };
  const answer = await run.ask(asked, 'change');
  const ids = (isOdooList(answer) ? answer : [answer]).map((id) => (isRecordId(id) ? id : fail()));
  if (ids.length !== records.length) throw unfitAnswer();
  noteRecords(run, scope.model, ids);
  return ids;
}

/** `name_create`: a record of which only the name is given; answered by what is visible of it. */
export async function createByName(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, access, call } = guarded;
  const name = [scope.knowledge?.recordName, 'name'].find(
    (one) => one !== undefined && access.fields.get(one)?.create === true,
  );
  if (name === undefined) throw hiddenField(scope.model, 'name');
  const id = await createOne(guarded, odooObject([[name, call.args.name ?? false]]));
  const label = scope.field('display_name') ?? scope.field(name);
  if (label === undefined) return [id, ''];
  const rows = await readRows(run, {
    scope,
    fields: [label],
    domain: and(scope.rule, [['id', '=', id]]),
    order: 'id',
    offset: 0,
    limit: 1,
    context: contextOf(guarded, 'read'),
    labels: false,
  });
  return [id, rows[0] === undefined ? '' : shown(label, rows[0].values.get(label.knowledge.name), 'id')];
}

/** `write`: granted values into records within the rule, which they must not leave. */
export async function updateRecords(guarded: GuardedCall): Promise<OdooValue> {
  await updateNamed(guarded, guarded.call.args.vals);
  return true;
}

/** `action_archive` and `action_unarchive`: a write of `active`. */
export function setActive(isActive: boolean): Perform {
  return async (guarded) => {
    if (Object.keys(guarded.call.args).length > 0) throw unfitArgument('the method takes records and nothing else');
    await updateNamed(guarded, odooObject([['active', isActive]]));
    return true;
  };
}

/** Writes to the records that a call names; nothing is written where one of them is not within the rule. */
export async function updateNamed(guarded: GuardedCall, given: OdooValue | undefined): Promise<void> {
  const { run, scope, call } = guarded;
  const context = contextOf(guarded, 'update');
  const named = namedRecords(call.ids);
  const [values = {}] = await checked(guarded, [given], { kind: 'update', ids: named.distinct }, context);
  if (named.ids.length === 0) return;
  await requireWithin(run, scope, named);
  if (Object.keys(values).length === 0) return;
  const asked = { model: scope.model, method: 'write', ids: named.distinct, args: { vals: values }, context };
  noteRecords(run, scope.model, named.distinct);
  await run.ask(asked, 'change');
}

/** `unlink`: records within the rule. */
export async function deleteRecords(guarded: GuardedCall): Promise<OdooValue> {
  const { run, scope, call } = guarded;
  const context = contextOf(guarded, 'delete');
  const named = namedRecords(call.ids);
  if (named.ids.length === 0) return true;
  await requireWithin(run, scope, named);
  noteRecords(run, scope.model, named.distinct);
  await run.ask({ model: scope.model, method: 'unlink', ids: named.distinct, args: {}, context }, 'change');
  return true;
}

/** What may be written of each record that is given; what is linked is asked of Odoo for all of them at once. */
async function checked(
  { run, access, scope }: GuardedCall,
  list: readonly (OdooValue | undefined)[],
  place: Pick<WrittenRecord, 'kind' | 'ids'>,
  context: Context,
): Promise<readonly OdooObject[]> {
  const walk = valueWalk(run, scope.model, guardValues);
  const called = { ...place, scope: writeScope(access), above: undefined };
  const records = list.map((values) => guardValues(walk, called, values));
  // First, so that what is refused tells nothing of records that cannot be linked.
  for (const [model, ids] of walk.linked.all) await requireLinked(run, model, run.rule(model), [...ids]);
  for (const record of walk.written) {
    await keepWithinRule(run, record, run.rule(record.model), records.includes(record) ? context : {});
  }
  return records.map(({ values }) => values);
}

/** A record outside of its rule cannot be linked, and is answered like one that is not there. */
async function requireLinked(
  run: GuardedCall['run'],
  model: string,
  rule: Domain,
  ids: readonly number[],
): Promise<void> {
  if (rule.length === 0) return;
  const within = await idsWithin(run, { model, rule }, ids);
  if (within.size < ids.length) throw missingRecord();
}

function fail(): never {
  throw unfitAnswer();
}
